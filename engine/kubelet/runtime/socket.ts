import { imageOf } from '../../process/images/catalogue.ts';
import { imageDocuments } from '../../process/images/oci.ts';
import type { RequestAnswer } from '../../process/program.ts';
import type { Turn } from '../../sim/turn.ts';
import { containerRecord, containersOf, removeContainer, stopContainer } from './containers.ts';
import type { ContainerRecord, ImageRecord, Sandbox } from './cri.ts';
import { containerHost } from './host.ts';
import { listImages, removeImage } from './images.ts';
import { readLog } from './logs.ts';
import { overlayOf } from './node-files/containerd-files.ts';
import { logPath } from './node-files/log-files.ts';
import { allOf, documentsOf, specOf } from './node-files/made.ts';
import { runtimeState } from './node-files/node-files.ts';
import { mountSource, nodePid } from './node-files/runtime-spec.ts';
import { nodesOf } from './nodes.ts';
import { type RuntimeInfo, runtimeInfo } from './runtimes.ts';
import { stopSandbox } from './sandboxes.ts';
import { containerStats } from './stats.ts';

/** How crictl addresses the runtime of its node, whichever it is. */
export const CRI_SOCKET = 'unix:///run/cri.sock';

/** What `crictl` gets of a container. */
export interface ListedContainer extends ContainerRecord {
  readonly sandbox: Sandbox;
}

/** What the runtime tells over its socket. */
export interface Listing {
  readonly now: number;
  readonly runtime: RuntimeInfo;
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly ListedContainer[];
  readonly images: readonly ImageRecord[];
  /** The range of the node's pods, once it has one. */
  readonly podCIDR?: string;
}

/** What `crictl inspect` and `inspectp` get besides. */
export interface Inspection {
  readonly spec: {
    readonly process?: { readonly oomScoreAdj?: number };
    readonly linux?: {
      readonly resources?: {
        readonly cpu?: { readonly shares?: number; readonly quota?: number; readonly period?: number };
        readonly memory?: { readonly limit?: number };
      };
    };
  };
  /** As the node counts. */
  readonly pid: number;
  readonly mounts: readonly object[];
  readonly logPath: string;
  readonly snapshot?: object;
}

export interface InspectedImage {
  readonly config: object;
  readonly digest: string;
  readonly layers: readonly { readonly digest: string; readonly chainId: string; readonly size: number }[];
}

export interface ContainerLog {
  readonly text: string;
  readonly isRunning: boolean;
}

/** Answers `crictl`: everything there is, more about one thing of it, or a change. */
export function answerCrictl(turn: Turn, path: string, body: { readonly id?: string }): RequestAnswer {
  const { id = '' } = body ?? {};
  switch (path) {
    case '/logs': {
      const isRunning = containerRecord(turn, id)?.state === 'running';
      return { code: 200, body: { text: readLog(turn, id, {}), isRunning } satisfies ContainerLog };
    }
    case '/inspect':
      return { code: 200, body: inspection(turn, id) };
    case '/inspecti':
      return { code: 200, body: inspectedImage(id) };
    case '/stats':
      return { code: 200, body: containerRecord(turn, id) ? containerStats(turn, id) : {} };
    case '/rmi':
      removeImage(turn, id);
      return { code: 200, body: {} };
    case '/stop':
      stopContainer(turn, containerHost, id, 0);
      return { code: 200, body: {} };
    case '/rm':
      return { code: 200, body: removeStopped(turn, id) };
    case '/stopp':
      stopPod(turn, id);
      return { code: 200, body: {} };
    default:
      return { code: 200, body: listing(turn) };
  }
}

function inspection(turn: Turn, id: string): Inspection | object {
  const runtime = runtimeState(turn);
  const made = allOf(runtime).find((each) => each.id === id);
  if (made === undefined) return {};
  const sandbox = 'argv' in made ? runtime.sandboxOf(made) : made;
  const machine = runtime.machineOf(id);
  const layers = documentsOf(made)?.layers ?? [];
  return {
    spec: specOf(runtime, made),
    pid: nodePid(made),
    mounts: (('argv' in made && machine?.mounts) || []).map((mount) => ({
      containerPath: mount.path,
      hostPath: 'argv' in made ? mountSource(made, mount) : '',
      propagation: 'PROPAGATION_PRIVATE',
      readonly: mount.readOnly === true,
    })),
    logPath: 'argv' in made && sandbox ? logPath(sandbox, made) : '',
    ...(runtimeInfo(turn).name === 'containerd' ? { snapshot: overlayOf(layers, made) } : {}),
  } satisfies Inspection;
}

function inspectedImage(name: string): InspectedImage | object {
  const image = imageOf(name);
  if (image === undefined) return {};
  const { config, digest, layers } = imageDocuments(image);
  return {
    config: JSON.parse(config) as object,
    digest,
    layers: layers.map(({ digest: layer, chainId, size }) => ({ digest: layer, chainId, size })),
  } satisfies InspectedImage;
}

function removeStopped(turn: Turn, id: string): { readonly error?: string } {
  if (containerRecord(turn, id)?.state === 'running')
    return { error: `removing the container "${id}": container is running, please stop it first` };
  removeContainer(turn, id);
  return {};
}

/** Ends what runs in a pod and takes its network down. */
function stopPod(turn: Turn, id: string): void {
  const sandbox = runtimeState(turn)
    .sandboxes()
    .find((each) => each.id === id);
  if (sandbox === undefined) return;
  for (const container of containersOf(turn, sandbox.uid)) stopContainer(turn, containerHost, container.id, 0);
  stopSandbox(turn, sandbox.uid);
}

function listing(turn: Turn): Listing {
  const sandboxes = turn.memory.keys('sandbox/').map((key) => turn.memory.get<Sandbox>(key) as Sandbox);
  const containers = sandboxes.flatMap((sandbox) =>
    containersOf(turn, sandbox.uid).map((container) => ({ ...container, sandbox })),
  );
  const images = listImages(turn).map(({ id, name, size, user }) => ({ id, name, size, user }));
  const podCIDR = nodesOf(turn).find(({ name }) => name === turn.instance)?.podCIDR;
  return { now: turn.now, runtime: runtimeInfo(turn), sandboxes, containers, images, podCIDR };
}
