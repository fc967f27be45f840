import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { pathSegment } from '../discovery.ts';
import { failure } from '../failure.ts';
import { OUTPUT_FLAGS } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { nameArgument } from './create.ts';

/** What a token may be bound to; the API version is the core's. */
const BOUND_KINDS = ['Node', 'Pod', 'Secret'];

/** `create token`: the TokenRequest of a service account (`k8s.io/kubectl/pkg/cmd/create/create_token.go`). */
export const createToken: Command = {
  name: 'token',
  short: 'Request a service account token',
  usage: 'SERVICE_ACCOUNT_NAME',
  examples: [
    'kubectl create token myapp',
    'kubectl create token myapp --duration 10m --audience https://example.com',
    'kubectl create token myapp --bound-object-kind Pod --bound-object-name mypod',
  ],
  flags: [
    { name: 'audience', type: 'array', usage: 'Audience of the token' },
    { name: 'duration', type: 'duration', default: '0s', usage: 'How long the token is valid' },
    {
      name: 'bound-object-kind',
      type: 'string',
      usage: `What the token lives and dies with: ${BOUND_KINDS.join(', ')}`,
    },
    { name: 'bound-object-name', type: 'string', usage: 'The name of that object' },
    { name: 'bound-object-uid', type: 'string', usage: 'The UID of that object; any when empty' },
    ...OUTPUT_FLAGS,
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const printer = yield* outputPrinter(session);
    const spec = specOf(session);
    const path = `/api/v1/namespaces/${yield* session.namespace()}/serviceaccounts/${pathSegment('resource name', name)}/token`;
    const body = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: {}, spec };
    const answer = yield* requested(session, path, body);
    yield* session.print(
      printer ? printer(answer, 'tokenrequest.authentication.k8s.io/', true) : `${answer.status.token}\n`,
    );
  },
};

function* requested(session: Session, path: string, body: object): Task<KubeObject> {
  try {
    return (yield* session.send('POST', path, { body })) as KubeObject;
  } catch (error) {
    if (error instanceof Error && 'status' in error) throw failure(`failed to create token: ${error.message}`);
    throw error;
  }
}

function specOf(session: Session): object {
  const { flags } = session;
  const milliseconds = flags.duration('duration');
  if (milliseconds < 0) throw failure('--duration must be greater than or equal to 0');
  if (milliseconds % 1000 !== 0) throw failure('--duration cannot be expressed in units less than seconds');
  const audiences = flags.strings('audience');
  if (audiences.includes('')) throw failure('--audience must not be an empty string');
  const bound = boundObject(session);
  return {
    ...(audiences.length > 0 ? { audiences } : {}),
    ...(milliseconds > 0 ? { expirationSeconds: milliseconds / 1000 } : {}),
    ...(bound === undefined ? {} : { boundObjectRef: bound }),
  };
}

function boundObject({ flags }: Session): object | undefined {
  const [kind, name, uid] = ['kind', 'name', 'uid'].map((part) => flags.string(`bound-object-${part}`));
  if (!kind) {
    const given = name ? 'name' : uid ? 'uid' : undefined;
    if (given === undefined) return undefined;
    throw failure(`--bound-object-${given} can only be set if --bound-object-kind is provided`);
  }
  if (!BOUND_KINDS.includes(kind)) {
    throw failure(`supported --bound-object-kind values are ${BOUND_KINDS.join(', ')}`);
  }
  if (!name) throw failure('--bound-object-name is required if --bound-object-kind is provided');
  return { kind, apiVersion: 'v1', name, ...(uid ? { uid } : {}) };
}
