import { say } from '../sentence.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { type ContainerStatus, newest } from './container-status.ts';
import {
  type Container,
  containersOfPod,
  cri,
  initContainersOf,
  isSidecar,
  type PodCell,
  type ProbeResults,
  podCell,
  podEvent,
  runtimeStatus,
  setPodCell,
} from './pod.ts';
import { askProbe, execOutcome, type Outcome } from './probing.ts';
import type { ContainerRecord, RuntimePod } from './runtime/cri.ts';
import { qualifiedId } from './runtime/runtimes.ts';
import { writeStatus } from './status-writer.ts';
import { restartContainer } from './termination.ts';

type Kind = 'startupProbe' | 'readinessProbe' | 'livenessProbe';

const KINDS: readonly Kind[] = ['startupProbe', 'readinessProbe', 'livenessProbe'];
const TITLES: Readonly<Record<Kind, string>> = {
  startupProbe: 'Startup',
  readinessProbe: 'Readiness',
  livenessProbe: 'Liveness',
};

/**
 * A probe's worker: the cell `probe/<uid>/<container>/<kind>`. It begins with its pod, before the container, and looks
 * once a period. Source: `pkg/kubelet/prober/worker.go`.
 */
interface ProbeCell {
  /** The container that it has seen last; empty before the first. */
  readonly id: string;
  readonly result?: boolean;
  /** Equal results in a row. */
  readonly run: number;
  /** Number of the probe under way; late answers of earlier ones do not count. */
  readonly sequence: number;
  readonly isWaiting: boolean;
  /** It has had its container ended and waits for the next one. */
  readonly isOnHold: boolean;
  /** The next look; another one, asked for in between, begins a new period. */
  readonly timer: number;
}

const NEW: Omit<ProbeCell, 'timer'> = { id: '', run: 0, sequence: 0, isWaiting: false, isOnHold: false };

/** Starts the workers of a pod, once, and asks for a readiness that is not known yet. */
export function beginProbes(turn: Turn, cell: PodCell, runtime: RuntimePod): PodCell {
  let next = cell;
  for (const container of probed(cell)) {
    if (!hasProbes(container)) continue;
    for (const kind of KINDS) {
      if (!container[kind] || turn.memory.get(cellName(cell, container, kind))) continue;
      // The first look finds no container, except after a restart of the kubelet.
      const isThere = newest(runtime, container.name)?.state === 'running';
      const timer = schedule(turn, cell, container, kind, isThere ? 0 : periodOf(container, kind));
      turn.memory.set(cellName(cell, container, kind), { ...NEW, timer } satisfies ProbeCell);
    }
    const record = newest(runtime, container.name);
    if (record?.state === 'running' && next.probes[container.name]?.containerId !== record.id)
      next = setPodCell(turn, next, {
        probes: { ...next.probes, [container.name]: adopted(next, container.name, record.id) },
      });
  }
  return next;
}

/** A look at a pod asks its readiness probes that have not succeeded to try again (`UpdatePodStatus` of the prober). */
export function triggerReadiness(turn: Turn, cell: PodCell): void {
  for (const container of probed(cell)) {
    if (!container.readinessProbe || !statusOf(cell, container)?.state.running) continue;
    const results = cell.probes[container.name];
    const isStarted = !container.startupProbe || results?.isStarted === true;
    const name = cellName(cell, container, 'readinessProbe');
    const worker = turn.memory.get<ProbeCell>(name);
    if (!worker || !isStarted || results?.isReady || worker.isWaiting) continue;
    turn.cancel(worker.timer);
    const timer = schedule(turn, cell, container, 'readinessProbe', 0);
    turn.memory.set(name, { ...worker, timer } satisfies ProbeCell);
  }
}

/** Most containers have none. */
function hasProbes({ startupProbe, readinessProbe, livenessProbe }: Container): boolean {
  return (startupProbe ?? readinessProbe ?? livenessProbe) !== undefined;
}

const periodOf = (container: Container, kind: Kind): number => (container[kind].periodSeconds ?? 10) * 1000;

/** A kubelet that was restarted goes on with the results it had; any other container begins without. */
function adopted(cell: PodCell, name: string, containerId: string): ProbeResults {
  const known = cell.probes[name];
  return known?.containerId === '' ? { ...known, containerId } : { containerId };
}

function probed(cell: PodCell): readonly Container[] {
  const inits = initContainersOf(cell.pod);
  return inits.length === 0 ? containersOfPod(cell.pod) : [...inits.filter(isSidecar), ...containersOfPod(cell.pod)];
}

function cellName(cell: PodCell, container: Container, kind: Kind): string {
  return `probe/${cell.pod.metadata.uid}/${container.name}/${kind}`;
}

function schedule(turn: Turn, cell: PodCell, container: Container, kind: Kind, delay: number): number {
  const task = { kind: 'probe', uid: cell.pod.metadata.uid, container: container.name, probe: kind };
  return turn.after(delay, task, { background: true });
}

/** What the API server has last been told of a container: a worker sees no more. */
function statusOf(cell: PodCell, container: Container): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = cell.status ?? {};
  const named = (status: ContainerStatus): boolean => status.name === container.name;
  return containerStatuses.find(named) ?? initContainerStatuses.find(named);
}

/** A worker looks at its container. */
export function probe(turn: Turn, task: Task): void {
  const cell = podCell(turn, task.uid as string);
  const container = cell && probed(cell).find(({ name }) => name === task.container);
  const kind = task.probe as Kind;
  if (!cell || !container?.[kind] || cell.hasFinished) return;
  // No liveness for a pod that is being ended.
  if (cell.termination && kind !== 'readinessProbe') return;
  const name = cellName(cell, container, kind);
  const known = turn.memory.get<ProbeCell>(name);
  if (!known) return;
  const timer = schedule(turn, cell, container, kind, periodOf(container, kind));
  turn.memory.set(name, { ...known, timer } satisfies ProbeCell);
  const record = newest(runtimeStatus(turn, cell.pod.metadata.uid), container.name);
  const worker = { ...(record && record.id !== known.id ? { ...NEW, id: record.id } : known), timer };
  turn.memory.set(name, worker satisfies ProbeCell);
  if (record && isDue(turn, cell, container, kind, worker, record)) look(turn, cell, container, kind, worker);
}

/** Whether the container is at a point where the probe counts. Delays are in whole seconds. */
function isDue(
  turn: Turn,
  cell: PodCell,
  container: Container,
  kind: Kind,
  worker: ProbeCell,
  record: ContainerRecord,
): boolean {
  if (record.state !== 'running' || worker.isOnHold || worker.isWaiting) return false;
  if (statusOf(cell, container)?.containerID !== qualifiedId(record)) return false;
  const begun = Math.floor(record.startedAt / 1000) * 1000;
  if (Math.floor((turn.now - begun) / 1000) < (container[kind].initialDelaySeconds ?? 0)) return false;
  const isStarted = container.startupProbe === undefined || cell.probes[container.name]?.isStarted === true;
  return isStarted !== (kind === 'startupProbe');
}

function look(turn: Turn, cell: PodCell, container: Container, kind: Kind, worker: ProbeCell): void {
  const spec = container[kind];
  const sequence = worker.sequence + 1;
  const token = `probe|${cell.pod.metadata.uid}|${container.name}|${kind}|${worker.id}|${sequence}`;
  const wait = (output: string): void => {
    turn.memory.set(cellName(cell, container, kind), { ...worker, sequence, isWaiting: true } satisfies ProbeCell);
    const timeout = (spec.timeoutSeconds ?? 1) * 1000;
    turn.after(timeout, { kind: 'execDone', token, status: -1, output }, { background: true });
  };
  if (spec.exec) {
    wait(`command timed out: "${spec.exec.command.join(' ')}" timed out after ${spec.timeoutSeconds ?? 1}s`);
    cri(turn, { call: 'ExecSync', id: worker.id, command: spec.exec.command, token });
    return;
  }
  const outcome = askProbe(turn, cell, container, spec);
  if (outcome.isLate) wait(outcome.output);
  else settle(turn, cell, container, kind, outcome);
}

/** The command of an exec probe has ended, or a probe has taken too long. */
export function probeEnded(turn: Turn, token: string, status: number, output: string): void {
  const [, uid = '', name, kind, id, sequence] = token.split('|');
  const cell = podCell(turn, uid);
  const container = cell && probed(cell).find((candidate) => candidate.name === name);
  if (!cell || !container) return;
  const worker = turn.memory.get<ProbeCell>(cellName(cell, container, kind as Kind));
  if (!worker?.isWaiting || worker.id !== id || worker.sequence !== Number(sequence)) return;
  turn.memory.set(cellName(cell, container, kind as Kind), { ...worker, isWaiting: false });
  settle(turn, cell, container, kind as Kind, execOutcome(status, output));
}

/** Counts a result; when it has come often enough in a row, it takes effect. An error is told, and does not count. */
function settle(
  turn: Turn,
  cell: PodCell,
  container: Container,
  kind: Kind,
  { isSuccess, output, isError, isWarning }: Outcome,
): void {
  const name = cellName(cell, container, kind);
  const worker = turn.memory.get<ProbeCell>(name) as ProbeCell;
  const spec = container[kind];
  if (isWarning)
    podEvent(turn, cell.pod, 'Warning', 'ProbeWarning', `${TITLES[kind]} probe warning: ${output}`, container);
  if (!isSuccess) {
    const what = isError ? 'errored and resulted in unknown state' : 'failed';
    podEvent(turn, cell.pod, 'Warning', 'Unhealthy', `${TITLES[kind]} probe ${what}: ${output}`, container);
    noteFailure(turn, cell, isError, TITLES[kind], container.name, output);
  }
  if (isError) return;
  const run = worker.result === isSuccess ? worker.run + 1 : 1;
  const hasEffect = run === (isSuccess ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3));
  const isEnding = hasEffect && !isSuccess && kind !== 'readinessProbe';
  turn.memory.set(name, { ...worker, result: isSuccess, run: isEnding ? 0 : run, isOnHold: isEnding });
  if (!hasEffect) return;
  if (isEnding) {
    const what = kind === 'livenessProbe' ? 'liveness' : 'startup';
    const message = `Container ${container.name} failed ${what} probe, will be restarted`;
    restartContainer(turn, cell, container, worker.id, message, spec.terminationGracePeriodSeconds);
    return;
  }
  if (kind === 'livenessProbe') return;
  const before = cell.probes[container.name] ?? { containerId: worker.id };
  const results = kind === 'startupProbe' ? { ...before, isStarted: isSuccess } : { ...before, isReady: isSuccess };
  const next = setPodCell(turn, cell, { probes: { ...cell.probes, [container.name]: results } });
  if (kind === 'startupProbe') turn.after(0, { kind: 'sync', uid: cell.pod.metadata.uid });
  else writeStatus(turn, next);
}

/** In the words of the kubelet's log (`prober.go`). */
function noteFailure(
  turn: Turn,
  { pod }: PodCell,
  isError: boolean | undefined,
  probeType: string,
  containerName: string,
  output: string,
): void {
  const { namespace = '', name } = pod.metadata;
  const values = `probeType="${probeType}" containerName="${containerName}" output=${JSON.stringify(output)}`;
  turn.note(isError ? say`Probe errored and resulted in unknown state ${values}` : say`Probe failed ${values}`, {
    resource: 'pods',
    namespace,
    name,
  });
}
