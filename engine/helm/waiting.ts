import { at } from '../kubectl/codec/json.ts';
import { CommandFailure } from '../kubectl/failure.ts';
import type { Task } from '../kubectl/task.ts';
import { waitFor } from '../kubectl/waiting.ts';
import type { KubeObject } from '../object.ts';
import type { Cluster, Placed } from './cluster.ts';
import { HelmFailure } from './failure.ts';

/** What an object still waits for: `ready`, or the words that say it. Source: `sigs.k8s.io/cli-utils/pkg/kstatus`. */
function stateOf(object: KubeObject): string {
  if (
    (at(object, 'status', 'observedGeneration') ?? object.metadata.generation ?? 0) < (object.metadata.generation ?? 0)
  )
    return `${object.kind} generation is ${object.metadata.generation}, but latest observed generation is ${at(object, 'status', 'observedGeneration')}`;
  return STATES[object.kind]?.(object) ?? 'ready';
}

const count = (object: KubeObject, ...path: readonly string[]): number => Number(at(object, ...path) ?? 0);

function replicated(object: KubeObject, updated: string): string {
  const wanted = Number(at(object, 'spec', 'replicas') ?? 1);
  if (count(object, 'status', updated) < wanted) return `Updated: ${count(object, 'status', updated)}/${wanted}`;
  if (count(object, 'status', 'replicas') > wanted)
    return `Pending termination: ${count(object, 'status', 'replicas') - wanted}`;
  if (count(object, 'status', 'availableReplicas') < wanted)
    return `Available: ${count(object, 'status', 'availableReplicas')}/${wanted}`;
  return 'ready';
}

const STATES: Readonly<Record<string, (object: KubeObject) => string>> = {
  Deployment: (object) => replicated(object, 'updatedReplicas'),
  ReplicaSet: (object) => replicated(object, 'replicas'),
  StatefulSet: (object) => replicated(object, 'updatedReplicas'),
  DaemonSet: (object) => {
    const wanted = count(object, 'status', 'desiredNumberScheduled');
    const available = count(object, 'status', 'numberAvailable');
    if (at(object, 'status', 'observedGeneration') === undefined) return 'Missing .status.desiredNumberScheduled';
    return available < wanted || count(object, 'status', 'updatedNumberScheduled') < wanted
      ? `Available: ${available}/${wanted}`
      : 'ready';
  },
  Pod: (object) => {
    const conditions = (at(object, 'status', 'conditions') ?? []) as readonly {
      readonly type: string;
      readonly status: string;
    }[];
    const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
    return isReady || at(object, 'status', 'phase') === 'Succeeded'
      ? 'ready'
      : `Pod is in the ${at(object, 'status', 'phase')} phase`;
  },
  PersistentVolumeClaim: (object) =>
    at(object, 'status', 'phase') === 'Bound' ? 'ready' : `PVC is not Bound. phase: ${at(object, 'status', 'phase')}`,
  Service: (object) =>
    at(object, 'spec', 'type') === 'LoadBalancer' && !at(object, 'status', 'loadBalancer', 'ingress')
      ? 'NodePort service has no load balancer'
      : 'ready',
};

/** Waits until all objects are ready, at most up to a time. No time left is one millisecond: none at all means one look. */
export function* waitForAll(cluster: Cluster, objects: readonly Placed[], deadline: number): Task {
  for (const placed of objects) yield* waitUntil(cluster, placed, deadline, (object) => stateOf(object) === 'ready');
}

/** Waits until all objects are gone. */
export function* waitForNone(cluster: Cluster, objects: readonly Placed[], deadline: number): Task {
  for (const placed of objects) {
    const left = deadline - (yield* cluster.session.now());
    yield* waitFor(cluster.session, placed, Math.max(1, left), () => false, true);
  }
}

/** Waits for the end of a hook's Job or Pod; others have none. Throws when it failed. */
export function* waitForEnd(cluster: Cluster, placed: Placed, deadline: number): Task {
  const { kind } = placed.object;
  if (kind !== 'Job' && kind !== 'Pod') return;
  let last: KubeObject | undefined;
  yield* waitUntil(cluster, placed, deadline, (object) => {
    last = object;
    return endOf(object) !== undefined;
  });
  if (last && endOf(last) === 'failed')
    throw new HelmFailure(
      `resource ${kind}/${placed.namespace}/${placed.name} not ready. status: Failed, message: ${reasonOf(last)}`,
    );
}

type Condition = { readonly type: string; readonly status: string; readonly message?: string };
const conditionsOf = (object: KubeObject) => (at(object, 'status', 'conditions') ?? []) as readonly Condition[];

function endOf(object: KubeObject): 'succeeded' | 'failed' | undefined {
  const phase = at(object, 'status', 'phase');
  if (
    phase === 'Succeeded' ||
    conditionsOf(object).some(({ type, status }) => type === 'Complete' && status === 'True')
  )
    return 'succeeded';
  if (phase === 'Failed' || conditionsOf(object).some(({ type, status }) => type === 'Failed' && status === 'True'))
    return 'failed';
  return undefined;
}

function reasonOf(object: KubeObject): string {
  if (object.kind === 'Pod') return 'Pod has completed, but not successfully';
  return `Job Failed. failed: ${count(object, 'status', 'failed')}/${count(object, 'spec', 'completions') || 1}`;
}

function* waitUntil(cluster: Cluster, placed: Placed, deadline: number, isMet: (object: KubeObject) => boolean): Task {
  let last: KubeObject | undefined;
  try {
    const left = deadline - (yield* cluster.session.now());
    yield* waitFor(cluster.session, placed, Math.max(1, left), (object) => {
      last = object;
      return isMet(object);
    });
  } catch (error) {
    if (!(error instanceof CommandFailure) || !error.text.includes('timed out')) throw error;
    const { object, namespace, name } = placed;
    const state = last ? stateOf(last) : 'Resource not found';
    throw new HelmFailure(
      `resource ${object.kind}/${namespace}/${name} not ready. status: InProgress, message: ${state}\ncontext deadline exceeded`,
    );
  }
}
