import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import { describeAny, ROW_STATUS, type RowStatus } from './row-status.ts';
import type { ObjectRow, Tone } from './views.ts';

/** Rows are asked for at every update; objects are immutable, so each is described once. */
const known = new WeakMap<KubeObject, ObjectRow>();

/** An object as lists and the map show it. */
export function rowOf(resource: string, object: KubeObject): ObjectRow {
  const found = known.get(object);
  if (found) return found;
  const { metadata } = object;
  const row: ObjectRow = {
    resource,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    kind: object.kind,
    uid: metadata.uid,
    revision: Number(metadata.resourceVersion),
    created: parseTimestamp(metadata.creationTimestamp),
    labels: metadata.labels ?? {},
    ...(metadata.ownerReferences?.[0] ? { owner: metadata.ownerReferences[0].uid } : {}),
    ...(resource === 'pods' ? describePod(object) : (ROW_STATUS[resource] ?? describeAny)(object)),
  };
  known.set(object, row);
  return row;
}

interface ContainerStatus {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode: number };
    readonly running?: object;
  };
}

/** The STATUS column of `kubectl get pods` (pkg/printers/internalversion/printers.go, printPod), in short. */
function describePod(object: KubeObject): RowStatus & Partial<ObjectRow> {
  const statuses: readonly ContainerStatus[] = object.status?.containerStatuses ?? [];
  const status = podStatus(object, statuses);
  const ready = statuses.filter((container) => container.ready).length;
  const total = object.spec?.containers?.length ?? 0;
  return {
    status,
    tone: podTone(status, ready === total),
    ready: `${ready}/${total}`,
    restarts: statuses.reduce((sum, container) => sum + container.restartCount, 0),
    ...(object.spec?.nodeName ? { node: object.spec.nodeName } : {}),
    ...(object.status?.podIP ? { address: object.status.podIP } : {}),
  };
}

function podStatus(object: KubeObject, statuses: readonly ContainerStatus[]): string {
  const phase: string = object.status?.phase ?? 'Pending';
  if (object.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed') return 'Terminating';
  for (const { state } of [...statuses].reverse()) {
    if (state?.waiting?.reason) return state.waiting.reason;
    if (state?.terminated && (phase !== 'Running' || !statuses.some((other) => other.state?.running))) {
      return state.terminated.reason ?? `ExitCode:${state.terminated.exitCode}`;
    }
  }
  return object.status?.reason ?? phase;
}

function podTone(status: string, isReady: boolean): Tone {
  if (status === 'Running') return isReady ? 'good' : 'busy';
  if (status === 'Completed' || status === 'Succeeded') return 'idle';
  if (status === 'Terminating') return 'warning';
  if (status === 'Pending' || status === 'ContainerCreating' || status === 'PodInitializing') return 'busy';
  return 'bad';
}
