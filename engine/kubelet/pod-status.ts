import type { KubeObject } from '../object.ts';
import { timestamp } from '../sim/time.ts';
import { type ContainerStatus, containerStatus, isInitialized, newest } from './container-status.ts';
import { type Container, containersOfPod, ephemeralContainersOf, initContainersOf, type PodCell } from './pod.ts';
import type { Resize } from './resize-state.ts';
import { isInitRetried, isRestartedAfter, mayRestartAll } from './restart-policy.ts';
import type { RuntimePod } from './runtime/cri.ts';

export interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
  readonly lastProbeTime: null;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** What the status is made from besides the cell. */
export interface StatusSources {
  readonly runtime: RuntimePod;
  readonly now: number;
  readonly hostAddress: string;
  /** The end of a container's log, for termination messages. */
  readonly logTail: (id: string) => string;
}

/**
 * `status` as the kubelet sees the pod; what it does not have is undefined, so that all statuses have one shape. Source of the
 * rules: `pkg/kubelet/kubelet_pods.go`, `pkg/kubelet/status/generate.go`.
 */
export function podStatus(cell: PodCell, sources: StatusSources): Record<string, unknown> {
  const { pod, termination } = cell;
  if (termination?.isRejection) return rejectedStatus(cell);
  const { runtime, hostAddress } = sources;
  const inits = initContainersOf(pod);
  const defaultReason = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const statusOf = (container: Container, isInit: boolean): ContainerStatus =>
    containerStatus(cell, runtime, container, defaultReason, isInit, sources.logTail);
  const initContainerStatuses = inits.map((container) => statusOf(container, true));
  const containerStatuses = sorted(containersOfPod(pod).map((container) => statusOf(container, false)));
  const ephemeralContainerStatuses = ephemeralContainersOf(pod).map((container) => statusOf(container, false));
  const phase = termination?.reason
    ? 'Failed'
    : cell.hasFinished
      ? cell.status.phase
      : settledPhase(
          phaseOf(
            pod,
            initContainerStatuses,
            containerStatuses,
            isTerminal(cell, runtime),
            isBeginningAnew(cell, runtime),
          ),
          cell,
          runtime,
        );
  const address = runtime.sandbox?.address ?? cell.status?.podIP;
  const isGivenUp = Boolean(termination?.reason);
  return {
    message: isGivenUp ? termination?.message : undefined,
    reason: isGivenUp ? termination?.reason : undefined,
    conditions: conditionsOf(cell, sources, phase, initContainerStatuses, containerStatuses),
    containerStatuses,
    ephemeralContainerStatuses: unprobed(ephemeralContainerStatuses),
    hostIP: hostAddress,
    hostIPs: addressList(cell.status?.hostIPs, hostAddress),
    initContainerStatuses: inits.length > 0 ? initContainerStatuses : undefined,
    observedGeneration: pod.metadata.generation,
    phase,
    podIP: address,
    podIPs: address === undefined ? undefined : addressList(cell.status?.podIPs, address),
    qosClass: pod.status?.qosClass,
    resources: NO_RESOURCES,
    startTime: cell.status?.startTime ?? timestamp(cell.startTime),
  };
}

const NO_RESOURCES = {};

interface Address {
  readonly ip: string;
}

/** A list of one address; the same object as before where it says the same. */
function addressList(before: readonly Address[] | undefined, ip: string): readonly Address[] {
  return before?.length === 1 && before[0]?.ip === ip ? before : [{ ip }];
}

/** Nobody probes ephemeral containers, so nobody says that they were ready (`UpdatePodStatus` in `pkg/kubelet/prober`). */
function unprobed(statuses: readonly ContainerStatus[]): readonly object[] | undefined {
  if (statuses.length === 0) return undefined;
  return statuses.map(({ started: _started, ...status }) => ({ ...status, ready: false }));
}

/** Of a pod that was never taken in there is nothing to tell but why (`rejectPod` in `pkg/kubelet/kubelet.go`). */
function rejectedStatus({ pod, termination, status, startTime }: PodCell): Record<string, unknown> {
  return {
    conditions: (pod.status?.conditions ?? []).filter(({ type }: PodCondition) => !OWN_CONDITIONS.includes(type)),
    message: termination?.message,
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: 'Failed',
    qosClass: pod.status?.qosClass,
    reason: termination?.reason,
    startTime: status?.startTime ?? timestamp(startTime),
  };
}

/** Conditions that a kubelet sets, and takes away (`PodConditionByKubelet` in `pkg/kubelet/types`). */
const OWN_CONDITIONS = [
  'PodScheduled',
  'Ready',
  'Initialized',
  'ContainersReady',
  'PodReadyToStartContainers',
  'AllContainersRestarting',
];

function sorted(statuses: ContainerStatus[]): ContainerStatus[] {
  return statuses.length < 2 ? statuses : statuses.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** No pod is over while something of it runs, its sandbox at least (`mergePodStatus` in `pkg/kubelet/status/status_manager.go`). */
function settledPhase(phase: string, cell: PodCell, runtime: RuntimePod): string {
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  if (!isOver || (runtime.sandbox?.state !== 'ready' && runtime.containers.every(({ state }) => state !== 'running')))
    return phase;
  return (cell.status?.phase as string | undefined) ?? 'Pending';
}

/** A pod that was ended and has nothing running any more will not run again, whatever its restart policy. */
function isTerminal(cell: PodCell, runtime: RuntimePod): boolean {
  return cell.termination !== undefined && runtime.containers.every(({ state }) => state !== 'running');
}

/** All containers are being restarted, or were and have not come up yet. */
function isBeginningAnew({ isRestartingAll, resets }: PodCell, runtime: RuntimePod): boolean {
  if (isRestartingAll === true) return true;
  return resets !== undefined && Object.keys(resets).some((name) => newest(runtime, name) === undefined);
}

/** The phase that container states add up to (`getPhase`). */
function phaseOf(
  pod: KubeObject,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
  isEnded: boolean,
  isAnew: boolean,
): string {
  if (!isInitialized(pod, inits)) {
    if (hasFailedForGood(pod, inits)) return 'Failed';
    if (!hasStarted(containers)) return 'Pending';
  }
  let running = 0;
  let stopped = 0;
  let succeeded = 0;
  let restarting = 0;
  let waiting = 0;
  for (const { name, state, lastState } of containers) {
    const exitCode =
      state.terminated?.exitCode ?? (lastState.terminated as { exitCode?: number } | undefined)?.exitCode;
    if (state.running) running++;
    else if (exitCode === undefined) waiting++;
    else {
      stopped++;
      if (state.terminated && exitCode === 0) succeeded++;
      const spec = containersOfPod(pod).find((container) => container.name === name) as Container;
      if (isRestartedAfter(pod, spec, exitCode)) restarting++;
    }
  }
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (!isEnded && (restarting > 0 || isAnew)) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}

/** Source: `HasAnyRegularContainerStarted` in `pkg/kubelet/container/helpers.go`. */
function hasStarted(containers: readonly ContainerStatus[]): boolean {
  return containers.some(({ state }) => state.running !== undefined || state.terminated !== undefined);
}

/** An init container has failed that is not tried again. */
function hasFailedForGood(pod: KubeObject, inits: readonly ContainerStatus[]): boolean {
  const specs = initContainersOf(pod);
  return inits.some((status, at) => {
    const exitCode = status.state.terminated?.exitCode ?? 0;
    return exitCode !== 0 && !isInitRetried(pod, specs[at] as Container, exitCode);
  });
}

interface Verdict {
  readonly isTrue: boolean;
  readonly reason?: string;
  readonly message?: string;
}

const TRUE: Verdict = { isTrue: true };
const FALSE: Verdict = { isTrue: false };

function conditionsOf(
  cell: PodCell,
  sources: StatusSources,
  phase: string,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
): PodCondition[] {
  const { pod } = cell;
  const containersReady = containersReadyOf(phase, containers);
  const hasSandbox = sources.runtime.sandbox?.state === 'ready' && cell.step !== 'sandbox';
  const known: readonly PodCondition[] = cell.status?.conditions ?? pod.status?.conditions ?? [];
  const now = timestamp(sources.now);
  const { generation } = pod.metadata;
  const own = [
    condition('PodReadyToStartContainers', hasSandbox ? TRUE : FALSE, known, now, generation),
    condition('Initialized', initializedOf(pod, phase, inits, containers), known, now, generation),
    condition('Ready', readyOf(pod, containersReady), known, now, generation),
    condition('ContainersReady', containersReady, known, now, generation),
    condition('PodScheduled', TRUE, known, now, generation),
  ];
  if (mayRestartAll(pod)) own.push(condition('AllContainersRestarting', restartingOf(cell, phase), known, now));
  const resized = cell.resize ? [...resizeConditions(cell.resize, known, now), ...own] : own;
  if (!cell.termination?.isDisruption) return resized;
  const why = { isTrue: true, reason: 'TerminationByKubelet', message: cell.termination.message };
  return [condition('DisruptionTarget', why, known, now, generation), ...resized];
}

/** `PodResizePending` and `PodResizeInProgress` are there only while they are true. */
function resizeConditions(
  { pending, inProgress }: Resize,
  known: readonly PodCondition[],
  now: string,
): PodCondition[] {
  const result: PodCondition[] = [];
  if (pending) {
    const { reason, message, generation } = pending;
    result.push(condition('PodResizePending', { isTrue: true, reason, message }, known, now, generation));
  }
  if (inProgress) {
    const { error, generation } = inProgress;
    const verdict = error === undefined ? { isTrue: true } : { isTrue: true, reason: 'Error', message: error };
    result.push(condition('PodResizeInProgress', verdict, known, now, generation));
  }
  return result;
}

/** Asked for every condition of every status: a loop is quicker than a function for each. */
export function conditionNamed(conditions: readonly PodCondition[], type: string): PodCondition | undefined {
  for (let at = 0; at < conditions.length; at++)
    if ((conditions[at] as PodCondition).type === type) return conditions[at];
  return undefined;
}

/** The same object as before where it says the same. */
function condition(
  type: string,
  { isTrue, reason, message }: Verdict,
  known: readonly PodCondition[],
  now: string,
  generation?: number,
): PodCondition {
  const status = isTrue ? 'True' : 'False';
  const before = conditionNamed(known, type);
  if (
    before?.status === status &&
    before.reason === reason &&
    before.message === message &&
    before.observedGeneration === generation
  )
    return before;
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
  // Nearly all are of these two kinds: a literal is many times faster than one put together from parts.
  if (message === undefined && reason === undefined && generation !== undefined)
    return { lastProbeTime: null, lastTransitionTime, observedGeneration: generation, status, type };
  if (message !== undefined && reason !== undefined && generation !== undefined)
    return { lastProbeTime: null, lastTransitionTime, message, observedGeneration: generation, reason, status, type };
  return {
    lastProbeTime: null,
    lastTransitionTime,
    ...(message === undefined ? {} : { message }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(reason === undefined ? {} : { reason }),
    status,
    type,
  };
}

/** Source: `GenerateAllContainersRestartingCondition` in `pkg/kubelet/status/generate.go`. */
function restartingOf({ isRestartingAll }: PodCell, phase: string): Verdict {
  if (phase === 'Succeeded') return { isTrue: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { isTrue: false, reason: 'PodFailed' };
  if (!isRestartingAll) return FALSE;
  return { isTrue: true, reason: 'RestartAllContainersStarted', message: 'container exited with restart policy rule' };
}

/** A pod whose containers have started was initialized before, whatever its sidecars do now (`GeneratePodInitializedCondition`). */
function initializedOf(
  pod: KubeObject,
  phase: string,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
): Verdict {
  if (phase === 'Succeeded') return { isTrue: true, reason: 'PodCompleted' };
  if (hasStarted(containers) || isInitialized(pod, inits)) return TRUE;
  const specs = initContainersOf(pod);
  const incomplete = inits
    .filter((status, at) => (specs[at]?.restartPolicy === 'Always' ? !status.started : !status.ready))
    .map(({ name }) => name);
  return {
    isTrue: false,
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
}

function containersReadyOf(phase: string, containers: readonly ContainerStatus[]): Verdict {
  if (phase === 'Succeeded') return { isTrue: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { isTrue: false, reason: 'PodFailed' };
  if (containers.every(({ ready }) => ready)) return TRUE;
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  return {
    isTrue: false,
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}

function readyOf(pod: KubeObject, containersReady: Verdict): Verdict {
  if (!containersReady.isTrue) return containersReady;
  const gates: readonly { conditionType: string }[] | undefined = pod.spec.readinessGates;
  if (gates === undefined) return TRUE;
  const conditions: readonly { type: string; status: string }[] = pod.status?.conditions ?? [];
  const messages = gates.flatMap(({ conditionType }) => {
    const found = conditions.find(({ type }) => type === conditionType);
    if (!found) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  return messages.length === 0
    ? { isTrue: true }
    : { isTrue: false, reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}
