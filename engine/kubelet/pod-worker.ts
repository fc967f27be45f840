import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { LATENCY } from '../sim/latency.ts';
import type { Task } from '../sim/task.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { admit } from './admission.ts';
import { processLimit } from './configuration.ts';
import { newest } from './container-status.ts';
import {
  beginStart,
  endFailedHook,
  endPostStart,
  factsOf,
  fail,
  isRestarted,
  nextContainer,
  start,
  withImage,
} from './containers.ts';
import { awaitDeadline, isPastDeadline } from './deadline.ts';
import { namingOf } from './dns.ts';
import { secretData } from './environment.ts';
import { watchStorage } from './eviction.ts';
import type { HookEnd } from './hooks.ts';
import { imagesFor, pullEnded } from './images.ts';
import {
  type Container,
  containerNamed,
  containersOfPod,
  cri,
  initContainersOf,
  isSidecar,
  type PodCell,
  podCell,
  podEvent,
  runtimeStatus,
  setPodCell,
} from './pod.ts';
import { beginProbes, triggerReadiness } from './probes.ts';
import { actuateResize } from './resize.ts';
import { isRestartOfAllDue, restartAll } from './restart-all.ts';
import { isInitRetried } from './restart-policy.ts';
import type { HostPort, RuntimeFailure, RuntimePod, Sandbox } from './runtime/cri.ts';
import { RELIST_PERIOD, untilRelist } from './runtime/relist.ts';
import { runtimeHandlerOf } from './runtime-class.ts';
import { sharedNamespaces } from './security.ts';
import { superfluousContainers, writeStatus } from './status-writer.ts';
import { sandboxSysctls } from './sysctls.ts';
import { graceOf, restartContainer, settleTermination, terminate } from './termination.ts';
import { AttachmentPending } from './volume.ts';
import { hasChangingVolumes, mountVolumes } from './volumes.ts';

/** The first wait after a volume could not be set up, and the longest (`nestedpendingoperations` back-off). */
const MOUNT_RETRY = 500;
const MOUNT_RETRY_MAXIMUM = 122_000;

/** How long volumes are waited for before that is told (`podAttachAndMountTimeout` in `pkg/kubelet/volumemanager`). */
const MOUNT_TIMEOUT = 123_000;

/** The worker of one pod looks at it. While something it waits for goes on, it only tells the status. */
export function syncPod(turn: Turn, uid: string): void {
  const cell = podCell(turn, uid);
  if (!cell) return;
  if (cell.isEnding) return;
  if (cell.termination) {
    if (!cell.hasFinished || (cell.pod.metadata.deletionTimestamp && !cell.isDeleted)) settleTermination(turn, cell);
    return;
  }
  if (cell.isDeleted || cell.pod.metadata.deletionTimestamp) {
    terminate(turn, cell, graceOf(cell), undefined);
    return;
  }
  const runtime = runtimeStatus(turn, uid);
  for (const { id } of superfluousContainers(runtime.containers)) cri(turn, { call: 'RemoveContainer', id });
  // While a hook runs after the start of a container, the worker looks at nothing else.
  if (cell.step === 'hook') {
    const ended = cell.failedHook && endFailedHook(turn, cell, runtime);
    if (ended) advance(turn, ended);
    else setPodCell(turn, cell, { again: true });
    return;
  }
  if (cell.step !== undefined) {
    setPodCell(turn, writeStatus(turn, beginProbes(turn, cell, runtime), runtime), { again: true });
    return;
  }
  if (cell.timer !== undefined) turn.cancel(cell.timer);
  const hasRun = cell.tried.length > 0 || cell.retryAt !== undefined || cell.timer !== undefined || cell.again;
  begin(turn, hasRun ? setPodCell(turn, cell, NOT_RUN) : cell, runtime);
}

/** What a run of the worker does not take over from the one before. */
const NOT_RUN: Partial<PodCell> = { tried: [], retryAt: undefined, timer: undefined, again: undefined };

function begin(turn: Turn, before: PodCell, runtime: RuntimePod): void {
  let cell = before;
  if (!cell.isAdmitted) {
    const rejection = admit(turn, cell.pod);
    if (rejection) {
      podEvent(turn, cell.pod, 'Warning', rejection.reason, rejection.message.replace('Pod was rejected: ', ''));
      settleTermination(
        turn,
        setPodCell(turn, cell, {
          hasFinished: false,
          termination: { grace: 0, began: turn.now, stopping: [], isRejection: true, ...rejection },
        }),
      );
      return;
    }
    cell = setPodCell(turn, cell, { isAdmitted: true });
    watchStorage(turn, cell.pod);
    awaitDeadline(turn, cell);
  }
  if (isPastDeadline(turn, cell)) {
    const message = 'Pod was active on the node longer than the specified deadline';
    podEvent(turn, cell.pod, 'Normal', 'DeadlineExceeded', message);
    terminate(turn, cell, graceOf(cell), { reason: 'DeadlineExceeded', message });
    return;
  }
  if (isRestartOfAllDue(cell, runtime)) {
    restartAll(turn, cell, runtime);
    return;
  }
  cell = beginProbes(turn, cell, runtime);
  if (isOver(cell, runtime)) {
    endPod(turn, cell, runtime);
    return;
  }
  cell = writeStatus(turn, cell, runtime);
  triggerReadiness(turn, cell);
  restartChanged(turn, cell, runtime);
  if (cell.resize?.inProgress) cell = writeStatus(turn, actuateResize(turn, cell), runtime);
  advance(turn, cell, runtime);
}

/** A quick answer for most pods: everything in them is restarted always. */
function mayRunForEver({ pod }: PodCell): boolean {
  if ((pod.spec.restartPolicy ?? 'Always') !== 'Always') return false;
  const isRestarted = ({ restartPolicy }: Container): boolean =>
    restartPolicy === undefined || restartPolicy === 'Always';
  return containersOfPod(pod).every(isRestarted) && initContainersOf(pod).every(isRestarted);
}

/** Every container has ended for good: what is left of the pod is ended at the next relist. */
function endPod(turn: Turn, cell: PodCell, runtime: RuntimePod): void {
  writeStatus(turn, setPodCell(turn, cell, { isEnding: true }), runtime);
  turn.after(untilRelist(turn.now), { kind: 'endPod', uid: cell.pod.metadata.uid });
}

/** Whether every container has ended for good. */
function isOver(cell: PodCell, runtime: RuntimePod): boolean {
  if (runtime.containers.length === 0 || mayRunForEver(cell)) return false;
  const sidecars = initContainersOf(cell.pod).filter(isSidecar);
  const isHelper = (name: string): boolean => sidecars.some((container) => container.name === name);
  if (runtime.containers.some(({ state, name }) => state !== 'exited' && !isHelper(name))) return false;
  const hasFailedInit = initContainersOf(cell.pod).some((container) => {
    const exitCode = newest(runtime, container.name)?.exitCode ?? 0;
    return !isSidecar(container) && exitCode !== 0 && !isInitRetried(cell.pod, container, exitCode);
  });
  if (hasFailedInit) return true;
  return containersOfPod(cell.pod).every((container) => !isRestarted(cell, container, newest(runtime, container.name)));
}

/** A container whose image was changed in the pod's spec starts anew. */
function restartChanged(turn: Turn, cell: PodCell, runtime: RuntimePod): void {
  for (const container of containersOfPod(cell.pod)) {
    const record = newest(runtime, container.name);
    if (record?.state !== 'running' || record.image === container.image) continue;
    restartContainer(
      turn,
      cell,
      container,
      record.id,
      `Container ${container.name} definition changed, will be restarted`,
    );
  }
}

/** Does the next thing that is to be done for the pod, until there is something to wait for or nothing left. */
function advance(turn: Turn, before: PodCell, known?: RuntimePod): void {
  let cell = before;
  const { uid } = cell.pod.metadata;
  let runtime = known ?? runtimeStatus(turn, uid);
  if (!cell.areVolumesMounted) {
    const mounted = mount(turn, cell, runtime);
    if (!mounted) return;
    cell = mounted;
  }
  if (!runtime.sandbox || runtime.sandbox.state === 'notready') {
    if (runtime.sandbox)
      podEvent(turn, cell.pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
    runSandbox(turn, cell);
    return;
  }
  if (cell.pod.spec.imagePullSecrets) checkPullSecrets(turn, cell, runtime);
  for (;;) {
    const container = nextContainer(cell, runtime);
    if (!container) break;
    cell = beginStart(turn, cell, runtime, container);
    if (cell.step !== undefined) return;
    runtime = runtimeStatus(turn, uid);
  }
  endRun(turn, cell);
}

/** Secrets for pulling that are not there are told, and done without (`getPullSecretsForPod`). */
function checkPullSecrets(turn: Turn, cell: PodCell, runtime: RuntimePod): void {
  if (cell.tried.length > 0 || !nextContainer(cell, runtime)) return;
  const names: readonly string[] = cell.pod.spec.imagePullSecrets.map(({ name }: { name: string }) => name);
  const missing = names.filter((name) => name && !hasSecret(turn, cell.pod, name));
  if (missing.length === 0) return;
  const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
  podEvent(turn, cell.pod, 'Warning', 'FailedToRetrieveImagePullSecret', message);
}

function hasSecret(turn: Turn, pod: KubeObject, name: string): boolean {
  try {
    return secretData(turn, pod, name) !== undefined;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    return false;
  }
}

function endRun(turn: Turn, cell: PodCell): void {
  const { uid } = cell.pod.metadata;
  if (cell.again) {
    setPodCell(turn, cell, { again: undefined });
    turn.after(0, { kind: 'sync', uid });
  }
  if (cell.retryAt === undefined) return;
  // A new sandbox shows up in the next relist; what kept the containers from starting is told then.
  const retryAt = cell.isSandboxNew ? Math.min(cell.retryAt, turn.now + RELIST_PERIOD) : cell.retryAt;
  const timer = turn.after(retryAt - turn.now, { kind: 'sync', uid }, { background: true });
  setPodCell(turn, podCell(turn, uid) ?? cell, { timer, isSandboxNew: undefined });
}

/** How often a pod is looked at without a reason, and how much chance adds (`syncFrequency`, `workerResyncIntervalJitterFactor`). */
const SYNC_FREQUENCY = 60_000;
const SYNC_JITTER = 0.5;

/** Changed ConfigMaps and Secrets reach a pod when its worker looks at it the next time; for others nothing would change. */
function planResync(turn: Turn, cell: PodCell): Partial<PodCell> {
  if (cell.hasResync || !hasChangingVolumes(cell.pod)) return {};
  const delay = Math.round(SYNC_FREQUENCY * (1 + SYNC_JITTER * turn.random()));
  turn.after(delay, { kind: 'resync', uid: cell.pod.metadata.uid }, { background: true });
  return { hasResync: true };
}

/** It is time to look at a pod's volumes again. */
export function resyncPod(turn: Turn, uid: string): void {
  const cell = podCell(turn, uid);
  if (!cell || cell.termination) return;
  setPodCell(turn, cell, { areVolumesMounted: false, hasResync: false });
  turn.after(0, { kind: 'sync', uid });
}

/**
 * Sets up the pod's volumes. Returns undefined while one is missing, unless the pod has containers already: what was
 * mounted for them stays mounted though it cannot be renewed, and only is tried again.
 */
function mount(turn: Turn, cell: PodCell, runtime: RuntimePod): PodCell | undefined {
  const failures = mountVolumes(turn, cell.pod, factsOf(turn, runtime));
  if (failures.length === 0)
    return setPodCell(turn, cell, { areVolumesMounted: true, mountFailures: 0, ...planResync(turn, cell) });
  for (const failure of failures)
    if (!(failure instanceof AttachmentPending) || turn.now - cell.startTime >= MOUNT_TIMEOUT)
      podEvent(turn, cell.pod, 'Warning', 'FailedMount', failure.message);
  const { uid } = cell.pod.metadata;
  const mountFailures = cell.mountFailures + 1;
  const delay = Math.min(MOUNT_RETRY_MAXIMUM, MOUNT_RETRY * 2 ** cell.mountFailures);
  if (runtime.containers.length > 0) {
    if (!cell.hasResync) turn.after(delay, { kind: 'resync', uid }, { background: true });
    return setPodCell(turn, cell, { areVolumesMounted: true, hasResync: true, mountFailures });
  }
  const timer = turn.after(delay, { kind: 'sync', uid }, { background: true });
  setPodCell(turn, cell, { mountFailures, timer });
  return undefined;
}

function runSandbox(turn: Turn, cell: PodCell): void {
  const { pod } = cell;
  const { uid, name, namespace = '' } = pod.metadata;
  const podCIDR: string | undefined = turn.cache('nodes').get('', turn.instance)?.spec?.podCIDR;
  const isHostNetwork = pod.spec.hostNetwork === true;
  if (!isHostNetwork && podCIDR === undefined) {
    podEvent(
      turn,
      pod,
      'Warning',
      'NetworkNotReady',
      'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    );
    setPodCell(turn, cell, { timer: turn.after(1000, { kind: 'sync', uid }) });
    return;
  }
  const runtimeHandler = runtimeHandlerOf(turn, pod);
  if (typeof runtimeHandler === 'object') {
    sandboxFailed(turn, cell, runtimeHandler.error);
    return;
  }
  const sandbox = cri<Sandbox | RuntimeFailure>(turn, {
    call: 'RunPodSandbox',
    runtimeHandler: runtimeHandler || undefined,
    uid,
    namespace,
    name,
    hostname: isHostNetwork ? turn.instance : hostnameOf(pod),
    podCIDR: isHostNetwork ? undefined : podCIDR,
    hostPorts: isHostNetwork ? undefined : hostPortsOf(pod),
    hostAddress: turn.memory.get<string>('address') ?? '',
    naming: namingOf(pod),
    qosClass: pod.status?.qosClass,
    sysctls: sandboxSysctls(pod),
    maximumProcesses: processLimit(turn),
    ...sharedNamespaces(pod),
  });
  if ('error' in sandbox) {
    sandboxFailed(turn, cell, `rpc error: code = Unknown desc = ${sandbox.error}`);
    return;
  }
  setPodCell(turn, cell, { step: 'sandbox', isSandboxNew: true });
  turn.after(LATENCY.sandboxStart, { kind: 'sandboxStarted', uid });
}

function sandboxFailed(turn: Turn, cell: PodCell, why: string): void {
  podEvent(turn, cell.pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`);
  const again = { kind: 'sync', uid: cell.pod.metadata.uid };
  setPodCell(turn, cell, { timer: turn.after(10_000, again, { background: true }) });
}

/**
 * A pod's host name: what it is to be whatever else is said, or at most 63 characters, with its domain where that is asked
 * for (`GeneratePodHostNameAndDomain` in `pkg/kubelet/kubelet_pods.go`).
 */
function hostnameOf(pod: KubeObject): string {
  const { hostnameOverride, hostname = pod.metadata.name, setHostnameAsFQDN, subdomain } = pod.spec;
  if (hostnameOverride) return hostnameOverride;
  const name: string = hostname.slice(0, 63).replace(/[.-]+$/, '');
  return setHostnameAsFQDN && subdomain ? `${name}.${namingOf(pod).domain}` : name;
}

/** Ports of the node that the pod's containers ask for. */
function hostPortsOf(pod: KubeObject): HostPort[] {
  const found: HostPort[] = [];
  for (const { ports = [] } of containersOfPod(pod))
    for (const port of ports as readonly HostPort[]) if (port.hostPort !== undefined) found.push(port);
  return found;
}

/** What the worker has waited for has come. */
export function resumePod(turn: Turn, task: Task): void {
  const uid = task.uid as string;
  const cell = podCell(turn, uid);
  if (!cell || cell.termination) return;
  if (task.kind === 'sandboxStarted') advance(turn, setPodCell(turn, cell, { step: undefined }));
  if (task.kind === 'startContainer') {
    const started = start(turn, cell, task.container as string, task.id as string);
    if (started) advanceFrom(turn, started);
  }
  if (task.kind === 'imagePulled') afterPull(turn, cell, task);
}

/** A postStart hook is over. */
export function afterPostStart(turn: Turn, end: HookEnd): void {
  if (end.cell.step !== 'hook' || end.cell.termination) return;
  advanceFrom(turn, endPostStart(turn, end));
}

/** Goes on unless a container whose hook has failed still has to end. */
function advanceFrom(turn: Turn, cell: PodCell): void {
  const next = cell.failedHook ? endFailedHook(turn, cell, runtimeStatus(turn, cell.pod.metadata.uid)) : cell;
  if (next) advance(turn, next);
}

function afterPull(turn: Turn, before: PodCell, task: Task): void {
  const container = containerNamed(before, task.container as string);
  if (!container || before.step !== 'pull') return;
  const wanted = imagesFor(before.pod, container).find(({ image }) => image === task.image);
  const resumed = setPodCell(turn, before, { step: undefined });
  // The pod has been given another image meanwhile.
  if (!wanted) {
    advance(turn, resumed);
    return;
  }
  const { cell, waiting } = pullEnded(turn, resumed, wanted, task);
  const next = waiting
    ? fail(turn, cell, container, waiting)
    : withImage(turn, cell, container, runtimeStatus(turn, cell.pod.metadata.uid), wanted.image);
  if (next.step === undefined) advance(turn, next);
}
