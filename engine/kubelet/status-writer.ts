import { ApiError } from '../apiserver/request.ts';
import { extended } from '../object.ts';
import { say } from '../sentence.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { statusUid } from './mirror.ts';
import { cri, kubeletClient, type PodCell, runtimeStatus, setPodCell } from './pod.ts';
import { conditionNamed, type PodCondition, podStatus } from './pod-status.ts';
import type { ContainerRecord, RuntimePod } from './runtime/cri.ts';

/** How soon a status that did not get through is sent again (`syncPeriod` in `pkg/kubelet/status/status_manager.go`). */
const RETRY_PERIOD = 10_000;

/** Lines of the log that stand in for a termination message. */
const FALLBACK_LINES = 80;
const FALLBACK_BYTES = 2048;

/** Works out the pod's status and, when it says something new, sends it. Returns the cell as it is then. */
export function writeStatus(
  turn: Turn,
  cell: PodCell,
  runtime: RuntimePod = runtimeStatus(turn, cell.pod.metadata.uid),
): PodCell {
  const { pod } = cell;
  const { uid, name, namespace } = pod.metadata;
  if (cell.isDeleted) return cell;
  const status = podStatus(cell, {
    runtime,
    now: turn.now,
    hostAddress: turn.memory.get<string>('address') ?? '',
    logTail: (id) =>
      cri<string>(turn, {
        call: 'ContainerLogs',
        id,
        options: { tailLines: FALLBACK_LINES, limitBytes: FALLBACK_BYTES },
      }),
  });
  if (isSame(cell.status, status)) return cell;
  const known = statusUid(turn, pod);
  if (known === undefined) {
    turn.after(RETRY_PERIOD, { kind: 'sync', uid }, { background: true });
    return cell;
  }
  try {
    const written = kubeletClient(turn).patch(
      'pods',
      namespace ?? '',
      name,
      'strategic',
      { metadata: { uid: known }, status: patchOf(cell.status ?? conditionsToLose(cell), status) },
      'status',
    );
    turn.note(say`Status for pod updated: ${String(status.phase)}`, { resource: 'pods', namespace, name });
    const kept = { status, writtenVersion: Number(written.metadata.resourceVersion) };
    return setPodCell(turn, cell, cell.isStatusLost ? { ...kept, isStatusLost: undefined } : kept);
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    if (error instanceof ApiError && (error.reason === 'NotFound' || error.reason === 'Conflict')) return cell;
    turn.note(say`Failed to update status for pod: ${error.message}`, { resource: 'pods', namespace, name });
    turn.after(RETRY_PERIOD, { kind: 'sync', uid });
    return setPodCell(turn, cell, { isStatusLost: true });
  }
}

/** What others have said of a pod that is not taken in, which its status no longer tells. */
function conditionsToLose({ pod, termination }: PodCell): Record<string, unknown> | undefined {
  const conditions: unknown = pod.status?.conditions;
  return termination?.isRejection && conditions ? { conditions } : undefined;
}

/** Whether two statuses say the same. Statuses are small; equal parts are often the same object. */
function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => isSame(item, right[at]));
  const a = left as Record<string, unknown>;
  const b = right as Record<string, unknown>;
  for (const key in a) if (a[key] !== undefined && !isSame(a[key], b[key])) return false;
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
  return true;
}

/** What has changed, as a strategic merge patch: conditions merge by type, so what one no longer says is set to null. */
function patchOf(
  before: Record<string, unknown> | undefined,
  status: Record<string, unknown>,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key in before) if (before[key] !== undefined && status[key] === undefined) patch[key] = null;
  for (const key in status) {
    const value = status[key];
    if (value !== undefined && key !== 'conditions' && !isSame(before?.[key], value)) patch[key] = value;
  }
  const conditions = status.conditions as readonly PodCondition[];
  const known = (before?.conditions ?? []) as readonly PodCondition[];
  const changed: object[] = [];
  for (const condition of conditions) {
    const previous = conditionNamed(known, condition.type);
    if (!isSame(previous, condition)) changed.push(withRemovals(condition, previous));
  }
  const gone = known.filter(({ type }) => conditionNamed(conditions, type) === undefined);
  if (changed.length === 0 && gone.length === 0) return patch;
  if (known.length < conditions.length) patch['$setElementOrder/conditions'] = conditions.map(({ type }) => ({ type }));
  patch.conditions = [...changed, ...gone.map(({ type }) => ({ $patch: 'delete', type }))];
  return patch;
}

function withRemovals(condition: PodCondition, previous: PodCondition | undefined): object {
  const losesReason = previous?.reason !== undefined && condition.reason === undefined;
  const losesMessage = previous?.message !== undefined && condition.message === undefined;
  if (!losesReason && !losesMessage) return condition;
  if (!losesMessage) return extended(condition, { reason: null });
  return extended(condition, losesReason ? { reason: null, message: null } : { message: null });
}

/** Containers that have exited and are not the newest of their name: nobody needs them any more. */
export function superfluousContainers(containers: readonly ContainerRecord[]): ContainerRecord[] {
  const superfluous: ContainerRecord[] = [];
  if (containers.length < 2) return superfluous;
  const kept = new Map<string, ContainerRecord>();
  for (const container of containers) {
    if (container.state !== 'exited') continue;
    const older = kept.get(container.name);
    if (older) superfluous.push(older);
    kept.set(container.name, container);
  }
  return superfluous;
}
