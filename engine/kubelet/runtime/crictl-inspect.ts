import type { Options } from '../../process/applets/applet.ts';
import { complain, print, type RequestAnswer, type Syscall } from '../../process/program.ts';
import { timestamp } from '../../sim/time.ts';
import type { Sandbox } from './cri.ts';
import { PAUSE_IMAGE } from './sandboxes.ts';
import { CRI_SOCKET, type InspectedImage, type Inspection, type Listing } from './socket.ts';

/** One command of crictl: what the runtime told, the operands, the options. */
export type Command = (
  listing: Listing,
  words: readonly string[],
  options: Options,
) => Generator<Syscall, number, unknown>;

/** Asks the runtime of this node. */
export function* ask(path: string, id?: string): Generator<Syscall, RequestAnswer, unknown> {
  const request = { method: 'POST' as const, path, body: { id } };
  return (yield { call: 'request', server: CRI_SOCKET, request }) as RequestAnswer;
}

export function found<T extends { readonly id: string }>(all: readonly T[], id: string | undefined): T | undefined {
  return id === undefined ? undefined : all.find((each) => each.id.replace('sha256:', '').startsWith(id));
}

export function* notFound(what: string, id: string | undefined): Generator<Syscall, number, unknown> {
  yield* complain(
    id === undefined
      ? 'crictl: an ID is required\n'
      : `FATA[0000] getting the status of the ${what} "${id}": rpc error: code = NotFound desc = an error occurred when try to find ${what} "${id}": not found\n`,
  );
  return 1;
}

function* show(value: object): Generator<Syscall, number, unknown> {
  yield* print(`${JSON.stringify(value, undefined, 2)}\n`);
  return 0;
}

/** Columns as wide as their widest cell, three blanks apart. */
export function* table(rows: readonly (readonly string[])[]): Generator<Syscall, number, unknown> {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length))) ?? [];
  for (const row of rows) {
    const line = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd((widths[at] ?? 0) + 3))).join('');
    yield* print(`${line.trimEnd()}\n`);
  }
  return 0;
}

/** Asks for one thing that is known to be there. */
export function* askFor<T>(path: string, id: string): Generator<Syscall, T, unknown> {
  const answer = yield* ask(path, id);
  return ('body' in answer ? answer.body : {}) as T;
}

/** Times in nanoseconds are a runtime's; those of this one are whole milliseconds. */
export function* inspect({ containers }: Listing, [id]: readonly string[]): Generator<Syscall, number, unknown> {
  const container = found(containers, id);
  if (!container) return yield* notFound('container', id);
  const { sandbox } = container;
  const { spec, pid, mounts, logPath, snapshot } = yield* askFor<Inspection>('/inspect', container.id);
  return yield* show({
    status: {
      id: container.id,
      metadata: { attempt: container.attempt, name: container.name },
      state: `CONTAINER_${container.state.toUpperCase()}`,
      createdAt: timestamp(container.createdAt),
      ...(container.startedAt > 0 ? { startedAt: timestamp(container.startedAt) } : {}),
      ...(container.state === 'exited'
        ? { finishedAt: timestamp(container.finishedAt), exitCode: container.exitCode, reason: container.reason }
        : {}),
      ...(container.message === '' ? {} : { message: container.message }),
      image: { image: container.imageName },
      imageRef: container.imageId,
      labels: labelsOf(sandbox, container.name),
      logPath,
      mounts,
      resources: resourcesOf(spec),
    },
    info: {
      sandboxID: sandbox.id,
      pid: container.state === 'running' ? pid : 0,
      ...(snapshot === undefined ? {} : { snapshotter: 'overlayfs', snapshot }),
      runtimeType: 'io.containerd.runc.v2',
      runtimeSpec: spec,
    },
  });
}

/** `linux.resources` of a specification as the CRI names them. */
function resourcesOf(spec: Inspection['spec']): object {
  const { cpu = {}, memory } = spec.linux?.resources ?? {};
  return {
    linux: {
      ...(cpu.period === undefined ? {} : { cpuPeriod: String(cpu.period) }),
      ...(cpu.quota === undefined ? {} : { cpuQuota: String(cpu.quota) }),
      ...(cpu.shares === undefined ? {} : { cpuShares: String(cpu.shares) }),
      ...(memory?.limit === undefined ? {} : { memoryLimitInBytes: String(memory.limit) }),
      oomScoreAdj: String(spec.process?.oomScoreAdj ?? 0),
    },
  };
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
export function* inspectp({ sandboxes }: Listing, [id]: readonly string[]): Generator<Syscall, number, unknown> {
  const sandbox = found(sandboxes, id);
  if (!sandbox) return yield* notFound('sandbox', id);
  const { spec, pid } = yield* askFor<Inspection>('/inspect', sandbox.id);
  const network = sandbox.isHostNetwork ? 'NODE' : 'POD';
  return yield* show({
    status: {
      id: sandbox.id,
      metadata: { attempt: 0, name: sandbox.name, namespace: sandbox.namespace, uid: sandbox.uid },
      state: sandbox.state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
      createdAt: timestamp(sandbox.createdAt),
      network: { additionalIps: [], ip: sandbox.isHostNetwork ? '' : sandbox.address },
      linux: {
        namespaces: { options: { ipc: sandbox.ipcNamespace, network, pid: sandbox.processNamespace } },
      },
      labels: labelsOf(sandbox),
    },
    info: {
      pid: sandbox.state === 'ready' ? pid : 0,
      processStatus: sandbox.state === 'ready' ? 'running' : 'deleted',
      image: PAUSE_IMAGE,
      runtimeType: 'io.containerd.runc.v2',
      runtimeSpec: spec,
    },
  });
}

/** An image with its configuration and its layers. */
export function* inspecti({ images }: Listing, [name]: readonly string[]): Generator<Syscall, number, unknown> {
  const image = imageNamed(images, name);
  if (!image) {
    yield* complain(`FATA[0000] no such image "${name ?? ''}" present\n`);
    return 1;
  }
  const { config, digest, layers } = yield* askFor<InspectedImage>('/inspecti', image.name);
  const repository = image.name.slice(0, image.name.lastIndexOf(':'));
  return yield* show({
    status: {
      id: image.id,
      repoTags: [image.name],
      repoDigests: [`${repository}@${digest}`],
      size: String(image.size),
      ...(image.user === 0 ? {} : { uid: { value: String(image.user) } }),
      username: '',
      pinned: image.name === PAUSE_IMAGE,
    },
    info: { chainID: layers.at(-1)?.chainId, imageSpec: config, layers },
  });
}

/** By name as people write it, or by the beginning of its id. */
export function imageNamed<T extends { readonly id: string; readonly name: string }>(
  images: readonly T[],
  name: string | undefined,
): T | undefined {
  if (name === undefined || name === '') return undefined;
  const full = images.find((each) => each.name === name || each.name.endsWith(`/${name}`));
  return full ?? found(images, name.replace('sha256:', ''));
}
