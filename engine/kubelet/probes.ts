import type { Task } from '../sim/component.ts';
import type { Turn } from '../sim/turn.ts';
import { newest } from './container-status.ts';
import { portOf } from './hooks.ts';
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
import type { ProbePortAnswer, RuntimePod } from './runtime/cri.ts';
import { writeStatus } from './status-writer.ts';
import { restartContainer } from './termination.ts';

type Kind = 'startupProbe' | 'readinessProbe' | 'livenessProbe';

const KINDS: readonly Kind[] = ['startupProbe', 'readinessProbe', 'livenessProbe'];
const TITLES: Readonly<Record<Kind, string>> = {
  startupProbe: 'Startup',
  readinessProbe: 'Readiness',
  livenessProbe: 'Liveness',
};

/** A probe's worker: the cell `probe/<uid>/<container>/<kind>`. */
interface ProbeCell {
  readonly id: string;
  readonly result?: boolean;
  /** Equal results in a row. */
  readonly run: number;
  /** Number of the probe under way; late answers of earlier ones do not count. */
  readonly sequence: number;
  readonly isWaiting: boolean;
}

interface Outcome {
  readonly isSuccess: boolean;
  readonly output: string;
}

/** Starts the workers of containers that run and have none yet. */
export function beginProbes(turn: Turn, cell: PodCell, runtime: RuntimePod): PodCell {
  let next = cell;
  for (const container of probed(cell)) {
    const record = newest(runtime, container.name);
    if (record?.state !== 'running' || next.probes[container.name]?.containerId === record.id) continue;
    next = setPodCell(turn, next, {
      probes: { ...next.probes, [container.name]: adopted(next, container.name, record.id) },
    });
    for (const kind of KINDS) {
      const probe = container[kind];
      if (!probe) continue;
      turn.memory.set(cellName(cell, container, kind), {
        id: record.id,
        run: 0,
        sequence: 0,
        isWaiting: false,
      } satisfies ProbeCell);
      schedule(turn, cell.pod.metadata.uid, container.name, kind, record.id, (probe.initialDelaySeconds ?? 0) * 1000);
    }
  }
  return next;
}

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

function schedule(turn: Turn, uid: string, container: string, kind: Kind, id: string, delay: number): void {
  turn.after(delay, { kind: 'probe', uid, container, probe: kind, id }, { background: true });
}

/** A probe is due. */
export function probe(turn: Turn, task: Task): void {
  const uid = task.uid as string;
  const cell = podCell(turn, uid);
  const container = cell && probed(cell).find(({ name }) => name === task.container);
  const kind = task.probe as Kind;
  if (!cell || !container || cell.hasFinished) return;
  const worker = turn.memory.get<ProbeCell>(cellName(cell, container, kind));
  const record = newest(runtimeStatus(turn, uid), container.name);
  if (!worker || worker.id !== task.id || record?.id !== worker.id || record.state !== 'running') return;
  // No liveness for a pod that is being ended.
  if (cell.termination && kind !== 'readinessProbe') return;
  const spec = container[kind];
  schedule(turn, uid, container.name, kind, worker.id, (spec.periodSeconds ?? 10) * 1000);
  const isStarted = container.startupProbe === undefined || cell.probes[container.name]?.isStarted === true;
  if (isStarted === (kind === 'startupProbe')) return;
  if (spec.exec) {
    const sequence = worker.sequence + 1;
    turn.memory.set(cellName(cell, container, kind), { ...worker, sequence, isWaiting: true });
    const token = `probe|${uid}|${container.name}|${kind}|${worker.id}|${sequence}`;
    cri(turn, { call: 'ExecSync', id: worker.id, command: spec.exec.command, token });
    const timeout = spec.timeoutSeconds ?? 1;
    const output = `command timed out: "${spec.exec.command.join(' ')}" timed out after ${timeout}s`;
    turn.after(timeout * 1000, { kind: 'execDone', token, status: -1, output }, { background: true });
    return;
  }
  settle(turn, cell, container, kind, ask(turn, cell, container, spec));
}

/** The command of an exec probe has ended, or has taken too long. */
export function probeEnded(turn: Turn, token: string, status: number, output: string): void {
  const [, uid = '', name, kind, id, sequence] = token.split('|');
  const cell = podCell(turn, uid);
  const container = cell && probed(cell).find((candidate) => candidate.name === name);
  if (!cell || !container) return;
  const worker = turn.memory.get<ProbeCell>(cellName(cell, container, kind as Kind));
  if (!worker?.isWaiting || worker.id !== id || worker.sequence !== Number(sequence)) return;
  turn.memory.set(cellName(cell, container, kind as Kind), { ...worker, isWaiting: false });
  settle(turn, cell, container, kind as Kind, { isSuccess: status === 0, output });
}

function ask(turn: Turn, cell: PodCell, container: Container, spec: Container): Outcome {
  const { uid } = cell.pod.metadata;
  const address = runtimeStatus(turn, uid).sandbox?.address ?? '';
  if (spec.grpc) return { isSuccess: false, output: 'gRPC probes are not simulated; use httpGet, tcpSocket or exec' };
  const handler = spec.httpGet ?? spec.tcpSocket;
  const port = portOf(container, handler.port);
  const host: string = handler.host || address;
  if (spec.tcpSocket) {
    const { isOpen } = cri<ProbePortAnswer>(turn, { call: 'ProbePort', uid, port });
    return { isSuccess: isOpen, output: isOpen ? '' : `dial tcp ${host}:${port}: connect: connection refused` };
  }
  const path: string = handler.path ?? '/';
  const headers = (handler.httpHeaders ?? [])
    .map((header: { name: string; value: string }) => `${header.name}: ${header.value}\r\n`)
    .join('');
  const text = `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nUser-Agent: kube-probe/1.36\r\nAccept: */*\r\n${headers}Connection: close\r\n\r\n`;
  const { isOpen, reply } = cri<ProbePortAnswer>(turn, { call: 'ProbePort', uid, port, text });
  const url = `${(handler.scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${path}`;
  if (!isOpen)
    return { isSuccess: false, output: `Get "${url}": dial tcp ${host}:${port}: connect: connection refused` };
  const code = Number(/^HTTP\/\d\.\d (\d{3})/.exec(reply)?.[1]);
  if (Number.isNaN(code))
    return {
      isSuccess: false,
      output: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    };
  const isSuccess = code >= 200 && code < 400;
  return { isSuccess, output: isSuccess ? '' : `HTTP probe failed with statuscode: ${code}` };
}

/** Counts a result; when it has come often enough in a row, it takes effect. Source: `pkg/kubelet/prober/worker.go`. */
function settle(turn: Turn, cell: PodCell, container: Container, kind: Kind, { isSuccess, output }: Outcome): void {
  const name = cellName(cell, container, kind);
  const worker = turn.memory.get<ProbeCell>(name) as ProbeCell;
  const spec = container[kind];
  if (!isSuccess)
    podEvent(turn, cell.pod, 'Warning', 'Unhealthy', `${TITLES[kind]} probe failed: ${output}`, container);
  const run = worker.result === isSuccess ? worker.run + 1 : 1;
  turn.memory.set(name, { ...worker, result: isSuccess, run });
  if (run !== (isSuccess ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3))) return;
  if (!isSuccess && kind !== 'readinessProbe') {
    const what = kind === 'livenessProbe' ? 'liveness' : 'startup';
    restartContainer(
      turn,
      cell,
      container,
      worker.id,
      `Container ${container.name} failed ${what} probe, will be restarted`,
      spec.terminationGracePeriodSeconds,
    );
    return;
  }
  if (kind === 'livenessProbe') return;
  const before = cell.probes[container.name] ?? { containerId: worker.id };
  const results = kind === 'startupProbe' ? { ...before, isStarted: isSuccess } : { ...before, isReady: isSuccess };
  const next = setPodCell(turn, cell, { probes: { ...cell.probes, [container.name]: results } });
  if (kind === 'startupProbe') turn.after(0, { kind: 'sync', uid: cell.pod.metadata.uid });
  else writeStatus(turn, next);
}
