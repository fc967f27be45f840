import { humanDuration } from '../../human-duration.ts';
import { complain, print, type RequestAnswer, type Script, type Syscall } from '../../process/program.ts';
import { timestamp } from '../../sim/time.ts';
import type { Sandbox } from './cri.ts';
import { CRI_SOCKET, type ListedContainer, type Listing } from './socket.ts';

type Command = (
  listing: Listing,
  words: readonly string[],
  flags: ReadonlySet<string>,
) => Generator<Syscall, number, unknown>;

const COMMANDS: Readonly<Record<string, Command>> = { ps, pods, images, inspect, inspectp, logs, stats, rmi, version };

/** `crictl ps [-a] | pods | images | inspect ID | inspectp ID | logs ID | stats [ID] | rmi IMAGE | version`, on a node. */
export const crictl: Script = function* ({ argv }) {
  const words = argv.slice(1).filter((word) => !word.startsWith('-'));
  const flags = new Set(argv.slice(1).filter((word) => word.startsWith('-')));
  const command = COMMANDS[words[0] ?? ''];
  if (!command) {
    yield* complain(`crictl: ${words[0] ?? 'no command'}: ${Object.keys(COMMANDS).join(', ')} are simulated\n`);
    return 1;
  }
  const answer = yield* ask('/');
  if ('unreachable' in answer) {
    yield* complain(
      `FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ${answer.unreachable}"\n`,
    );
    return 1;
  }
  return yield* command(answer.body as Listing, words.slice(1), flags);
};

function* ask(path: string, id?: string): Generator<Syscall, RequestAnswer, unknown> {
  const request = { method: 'POST' as const, path, body: { id } };
  return (yield { call: 'request', server: CRI_SOCKET, request }) as RequestAnswer;
}

/** Columns as wide as their widest cell, three blanks apart. */
function* table(rows: readonly (readonly string[])[]): Generator<Syscall, number, unknown> {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length))) ?? [];
  for (const row of rows) {
    const line = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd((widths[at] ?? 0) + 3))).join('');
    yield* print(`${line.trimEnd()}\n`);
  }
  return 0;
}

const short = (id: string): string => id.replace('sha256:', '').slice(0, 13);
const ago = (now: number, time: number): string => `${humanDuration(Math.max(0, now - time))} ago`;
const stateOf = ({ state }: ListedContainer): string => state.charAt(0).toUpperCase() + state.slice(1);

function* ps({ now, containers }: Listing, _words: readonly string[], flags: ReadonlySet<string>) {
  const shown = containers.filter(({ state }) => flags.has('-a') || flags.has('--all') || state === 'running');
  shown.sort((left, right) => right.createdAt - left.createdAt);
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

function* pods({ now, sandboxes }: Listing) {
  const row = ({ id, createdAt, state, name, namespace }: Sandbox): string[] => [
    short(id),
    ago(now, createdAt),
    state === 'ready' ? 'Ready' : 'NotReady',
    name,
    namespace,
    '0',
    '(default)',
  ];
  const newest = [...sandboxes].sort((left, right) => right.createdAt - left.createdAt);
  return yield* table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...newest.map(row)]);
}

function* images({ images: all }: Listing) {
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

function found<T extends { readonly id: string }>(all: readonly T[], id: string | undefined): T | undefined {
  return id === undefined ? undefined : all.find((each) => each.id.startsWith(id));
}

function* notFound(what: string, id: string | undefined): Generator<Syscall, number, unknown> {
  yield* complain(
    id === undefined
      ? 'crictl: an ID is required\n'
      : `FATA[0000] getting the status of the ${what} "${id}": rpc error: code = NotFound desc = an error occurred when try to find ${what} "${id}": not found\n`,
  );
  return 1;
}

function* inspect({ containers }: Listing, [id]: readonly string[]) {
  const container = found(containers, id);
  if (!container) return yield* notFound('container', id);
  const { sandbox, argv, environment, ...record } = container;
  const status = {
    id: record.id,
    metadata: { attempt: record.attempt, name: record.name },
    state: `CONTAINER_${record.state.toUpperCase()}`,
    createdAt: timestamp(record.createdAt),
    ...(record.startedAt > 0 ? { startedAt: timestamp(record.startedAt) } : {}),
    ...(record.state === 'exited'
      ? { finishedAt: timestamp(record.finishedAt), exitCode: record.exitCode, reason: record.reason }
      : {}),
    image: { image: record.imageName },
    imageRef: record.imageId,
    labels: labelsOf(sandbox, record.name),
  };
  const process = {
    args: argv,
    cwd: record.directory,
    env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    user: { uid: record.credentials.user, gid: record.credentials.group },
    capabilities: { bounding: record.credentials.capabilities.map((name) => `CAP_${name}`) },
  };
  const info = {
    sandboxID: sandbox.id,
    pid: record.pid,
    runtimeSpec: { process, linux: { resources: record.limits } },
  };
  yield* print(`${JSON.stringify({ status, info }, undefined, 2)}\n`);
  return 0;
}

function labelsOf({ name, namespace, uid }: Sandbox, container?: string): object {
  return {
    ...(container === undefined ? {} : { 'io.kubernetes.container.name': container }),
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.uid': uid,
  };
}

/** A sandbox is a container of its own: `pause` holds the namespaces that the pod's containers share. */
function* inspectp({ sandboxes }: Listing, [id]: readonly string[]) {
  const sandbox = found(sandboxes, id);
  if (!sandbox) return yield* notFound('sandbox', id);
  const status = {
    id: sandbox.id,
    metadata: { name: sandbox.name, namespace: sandbox.namespace, uid: sandbox.uid },
    state: sandbox.state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
    createdAt: timestamp(sandbox.createdAt),
    network: { ip: sandbox.address },
    linux: {
      namespaces: { options: { ipc: 'POD', network: sandbox.isHostNetwork ? 'NODE' : 'POD', pid: 'CONTAINER' } },
    },
    labels: labelsOf(sandbox),
  };
  const info = {
    image: 'registry.k8s.io/pause:3.10.1',
    runtimeSpec: { process: { args: ['/pause'] }, hostname: sandbox.hostname },
  };
  yield* print(`${JSON.stringify({ status, info }, undefined, 2)}\n`);
  return 0;
}

function* logs({ containers }: Listing, [id]: readonly string[]) {
  const container = found(containers, id);
  if (!container) return yield* notFound('container', id);
  const answer = yield* ask('/logs', container.id);
  if ('body' in answer) yield* print((answer.body as { text: string }).text);
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
  const image = all.find((each) => each.name === name || each.name.endsWith(`/${name}`) || short(each.id) === name);
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

function* version({ runtime }: Listing) {
  yield* print(
    `Version:  0.1.0\nRuntimeName:  ${runtime.name}\nRuntimeVersion:  ${runtime.version}\nRuntimeApiVersion:  v1\n`,
  );
  return 0;
}
