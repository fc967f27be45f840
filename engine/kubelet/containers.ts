import { ApiError } from '../apiserver/request.ts';
import { LATENCY } from '../sim/latency.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { backOffEnd, duration, nextBackOff } from './backoff.ts';
import { newest, terminatedState } from './container-status.ts';
import { environmentOf, expand, type PodFacts } from './environment.ts';
import { ConfigError } from './environment-error.ts';
import { type HookEnd, runHook } from './hooks.ts';
import { ensureImage, imagesFor } from './images.ts';
import {
  type Container,
  containerNamed,
  containersOfPod,
  cri,
  ephemeralContainersOf,
  initContainersOf,
  isSidecar,
  type PodCell,
  podEvent,
  podName,
  setPodCell,
  type Waiting,
} from './pod.ts';
import { isInitRetried, isRestartedAfter } from './restart-policy.ts';
import type { ContainerRecord, CreateContainer, ImageRecord, RuntimeFailure, RuntimePod } from './runtime/cri.ts';
import { limitsOf, securityOf } from './security.ts';
import { postStartFailed } from './stopping.ts';
import { mountsOf } from './volumes.ts';

/** Least time after which a failed sync is tried again, and how much chance adds to it (`pkg/kubelet/pod_workers.go`). */
const BACK_OFF_PERIOD = 10_000;
const BACK_OFF_JITTER = 0.5;

/** Whether a container that has exited runs again (`ShouldContainerBeRestarted`). */
export function isRestarted(cell: PodCell, container: Container, record: ContainerRecord | undefined): boolean {
  if (!record) return true;
  // One that was made and never started: the kubelet was stopped in between.
  if (record.state === 'created') return true;
  if (record.state !== 'exited') return false;
  if (ephemeralContainersOf(cell.pod).includes(container)) return false;
  return isRestartedAfter(cell.pod, container, record.exitCode);
}

/** The container to start next in this run of the worker (`computePodActions`). */
export function nextContainer(cell: PodCell, runtime: RuntimePod): Container | undefined {
  const mains = containersOfPod(cell.pod);
  const inits = initContainersOf(cell.pod);
  const hasBegun = inits.length > 0 && mains.some((container) => isOfSandbox(runtime, newest(runtime, container.name)));
  for (const container of inits) {
    const last = newest(runtime, container.name);
    const record = isOfSandbox(runtime, last) ? last : undefined;
    if (!isSidecar(container)) {
      if (hasBegun || (record?.state === 'exited' && record.exitCode === 0)) continue;
      const isWanted =
        !record ||
        record.state === 'created' ||
        (record.state === 'exited' && isInitRetried(cell.pod, container, record.exitCode));
      return isWanted && !cell.tried.includes(container.name) ? container : undefined;
    }
    if (isRestarted(cell, container, record)) {
      if (!cell.tried.includes(container.name)) return container;
      if (!hasBegun) return undefined;
    } else if (!hasBegun && container.startupProbe && !cell.probes[container.name]?.isStarted) return undefined;
  }
  const isWanted = (container: Container): boolean =>
    !cell.tried.includes(container.name) && isRestarted(cell, container, newest(runtime, container.name));
  return ephemeralContainersOf(cell.pod).find(isWanted) ?? mains.find(isWanted);
}

/** A sandbox that had to be made anew knows nothing of earlier containers: its init containers run again. */
function isOfSandbox({ sandbox }: RuntimePod, record: ContainerRecord | undefined): boolean {
  return record !== undefined && record.createdAt >= (sandbox?.createdAt ?? 0);
}

/** Begins to start a container. The cell that comes back has a `step` when there is something to wait for. */
export function beginStart(turn: Turn, before: PodCell, runtime: RuntimePod, container: Container): PodCell {
  const cell = setPodCell(turn, before, { tried: [...before.tried, container.name] });
  const record = newest(runtime, container.name);
  if (record?.state === 'exited') {
    const waited = backOff(turn, cell, container, record);
    if ('end' in waited) return waited.cell;
    return withImage(turn, waited.cell, container, runtime);
  }
  return withImage(turn, cell, container, runtime);
}

function backOff(
  turn: Turn,
  cell: PodCell,
  container: Container,
  record: ContainerRecord,
): { cell: PodCell; end: number } | { cell: PodCell } {
  const known = cell.backOffs[container.name];
  const end = backOffEnd(known, record.finishedAt, turn.now);
  if (end === undefined) {
    const next = nextBackOff(known, record.finishedAt, turn.now);
    return { cell: setPodCell(turn, cell, { backOffs: { ...cell.backOffs, [container.name]: next } }) };
  }
  podEvent(
    turn,
    cell.pod,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${container.name} in pod ${podName(cell.pod)}`,
    container,
  );
  const wait = duration(known?.milliseconds ?? 0);
  const message = `back-off ${wait} restarting failed container=${container.name} pod=${podName(cell.pod)}`;
  return { cell: fail(turn, cell, container, { reason: 'CrashLoopBackOff', message }, end), end };
}

/** Notes why a container waits, and when the worker should look at it again. */
export function fail(turn: Turn, cell: PodCell, container: Container, waiting: Waiting, retryAt?: number): PodCell {
  const usual = turn.now + Math.round(BACK_OFF_PERIOD * (1 + BACK_OFF_JITTER * turn.random()));
  return setPodCell(turn, cell, {
    step: undefined,
    waiting: { ...cell.waiting, [container.name]: waiting },
    retryAt: Math.min(usual, retryAt ?? usual, cell.retryAt ?? usual),
  });
}

/** Sees to the images of a container and its volumes; those up to `done` are on the node already. */
export function withImage(
  turn: Turn,
  cell: PodCell,
  container: Container,
  runtime: RuntimePod,
  done?: string,
): PodCell {
  const images = imagesFor(cell.pod, container);
  const left = done === undefined ? images : images.slice(images.findIndex(({ image }) => image === done) + 1);
  for (const wanted of left) {
    const image = ensureImage(turn, cell, wanted);
    if ('waiting' in image) {
      podEvent(turn, cell.pod, 'Warning', 'Failed', `Error: ${image.waiting.reason}`, container);
      return fail(turn, cell, container, image.waiting);
    }
    if ('isPulling' in image) return setPodCell(turn, cell, { step: 'pull' });
  }
  return create(turn, cell, container, runtime);
}

/** Makes the container, now that its image is on the node. */
function create(turn: Turn, cell: PodCell, container: Container, runtime: RuntimePod): PodCell {
  let request: CreateContainer;
  try {
    request = configOf(turn, cell, container, runtime);
  } catch (error) {
    if (
      !(
        error instanceof ConfigError ||
        error instanceof ApiError ||
        (error instanceof Unreachable && error.target === 'kube-apiserver')
      )
    )
      throw error;
    podEvent(turn, cell.pod, 'Warning', 'Failed', `Error: ${error.message}`, container);
    return fail(turn, cell, container, { reason: 'CreateContainerConfigError', message: error.message });
  }
  const created = cri<ContainerRecord | RuntimeFailure>(turn, request);
  if ('error' in created) {
    podEvent(turn, cell.pod, 'Warning', 'Failed', `Error: ${created.error}`, container);
    return fail(turn, cell, container, { reason: 'CreateContainerError', message: created.error });
  }
  podEvent(turn, cell.pod, 'Normal', 'Created', 'Container created', container);
  const previous = newest(runtime, container.name);
  const last = previous
    ? { ...cell.last, [container.name]: terminatedState(previous, container, () => '') }
    : cell.last;
  turn.after(LATENCY.containerStart, {
    kind: 'startContainer',
    uid: cell.pod.metadata.uid,
    container: container.name,
    id: created.id,
  });
  return setPodCell(turn, cell, { step: 'start', last });
}

/** Runs the container's process. */
export function start(turn: Turn, cell: PodCell, name: string, id: string): PodCell | undefined {
  const container = containerNamed(cell, name);
  if (!container || cell.step !== 'start' || cell.termination) return undefined;
  const failure = cri<RuntimeFailure | undefined>(turn, { call: 'StartContainer', id });
  if (failure) {
    podEvent(turn, cell.pod, 'Warning', 'Failed', `Error: ${failure.error}`, container);
    return fail(turn, cell, container, { reason: 'RunContainerError', message: failure.error });
  }
  podEvent(turn, cell.pod, 'Normal', 'Started', 'Container started', container);
  const waiting = withoutWait(cell, name);
  if (!container.lifecycle?.postStart) return setPodCell(turn, cell, { step: undefined, waiting });
  const hooked = setPodCell(turn, cell, { step: 'hook', waiting });
  const end = runHook(turn, hooked, container, id, 'postStart');
  return end ? endPostStart(turn, end) : undefined;
}

function withoutWait({ waiting }: PodCell, name: string): PodCell['waiting'] {
  if (waiting[name] === undefined) return waiting;
  const { [name]: _, ...others } = waiting;
  return others;
}

/** The worker goes on when a container's postStart hook is over, and where it has failed when the container is gone. */
export function endPostStart(turn: Turn, end: HookEnd): PodCell {
  const { cell, container, message } = end;
  if (message === undefined) return setPodCell(turn, cell, { step: undefined });
  postStartFailed(turn, end);
  return setPodCell(turn, cell, { failedHook: { container: container.name, id: end.id, message } });
}

/** The container whose postStart hook has failed is gone: the worker goes on. Undefined: it still runs. */
export function endFailedHook(turn: Turn, cell: PodCell, runtime: RuntimePod): PodCell | undefined {
  const { failedHook } = cell;
  const container = failedHook && containerNamed(cell, failedHook.container);
  if (!container || runtime.containers.some(({ id, state }) => id === failedHook.id && state === 'running'))
    return undefined;
  const { message } = failedHook;
  const next = setPodCell(turn, cell, { failedHook: undefined });
  return fail(turn, next, container, { reason: 'PostStartHookError', message });
}

function configOf(turn: Turn, cell: PodCell, container: Container, runtime: RuntimePod): CreateContainer {
  const { pod } = cell;
  const previous = newest(runtime, container.name);
  const environment = environmentOf(turn, pod, container, factsOf(turn, runtime));
  const resolve = (text: string): string => expand(text, (name) => environment[name]);
  const security = { ...pod.spec.securityContext, ...container.securityContext };
  checkNonRoot(turn, cell, container, security);
  return {
    call: 'CreateContainer',
    uid: pod.metadata.uid,
    name: container.name,
    attempt: previous ? previous.attempt + 1 : restartsOf(cell, container.name),
    image: container.image,
    command: container.command?.map(resolve),
    args: container.args?.map(resolve),
    environment,
    workingDirectory: container.workingDir,
    mounts: mountsOf(turn, pod, container, environment),
    security: securityOf(security),
    limits: limitsOf(container),
    requests: container.resources?.requests,
    readOnlyRoot: security.readOnlyRootFilesystem === true,
    stdin: container.stdin === true,
    tty: container.tty === true,
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    targetId: targetOf(container, runtime),
  };
}

/** The container whose processes an ephemeral one wants to see (`getTargetID` in `pkg/kubelet/kuberuntime`). */
function targetOf({ targetContainerName: name }: Container, runtime: RuntimePod): string | undefined {
  if (!name) return undefined;
  const target = newest(runtime, name);
  if (!target) throw new ConfigError(`unable to find target container ${name}`);
  return target.id;
}

type ToldContainers = Partial<
  Record<
    'containerStatuses' | 'initContainerStatuses',
    readonly { readonly name: string; readonly restartCount: number; readonly containerID?: string }[]
  >
>;

/** The restart count goes on even when the runtime has forgotten the earlier containers. */
function restartsOf(cell: PodCell, name: string): number {
  const before = cell.resets?.[name];
  if (before !== undefined) return before + 1;
  const { containerStatuses, initContainerStatuses } = (cell.status ?? {}) as ToldContainers;
  const isNamed = (status: { readonly name: string }): boolean => status.name === name;
  const known = containerStatuses?.find(isNamed) ?? initContainerStatuses?.find(isNamed);
  return known?.containerID ? known.restartCount + 1 : 0;
}

/** Source: `pkg/kubelet/kuberuntime/security_context.go` (`verifyRunAsNonRoot`). */
function checkNonRoot(
  turn: Turn,
  cell: PodCell,
  container: Container,
  security: { runAsUser?: number; runAsNonRoot?: boolean },
): void {
  if (security.runAsNonRoot !== true) return;
  const where = `(pod: "${podName(cell.pod)}", container: ${container.name})`;
  if (security.runAsUser === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
  if (security.runAsUser !== undefined) return;
  const image = cri<ImageRecord | undefined>(turn, { call: 'ImageStatus', image: container.image });
  if ((image?.user ?? 0) === 0) throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`);
}

export function factsOf(turn: Turn, runtime: RuntimePod): PodFacts {
  return {
    podIP: runtime.sandbox?.address ?? '',
    hostIP: turn.memory.get<string>('address') ?? '',
    nodeName: turn.instance,
  };
}
