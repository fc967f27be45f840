import { humanDuration } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { AGE, age, type Cell, column, NAME, NONE, type Printer, type RowCondition, wideColumn } from './printer.ts';

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode: number;
    readonly signal?: number;
    readonly finishedAt?: string;
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** What the Ready, Status and Restarts columns are made of. */
interface Summary {
  ready: number;
  total: number;
  reason: string;
  restarts: number;
  /** When the last restarted container had finished; 0 for never. */
  lastFinish: number;
}

/** Rules of `kubectl get pods`: `printPod` in `pkg/printers/internalversion/printers.go`. */
export const pods: Printer = {
  columns: [
    NAME,
    column('Ready', 'Ready containers of all containers.'),
    column('Status', 'The pod in one word: its phase, or what keeps it from running.'),
    column('Restarts', 'Restarts of all containers, and when the last one had ended.'),
    AGE,
    wideColumn('IP', 'First address of the pod.'),
    wideColumn('Node', 'Node that the pod is bound to.'),
    wideColumn('Nominated Node', 'Node that preemption is making room on for this pod.'),
    wideColumn('Readiness Gates', 'Readiness gates that are true, of all.'),
  ],
  cells(pod, now) {
    const summary = summarize(pod);
    const ago =
      summary.restarts !== 0 && summary.lastFinish !== 0 ? ` (${humanDuration(now - summary.lastFinish)} ago)` : '';
    return [
      pod.metadata.name,
      `${summary.ready}/${summary.total}`,
      summary.reason,
      `${summary.restarts}${ago}`,
      age(pod, now),
      ...placement(pod),
    ];
  },
  conditions(pod): readonly RowCondition[] {
    const phase = pod.status?.phase;
    if (phase === 'Succeeded')
      return [
        { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
      ];
    if (phase === 'Failed')
      return [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }];
    return [];
  },
};

function placement(pod: KubeObject): readonly Cell[] {
  const gates: readonly { conditionType: string }[] = pod.spec?.readinessGates ?? [];
  const passed = gates.filter((gate) => hasCondition(pod, gate.conditionType)).length;
  return [
    pod.status?.podIPs?.[0]?.ip || NONE,
    pod.spec?.nodeName || NONE,
    pod.status?.nominatedNodeName || NONE,
    gates.length > 0 ? `${passed}/${gates.length}` : NONE,
  ];
}

function hasCondition(pod: KubeObject, type: string): boolean {
  const conditions: readonly { type: string; status: string }[] = pod.status?.conditions ?? [];
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

function summarize(pod: KubeObject): Summary {
  const sidecars = new Set<string>();
  for (const container of pod.spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars.add(container.name);
  }
  const summary: Summary = {
    ready: 0,
    total: (pod.spec?.containers?.length ?? 0) + sidecars.size,
    reason: isSchedulingGated(pod) ? 'SchedulingGated' : pod.status?.reason || pod.status?.phase || '',
    restarts: 0,
    lastFinish: 0,
  };
  const sidecarSummary: Summary = { ...summary };
  const isInitializing = addInitContainers(pod, summary, sidecarSummary, sidecars);
  if (!isInitializing || hasCondition(pod, 'Initialized')) {
    summary.restarts = sidecarSummary.restarts;
    summary.lastFinish = sidecarSummary.lastFinish;
    addContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    const phase = pod.status?.phase;
    if (pod.status?.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (phase !== 'Succeeded' && phase !== 'Failed') summary.reason = 'Terminating';
  }
  return summary;
}

function isSchedulingGated(pod: KubeObject): boolean {
  const conditions: readonly { type: string; reason?: string }[] = pod.status?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated');
}

function addRestarts(summary: Summary, status: ContainerStatus): void {
  summary.restarts += status.restartCount;
  const finished = status.lastState?.terminated?.finishedAt;
  if (finished) summary.lastFinish = Math.max(summary.lastFinish, parseTimestamp(finished));
}

/** Returns whether an init container still stands in the way. Only sidecars' restarts count once initialisation is over. */
function addInitContainers(
  pod: KubeObject,
  summary: Summary,
  sidecarSummary: Summary,
  sidecars: ReadonlySet<string>,
): boolean {
  const statuses: readonly ContainerStatus[] = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const isSidecar = sidecars.has(status.name);
    addRestarts(summary, status);
    if (isSidecar) addRestarts(sidecarSummary, status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && status.started === true) {
      if (status.ready) summary.ready++;
      continue;
    }
    if (terminated !== undefined) summary.reason = `Init:${terminated.reason || exitText(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') summary.reason = `Init:${waiting.reason}`;
    else summary.reason = `Init:${index}/${pod.spec.initContainers.length}`;
    return true;
  }
  return false;
}

function exitText(terminated: { readonly exitCode: number; readonly signal?: number }): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

function addContainers(pod: KubeObject, summary: Summary): void {
  const statuses: readonly ContainerStatus[] = pod.status?.containerStatuses ?? [];
  let hasRunning = false;
  for (let at = statuses.length - 1; at >= 0; at--) {
    const status = statuses[at] as ContainerStatus;
    addRestarts(summary, status);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated !== undefined) summary.reason = terminated.reason || exitText(terminated);
    else if (status.ready && running !== undefined) {
      hasRunning = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && hasRunning)
    summary.reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}
