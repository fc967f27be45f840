import { extended, type KubeObject } from '../../object.ts';
import type { Call } from '../call.ts';
import { parseBody } from '../codec.ts';
import { admit, isAdmissionConcerned, validateAdmission } from './admission.ts';
import type { Operation } from './plugin.ts';

/** Subresources that stand for an action: their body is what is admitted, not the object they belong to. */
const ACTIONS: Readonly<Record<string, Operation>> = {
  binding: 'CREATE',
  eviction: 'CREATE',
  token: 'CREATE',
  exec: 'CONNECT',
  attach: 'CONNECT',
  portforward: 'CONNECT',
  proxy: 'CONNECT',
};

/** Lets the plugins look at an action. Returns the call with its body as they have changed it. */
export function admittedAction(call: Call): Call {
  const operation = ACTIONS[call.subresource];
  if (operation === undefined || (operation === 'CREATE' && call.request.method !== 'POST')) return call;
  if (!isAdmissionConcerned(call, operation)) return call;
  const given = operation === 'CONNECT' ? optionsOf(call) : (parseBody(call.request.body) as KubeObject);
  const object = given.metadata === undefined ? extended(given, { metadata: EMPTY }) : given;
  const admitted = admit({ call, operation, object });
  validateAdmission({ call, operation, object: admitted });
  return admitted === object ? call : { ...call, request: { ...call.request, body: admitted } };
}

const EMPTY = {} as KubeObject['metadata'];

const OPTION_KINDS: Readonly<Record<string, string>> = {
  exec: 'PodExecOptions',
  attach: 'PodAttachOptions',
  portforward: 'PodPortForwardOptions',
};

/** The query of a connection as the object that it is to Kubernetes: `PodExecOptions` and the like. */
function optionsOf({ subresource, request, kind }: Call): KubeObject {
  const { command, container, stdin, stdout, stderr, tty } = request.query ?? {};
  const flag = (name: string, value: unknown) => (value === 'true' || value === '1' ? { [name]: true } : {});
  return {
    apiVersion: 'v1',
    kind: OPTION_KINDS[subresource] ?? `${kind.kind}ProxyOptions`,
    metadata: EMPTY,
    ...flag('stdin', stdin),
    ...flag('stdout', stdout),
    ...flag('stderr', stderr),
    ...flag('tty', tty),
    ...(container === undefined ? {} : { container }),
    ...(command === undefined ? {} : { command: typeof command === 'string' ? [command] : command }),
  };
}
