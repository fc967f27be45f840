import { humanDuration } from '../../human-duration.ts';
import { linesOf, type Options, parseOptions, textOf } from '../../process/applets/applet.ts';
import { complain, print, type Script, type Syscall, sleep } from '../../process/program.ts';
import type { Sandbox } from './cri.ts';
import { execCommand } from './crictl-exec.ts';
import {
  ask,
  askFor,
  type Command,
  found,
  imageNamed,
  inspect,
  inspecti,
  inspectp,
  notFound,
  table,
} from './crictl-inspect.ts';
import type { ContainerLog, ListedContainer, Listing } from './socket.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  ps,
  pods,
  images,
  info,
  inspect,
  inspecti,
  inspectp,
  logs,
  stats,
  stop: change('/stop', 'container'),
  rm: change('/rm', 'container'),
  stopp: change('/stopp', 'sandbox', 'Stopped sandbox'),
  rmi,
  version,
};

/** Of all commands together: which one an option belongs to is not looked at. */
const OPTIONS = 'aqltfo:p:s:r:i:N:T:S:';
const LONG_OPTIONS: Readonly<Record<string, string>> = {
  all: 'a',
  quiet: 'q',
  latest: 'l',
  timestamps: 't',
  follow: 'f',
  output: 'o',
  pod: 'p',
  state: 's',
  'runtime-endpoint': 'r',
  'image-endpoint': 'i',
  name: 'N',
  namespace: 'S',
  tail: 'T',
};

/** `crictl ps [-a] | pods | images | inspect ID | inspecti IMAGE | inspectp ID | logs ID | stop ID | …`, on a node. */
export const crictl: Script = function* ({ argv }) {
  if (argv[1] === 'exec') return yield* withListing((listing) => execCommand(listing, argv.slice(2)));
  const options = parseOptions(argv.slice(1), OPTIONS, LONG_OPTIONS);
  const words = options.operands;
  if (options.unknown !== undefined) {
    yield* complain(`crictl: the option ${options.unknown} is not simulated\n`);
    return 1;
  }
  const command = COMMANDS[words[0] ?? ''];
  if (!command) {
    yield* complain(`crictl: ${words[0] ?? 'no command'}: exec, ${Object.keys(COMMANDS).join(', ')} are simulated\n`);
    return 1;
  }
  return yield* withListing((listing) => command(listing, words.slice(1), options));
};

function* withListing(
  command: (listing: Listing) => Generator<Syscall, number, unknown>,
): Generator<Syscall, number, unknown> {
  const answer = yield* ask('/');
  if ('unreachable' in answer) {
    yield* complain(
      `FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${answer.unreachable}"\n`,
    );
    return 1;
  }
  return yield* command(answer.body as Listing);
}

/** How often `logs -f` looks for more. */
const FOLLOW_PERIOD = 500;

const short = (id: string): string => id.replace('sha256:', '').slice(0, 13);
const ago = (now: number, time: number): string => `${humanDuration(Math.max(0, now - time))} ago`;
const stateOf = ({ state }: ListedContainer): string => state.charAt(0).toUpperCase() + state.slice(1);

function* ps({ now, containers }: Listing, _words: readonly string[], { flags, values }: Options) {
  const shown = containers
    .filter(({ state }) =>
      values.s === undefined ? flags.has('a') || state === 'running' : state === values.s.toLowerCase(),
    )
    .filter(({ name }) => values.N === undefined || name.includes(values.N))
    .filter(({ sandbox }) => values.p === undefined || sandbox.id.startsWith(values.p));
  shown.sort((left, right) => right.createdAt - left.createdAt);
  if (flags.has('l')) shown.splice(1);
  if (flags.has('q')) return yield* ids(shown);
  return yield* table([
    ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'],
    ...shown.map((container) => [
      short(container.id),
      short(container.imageId),
      ago(now, container.createdAt),
      stateOf(container),
      container.name,
      String(container.attempt),
      short(container.sandbox.id),
      container.sandbox.name,
      container.sandbox.namespace,
    ]),
  ]);
}

function* ids(all: readonly { readonly id: string }[]): Generator<Syscall, number, unknown> {
  yield* print(textOf(all.map(({ id }) => id)));
  return 0;
}

function* pods({ now, sandboxes }: Listing, _words: readonly string[], { flags, values }: Options) {
  const row = ({ id, createdAt, state, name, namespace }: Sandbox): string[] => [
    short(id),
    ago(now, createdAt),
    state === 'ready' ? 'Ready' : 'NotReady',
    name,
    namespace,
    '0',
    '(default)',
  ];
  const shown = sandboxes
    .filter(({ name }) => values.N === undefined || name.includes(values.N))
    .filter(({ namespace }) => values.S === undefined || namespace === values.S)
    .sort((left, right) => right.createdAt - left.createdAt);
  if (flags.has('q')) return yield* ids(shown);
  return yield* table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...shown.map(row)]);
}

function* images({ images: all }: Listing, _words: readonly string[], { flags }: Options) {
  if (flags.has('q')) return yield* ids(all);
  const megabytes = (bytes: number): string =>
    bytes >= 1e6 ? `${(bytes / 1e6).toPrecision(3)}MB` : `${bytes / 1000}kB`;
  const rows = all.map(({ name, id, size }) => {
    const colon = name.lastIndexOf(':');
    return [name.slice(0, colon), name.slice(colon + 1), short(id), megabytes(size)];
  });
  return yield* table([
    ['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'],
    ...rows.sort((left, right) => ((left[0] ?? '') < (right[0] ?? '') ? -1 : 1)),
  ]);
}

function* logs({ containers }: Listing, [id]: readonly string[], { flags, values }: Options) {
  const container = found(containers, id);
  if (!container) return yield* notFound('container', id);
  let { text, isRunning } = yield* askFor<ContainerLog>('/logs', container.id);
  let printed = text.length;
  yield* print(values.T === undefined ? text : textOf(linesOf(text).slice(-Number(values.T) || linesOf(text).length)));
  while (flags.has('f') && isRunning) {
    yield* sleep(FOLLOW_PERIOD);
    ({ text, isRunning } = yield* askFor<ContainerLog>('/logs', container.id));
    yield* print(text.slice(printed));
    printed = text.length;
  }
  return 0;
}

function* stats({ containers }: Listing, [id]: readonly string[]) {
  const rows: string[][] = [];
  for (const container of containers) {
    if (container.state !== 'running' || (id !== undefined && !container.id.startsWith(id))) continue;
    const answer = yield* ask('/stats', container.id);
    const used = ('body' in answer ? answer.body : {}) as { memoryBytes?: number; writtenBytes?: number };
    rows.push([
      short(container.id),
      container.name,
      `${((used.memoryBytes ?? 0) / 1e6).toPrecision(3)}MB`,
      `${used.writtenBytes ?? 0}B`,
    ]);
  }
  return yield* table([['CONTAINER', 'NAME', 'MEM', 'DISK'], ...rows]);
}

function* rmi({ images: all, containers }: Listing, [name]: readonly string[]) {
  const image = imageNamed(all, name);
  if (!image) {
    yield* complain(`crictl: no such image ${name ?? ''}\n`);
    return 1;
  }
  if (containers.some(({ imageName }) => imageName === image.name)) {
    yield* complain(`crictl: image ${image.name} is in use by a container\n`);
    return 1;
  }
  yield* ask('/rmi', image.name);
  yield* print(`Deleted: ${image.name}\n`);
  return 0;
}

/** Whether the runtime and the network of its pods are up, as the kubelet is told. */
function* info({ runtime, podCIDR }: Listing) {
  const network = podCIDR
    ? { message: '', reason: '', status: true }
    : {
        message: 'Network plugin returns error: cni plugin not initialized',
        reason: 'NetworkPluginNotReady',
        status: false,
      };
  const ready = { message: '', reason: '', status: true };
  const status = {
    conditions: [
      { ...ready, type: 'RuntimeReady' },
      { ...network, type: 'NetworkReady' },
    ],
  };
  const config = {
    runtimeName: runtime.name,
    runtimeVersion: runtime.version,
    endpoint: runtime.socket,
    ...(podCIDR ? { podCIDR } : {}),
  };
  yield* print(`${JSON.stringify({ status, config }, undefined, 2)}\n`);
  return 0;
}

function* version({ runtime }: Listing) {
  yield* print(
    `Version:  0.1.0\nRuntimeName:  ${runtime.name}\nRuntimeVersion:  ${runtime.version}\nRuntimeApiVersion:  v1\n`,
  );
  return 0;
}

/** What changes a container or a pod behind the kubelet's back: it notices, and makes the pod true again. */
function change(path: string, what: 'container' | 'sandbox', done?: string): Command {
  return function* ({ containers, sandboxes }, ids) {
    let code = ids.length === 0 ? yield* notFound(what, undefined) : 0;
    for (const id of ids) {
      const subject = what === 'container' ? found(containers, id) : found(sandboxes, id);
      if (subject === undefined) {
        code = yield* notFound(what, id);
        continue;
      }
      const answer = yield* ask(path, subject.id);
      const { error } = ('body' in answer ? answer.body : {}) as { error?: string };
      if (error === undefined) yield* print(done === undefined ? `${subject.id}\n` : `${done} ${subject.id}\n`);
      else {
        yield* complain(`E0000 ${error}\n`);
        code = 1;
      }
    }
    return code;
  };
}
