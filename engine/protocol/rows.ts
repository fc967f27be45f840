import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import type { ObjectRow, Tone } from './views.ts';

interface Status {
  readonly tone: Tone;
  readonly status: string;
}

type Describe = (object: KubeObject) => Status & Partial<ObjectRow>;

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
    ...(DESCRIBE[resource] ?? describeAny)(object),
  };
  known.set(object, row);
  return row;
}

/** What the status of a kind is, in one line. A kind without an entry has none. */
const DESCRIBE: Readonly<Record<string, Describe>> = {
  pods: describePod,
  nodes: describeNode,
  namespaces: (object) =>
    object.status?.phase === 'Terminating'
      ? { tone: 'warning', status: 'Terminating' }
      : { tone: 'good', status: object.status?.phase ?? 'Active' },
  'deployments.apps': (object) => replicas(object, object.status?.readyReplicas),
  'replicasets.apps': (object) => replicas(object, object.status?.readyReplicas),
  services: (object) => ({ tone: 'idle', status: object.spec?.type ?? 'ClusterIP', address: object.spec?.clusterIP }),
  'endpointslices.discovery.k8s.io': (object) => ({
    tone: 'idle',
    status: `${object.endpoints?.length ?? 0} endpoints`,
  }),
  'leases.coordination.k8s.io': (object) => ({ tone: 'idle', status: object.spec?.holderIdentity ?? '' }),
  events: (object) => ({
    tone: object.type === 'Warning' ? 'warning' : 'idle',
    status: `${object.reason}: ${object.message ?? object.note ?? ''}`,
  }),
  configmaps: (object) => ({ tone: 'idle', status: keyCount(object.data) }),
  secrets: (object) => ({ tone: 'idle', status: object.type ?? 'Opaque' }),
};

function describeAny(): Status {
  return { tone: 'idle', status: '' };
}

function keyCount(data: Readonly<Record<string, string>> | undefined): string {
  const count = Object.keys(data ?? {}).length;
  return count === 1 ? '1 key' : `${count} keys`;
}

function replicas(object: KubeObject, ready: number | undefined): Status {
  const wanted = object.spec?.replicas ?? 1;
  const has = ready ?? 0;
  return { tone: has === wanted ? (wanted === 0 ? 'idle' : 'good') : 'busy', status: `${has}/${wanted} ready` };
}

function describeNode(object: KubeObject): Status & Partial<ObjectRow> {
  const ready = condition(object, 'Ready');
  const words = [ready === 'True' ? 'Ready' : 'NotReady'];
  if (object.spec?.unschedulable) words.push('SchedulingDisabled');
  const tone = ready !== 'True' ? 'bad' : object.spec?.unschedulable ? 'warning' : 'good';
  return { tone, status: words.join(','), address: object.status?.addresses?.[0]?.address };
}

function condition(object: KubeObject, type: string): string | undefined {
  return object.status?.conditions?.find((candidate: { type: string }) => candidate.type === type)?.status;
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
function describePod(object: KubeObject): Status & Partial<ObjectRow> {
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
