import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject, OwnerReference } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { controllerOf, ownerIn } from '../shared/owner.ts';
import { scaled } from '../shared/percentage.ts';
import { resourceOfKind } from '../shared/resources.ts';
import { scaleOfController } from '../shared/scale.ts';

/** How many pods a budget is about, and how many of them have to stay healthy. */
export interface ExpectedPods {
  readonly expected: number;
  readonly desiredHealthy: number;
  /** Pods that no controller manages: nobody knows how many of them there should be. */
  readonly unmanaged: readonly string[];
}

/** `getExpectedPodCount` in `pkg/controller/disruption/disruption.go`. */
export function expectedPods(
  turn: Turn,
  client: Client,
  budget: KubeObject,
  pods: readonly KubeObject[],
): ExpectedPods {
  const { minAvailable, maxUnavailable } = budget.spec;
  if (maxUnavailable !== undefined) {
    const { expected, unmanaged } = expectedScale(turn, client, pods);
    const mayLack = scaled(maxUnavailable, expected, Math.ceil);
    return { expected, desiredHealthy: Math.max(0, expected - mayLack), unmanaged };
  }
  if (typeof minAvailable === 'string') {
    const { expected, unmanaged } = expectedScale(turn, client, pods);
    return { expected, desiredHealthy: scaled(minAvailable, expected, Math.ceil), unmanaged };
  }
  return { expected: pods.length, desiredHealthy: minAvailable ?? 0, unmanaged: [] };
}

/** The sum of the replicas of all controllers of the pods. */
function expectedScale(
  turn: Turn,
  client: Client,
  pods: readonly KubeObject[],
): { expected: number; unmanaged: readonly string[] } {
  const scales = new Map<string, number>();
  const known = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const controller = controllerOf(pod);
    if (controller === undefined) unmanaged.push(pod.metadata.name);
    else if (!known.has(controller.uid)) {
      known.add(controller.uid);
      const scale = scaleOf(turn, client, pod);
      scales.set(scale.uid, scale.replicas);
    }
  }
  let expected = 0;
  for (const replicas of scales.values()) expected += replicas;
  return { expected, unmanaged };
}

/** Who decides how many pods like this one there are: a ReplicaSet's Deployment rather than itself. */
function scaleOf(turn: Turn, client: Client, pod: KubeObject): { readonly uid: string; readonly replicas: number } {
  const set =
    ownerIn(turn.cache('replicasets.apps'), 'ReplicaSet', pod) ??
    ownerIn(turn.cache('statefulsets.apps'), 'StatefulSet', pod) ??
    ownerIn(turn.cache('replicationcontrollers'), 'ReplicationController', pod);
  if (set !== undefined) {
    const { metadata, spec } = ownerIn(turn.cache('deployments.apps'), 'Deployment', set) ?? set;
    return { uid: metadata.uid, replicas: spec.replicas };
  }
  const owner = controllerOf(pod) as OwnerReference;
  const resource = resourceOfKind(owner.apiVersion, owner.kind)?.resource;
  const isScalable = ['replicasets.apps', 'statefulsets.apps', 'replicationcontrollers'].includes(resource ?? '');
  if (resource !== undefined && !isScalable)
    throw new SyncError(`${resource} does not implement the scale subresource`);
  const scale = resource ? undefined : scaleOfController(client, pod.metadata.namespace ?? '', owner);
  if (scale?.metadata.uid === owner.uid) return { uid: owner.uid, replicas: scale.spec.replicas ?? 0 };
  throw new SyncError(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
}
