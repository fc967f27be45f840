import type { KubeObject } from '../object.ts';
import { type Sentence, say, type Text } from '../sentence.ts';
import type { ObjectRow, Tone } from './views.ts';

/** What the row of an object says about its state. */
export interface RowStatus {
  readonly tone: Tone;
  readonly status: Text;
}

type Describe = (object: KubeObject) => RowStatus & Partial<ObjectRow>;

/** What the status of a kind is, in one line; a kind without an entry shows its phase or Ready condition, if it has one. */
export const ROW_STATUS: Readonly<Record<string, Describe>> = {
  nodes: describeNode,
  namespaces: (object) =>
    object.status?.phase === 'Terminating'
      ? { tone: 'warning', status: 'Terminating' }
      : { tone: 'good', status: object.status?.phase ?? 'Active' },
  'deployments.apps': replicas,
  'replicasets.apps': replicas,
  'statefulsets.apps': replicas,
  replicationcontrollers: replicas,
  'daemonsets.apps': (object) => share(object.status?.numberReady ?? 0, object.status?.desiredNumberScheduled ?? 0),
  'jobs.batch': describeJob,
  'cronjobs.batch': (object) => ({
    tone: object.spec?.suspend ? 'warning' : 'idle',
    status: object.spec?.suspend ? say`${object.spec.schedule} (suspended)` : (object.spec?.schedule ?? ''),
  }),
  'horizontalpodautoscalers.autoscaling': (object) => ({
    tone: 'idle',
    status: say`${object.status?.currentReplicas ?? 0} of ${object.spec?.minReplicas ?? 1}–${object.spec?.maxReplicas}`,
  }),
  'poddisruptionbudgets.policy': (object) => ({
    tone: 'idle',
    status: say`${object.status?.disruptionsAllowed ?? 0} disruptions allowed`,
  }),
  services: (object) => ({ tone: 'idle', status: object.spec?.type ?? 'ClusterIP', address: object.spec?.clusterIP }),
  'endpointslices.discovery.k8s.io': (object) => ({
    tone: 'idle',
    status: say`${object.endpoints?.length ?? 0} endpoints`,
  }),
  'ingresses.networking.k8s.io': (object) => ({ tone: 'idle', status: object.spec?.ingressClassName ?? '' }),
  'leases.coordination.k8s.io': (object) => ({ tone: 'idle', status: object.spec?.holderIdentity ?? '' }),
  events: (object) => ({
    tone: object.type === 'Warning' ? 'warning' : 'idle',
    status: `${object.reason}: ${object.message ?? object.note ?? ''}`,
  }),
  configmaps: (object) => ({ tone: 'idle', status: keyCount(object.data) }),
  secrets: (object) => ({ tone: 'idle', status: object.type ?? 'Opaque' }),
  'storageclasses.storage.k8s.io': (object) => ({ tone: 'idle', status: object.provisioner ?? '' }),
};

/** A phase or a Ready or Established condition says enough of most other kinds, custom ones too. */
export function describeAny(object: KubeObject): RowStatus {
  const phase: unknown = object.status?.phase;
  if (typeof phase === 'string') return { tone: toneOfPhase(phase), status: phase };
  for (const type of ['Ready', 'Established', 'Available']) {
    const status = condition(object, type);
    if (status !== undefined) return { tone: status === 'True' ? 'good' : 'busy', status: `${type}: ${status}` };
  }
  return { tone: 'idle', status: '' };
}

function toneOfPhase(phase: string): Tone {
  if (phase === 'Bound' || phase === 'Active' || phase === 'Available') return 'good';
  if (phase === 'Pending') return 'busy';
  if (phase === 'Lost' || phase === 'Failed') return 'bad';
  return phase === 'Terminating' ? 'warning' : 'idle';
}

function keyCount(data: Readonly<Record<string, string>> | undefined): Sentence {
  const count = Object.keys(data ?? {}).length;
  return count === 1 ? say`1 key` : say`${count} keys`;
}

function replicas(object: KubeObject): RowStatus {
  return share(object.status?.readyReplicas ?? 0, object.spec?.replicas ?? 1);
}

function share(has: number, wanted: number): RowStatus {
  return { tone: has === wanted ? (wanted === 0 ? 'idle' : 'good') : 'busy', status: say`${has}/${wanted} ready` };
}

function describeJob(object: KubeObject): RowStatus {
  if (condition(object, 'Failed') === 'True') return { tone: 'bad', status: 'Failed' };
  if (condition(object, 'Complete') === 'True') return { tone: 'good', status: 'Complete' };
  if (object.spec?.suspend) return { tone: 'warning', status: 'Suspended' };
  return { tone: 'busy', status: say`${object.status?.succeeded ?? 0}/${object.spec?.completions ?? 1} completions` };
}

function describeNode(object: KubeObject): RowStatus & Partial<ObjectRow> {
  const ready = condition(object, 'Ready');
  const words = [ready === 'True' ? 'Ready' : 'NotReady'];
  if (object.spec?.unschedulable) words.push('SchedulingDisabled');
  const tone = ready !== 'True' ? 'bad' : object.spec?.unschedulable ? 'warning' : 'good';
  return { tone, status: words.join(','), address: object.status?.addresses?.[0]?.address };
}

function condition(object: KubeObject, type: string): string | undefined {
  const conditions: unknown = object.status?.conditions;
  if (!Array.isArray(conditions)) return undefined;
  return conditions.find((candidate: { type?: string }) => candidate?.type === type)?.status;
}
