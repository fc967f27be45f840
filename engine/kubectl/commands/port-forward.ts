import type { KubeObject } from '../../object.ts';
import { converse } from '../../process/conversation.ts';
import type { FileError, SelfInformation } from '../../process/program.ts';
import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { CommandFailure, failure, ServerFailure, usageFailure } from '../failure.ts';
import { portOnPod, remotePort } from '../generate/ports.ts';
import { logHeader } from '../log-line.ts';
import type { Resource } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { resourceNamed } from './exec.ts';
import { attachablePods } from './pod-choice.ts';

/** A port here and the one it leads to. */
interface PortPair {
  readonly local: number;
  readonly remote: number;
}

/** The hidden command that carries one connection: a process of its own, with the connection as its input and output. */
const CONNECTION = '__forward-connection';

export const portForward: Command = {
  name: 'port-forward',
  short: 'Forward one or more local ports to a pod',
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  examples: ['kubectl port-forward pod/web 8080:80', 'kubectl port-forward service/web 8443:https'],
  flags: [
    { name: 'address', type: 'slice', default: 'localhost', usage: 'Addresses to listen on' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a pod' },
  ],
  *run(session: Session): Task {
    const [name, ...ports] = session.args;
    if (name === undefined || ports.length === 0) {
      throw usageFailure(session.path, 'TYPE/NAME and list of ports are required for port-forward');
    }
    const resource = yield* resourceNamed(session, name);
    const pod = yield* forwardedPod(session, resource);
    const wanted = ports.map((port) => pairOf(port, resource, pod));
    const phase = at(pod, 'status', 'phase');
    if (phase !== 'Running') {
      throw failure(`unable to forward port because pod is not running. Current status=${phase ?? ''}`);
    }
    yield* serve(session, pod, wanted);
  },
};

function* forwardedPod(session: Session, resource: Resource): Task<KubeObject> {
  if (resource.mapping.kind === 'Pod') return resource.object;
  const [first] = yield* attachablePods(session, resource);
  if (!first) throw failure('timed out waiting for the condition');
  return first;
}

/** `8080:80`, `80`, `:80`; names of ports, and ports of a Service, become numbers of the pod's. */
function pairOf(text: string, { mapping, object }: Resource, pod: KubeObject): PortPair {
  const [first = '', second] = text.split(':');
  const wanted = second ?? first;
  const remote = mapping.kind === 'Service' ? portOnPod(object, pod, wanted) : remotePort(pod, wanted);
  const local = second === undefined && !/^\d+$/.test(first) ? String(remote) : first;
  return { local: portNumber(local, 'local'), remote: checked(remote, 'remote') };
}

function portNumber(text: string, side: string): number {
  if (text === '') return 0;
  if (!/^\d+$/.test(text)) {
    throw failure(
      `error parsing ${side} port ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  return checked(Number(text), side);
}

function checked(port: number, side: string): number {
  if (port >= 0 && port <= 65_535) return port;
  throw failure(`error parsing ${side} port '${port}': strconv.ParseUint: parsing "${port}": value out of range`);
}

function* serve(session: Session, pod: KubeObject, wanted: readonly PortPair[]): Task {
  const listening = new Map<number, PortPair>();
  const addresses = session.flags
    .strings('address')
    .flatMap((one) => (one === 'localhost' ? ['127.0.0.1', '[::1]'] : [one]));
  for (const pair of wanted) {
    const opened = yield* listen(pair);
    if (!opened) {
      yield* session.complain(inUse(addresses, pair.local));
      continue;
    }
    listening.set(opened.fd, opened.pair);
    for (const address of addresses) {
      yield* session.print(`Forwarding from ${address}:${opened.pair.local} -> ${pair.remote}\n`);
    }
  }
  if (listening.size === 0) {
    const list = wanted.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
    throw failure(`unable to listen on any of the requested ports: [${list}]`);
  }
  for (;;) yield* handleNext(session, pod, listening);
}

function inUse(addresses: readonly string[], port: number): string {
  const problems = addresses.map((address) => {
    const family = address.startsWith('[') ? 'tcp6' : 'tcp4';
    return `unable to create listener: Error listen ${family} ${address}:${port}: bind: address already in use`;
  });
  return `Unable to listen on port ${port}: Listeners failed to create with the following errors: [${problems.join(' ')}]`;
}

/** Listens on the local port; without one on any that is free. */
function* listen(pair: PortPair): Task<{ readonly fd: number; readonly pair: PortPair } | undefined> {
  for (;;) {
    const chosen = pair.local || 32_768 + Math.floor(((yield { call: 'random' }) as number) * 28_000);
    const fd = (yield { call: 'listen', port: chosen }) as number | FileError;
    if (typeof fd === 'number') return { fd, pair: { ...pair, local: chosen } };
    if (pair.local !== 0) return undefined;
  }
}

/** Gives the next connection to a process of its own. */
function* handleNext(session: Session, pod: KubeObject, listening: ReadonlyMap<number, PortPair>): Task {
  const ready = (yield { call: 'select', fds: [...listening.keys()] }) as number;
  const { local, remote } = listening.get(ready) as PortPair;
  const connection = (yield { call: 'accept', fd: ready }) as number;
  yield* session.print(`Handling connection for ${local}\n`);
  const { environment, directory, argv } = session.invocation;
  const { namespace = '', name } = pod.metadata;
  yield {
    call: 'spawn',
    argv: [argv[0] as string, ...connectionFlags(session), CONNECTION, namespace, name, String(local), String(remote)],
    environment,
    directory,
    descriptors: { 0: connection, 1: connection, 2: 2 },
  };
  yield { call: 'close', fds: [connection] };
  yield { call: 'wait', pids: [], poll: true };
}

/** The flags that say which cluster is meant, and as whom. */
export function connectionFlags({ flags }: Session): string[] {
  return ['kubeconfig', 'context', 'cluster', 'user', 'server', 'token', 'as']
    .filter((name) => flags.isSet(name))
    .map((name) => `--${name}=${flags.string(name)}`);
}

export const forwardConnection: Command = {
  name: CONNECTION,
  short: 'Carries one connection of port-forward',
  hidden: true,
  *run(session: Session): Task {
    const [namespace = '', pod = '', local = '', remote = ''] = session.args;
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
    try {
      const { stream } = yield* session.exchange('POST', path, { query: { ports: remote } });
      if (stream !== undefined) yield* converse(stream, true);
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      const header = logHeader(yield* session.now(), 'E', 'portforward.go:424');
      yield* session.complain(
        `${header} "Unhandled Error" err="an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${pod}, uid : ${error.message}"`,
      );
      yield* session.complain('error: lost connection to pod');
      const { parent } = (yield { call: 'self' }) as SelfInformation;
      yield { call: 'kill', pid: parent, signal: 'TERM' };
      throw new CommandFailure('');
    }
  },
};
