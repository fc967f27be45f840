import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { isPodTerminal } from '../shared/pod.ts';
import { type DeletableResource, deletableResources } from '../shared/resources.ts';

/** What is left of one resource after its objects were deleted. */
export interface Remainder {
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
  /** Seconds until it may be gone; 0 when nothing is left. */
  readonly estimate: number;
  /** Objects remain although nothing explains it, or they could not be deleted. */
  readonly error?: string;
}

/** `finalizerEstimateSeconds`: nobody can know how long a finalizer takes. */
const FINALIZER_ESTIMATE = 15;

/** The resources that a namespace can hold; pods, which have to go first (KEP-5080), before all others. */
export function namespacedResources(others: readonly DeletableResource[]): readonly DeletableResource[] {
  const namespaced = [...deletableResources(), ...others].filter((resource) => resource.namespaced);
  return [...namespaced.filter(isPods), ...namespaced.filter((resource) => !isPods(resource))];
}

export function isPods({ resource }: DeletableResource): boolean {
  return resource === 'pods';
}

/**
 * Deletes all objects of a resource in a namespace and looks what is left
 * (`deleteAllContentForGroupVersionResource` in `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`).
 */
export function deleteContent(
  client: Client,
  namespace: KubeObject,
  resource: DeletableResource,
  now: number,
): Remainder {
  const { name } = namespace.metadata;
  // By path, since versions of others may have any name.
  const path = collectionPath(resource, name);
  const list = () => (client.read(path).items ?? []) as readonly KubeObject[];
  const before = list();
  if (before.length === 0) return { count: 0, finalizers: new Map(), estimate: 0 };
  const grace = isPods(resource) ? remainingGrace(before, namespace, now) : 0;
  const failure = tryDelete(() => client.clear(path));
  if (failure !== undefined) return { count: before.length, finalizers: new Map(), estimate: 0, error: failure };
  const after = list();
  const finalizers = countFinalizers(after);
  if (after.length === 0) return { count: 0, finalizers, estimate: 0 };
  if (grace > 0) return { count: after.length, finalizers, estimate: grace };
  if (finalizers.size > 0) return { count: after.length, finalizers, estimate: FINALIZER_ESTIMATE };
  const gvr = `${resource.group}/${resource.version}, Resource=${resource.plural}`;
  return {
    count: after.length,
    finalizers,
    estimate: 0,
    error: `unexpected items still remain in namespace: ${name} for gvr: ${gvr}`,
  };
}

function collectionPath({ group, version, plural }: DeletableResource, namespace: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/namespaces/${namespace}/${plural}`;
}

/** The longest grace period of a pod in seconds, or 0 once the namespace has been going for longer than that. */
function remainingGrace(pods: readonly KubeObject[], namespace: KubeObject, now: number): number {
  let longest = 0;
  for (const pod of pods) {
    if (!isPodTerminal(pod)) longest = Math.max(longest, pod.spec?.terminationGracePeriodSeconds ?? 0);
  }
  const elapsed = now - parseTimestamp(namespace.metadata.deletionTimestamp ?? '');
  return elapsed >= longest * 1000 ? 0 : longest;
}

function countFinalizers(objects: readonly KubeObject[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const object of objects) {
    for (const finalizer of object.metadata.finalizers ?? []) counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  }
  return counts;
}

function tryDelete(write: () => void): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
