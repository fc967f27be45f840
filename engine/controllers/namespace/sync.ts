import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { SyncError } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { type Discovery, discoverOthers } from '../shared/discovery.ts';
import type { Condition } from '../shared/pod.ts';
import { type DeletionProblems, deletionConditions } from './conditions.ts';
import { deleteContent, isPods, namespacedResources } from './content.ts';

/** What the finalizer of this controller is called in `spec.finalizers`. */
const FINALIZER = 'kubernetes';

/**
 * One sync of a terminating namespace: deletes what is in it, says in its conditions what remains, and finalizes it when
 * nothing does (`pkg/controller/namespace/deletion/namespaced_resources_deleter.go`).
 */
export function syncNamespace(turn: Turn, client: Client, key: string): void {
  if (turn.cache('namespaces').get('', key) === undefined) return;
  const namespace = liveNamespace(client, key);
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  const finalizers: readonly string[] = namespace.spec?.finalizers ?? [];
  if (finalizers.length === 0) return;
  const problems = deleteEverything(turn, client, namespace);
  const updated = updateConditions(turn, client, namespace, problems);
  const { failure } = problems.discovery;
  const errors = failure === undefined ? problems.errors : [failure.message, ...problems.errors];
  if (errors.length > 0) throw new SyncError(errors.join(', '));
  if (problems.estimate > 0) {
    const options = problems.finalizers.size > 0 ? { background: true } : {};
    enqueueAfter(turn, key, (Math.floor(problems.estimate / 2) + 1) * 1000, options);
    return;
  }
  if (!finalizers.includes(FINALIZER)) return;
  const spec = { ...updated.spec, finalizers: finalizers.filter((finalizer) => finalizer !== FINALIZER) };
  client.updateSubresource('namespaces', { ...updated, spec }, 'finalize');
}

function liveNamespace(client: Client, name: string): KubeObject | undefined {
  try {
    return client.get('namespaces', '', name);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

interface Outcome extends DeletionProblems {
  readonly discovery: Discovery;
  readonly errors: readonly string[];
  readonly remaining: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
  readonly estimate: number;
}

/** Nothing else is touched while pods remain; conditions then tell of errors only. */
function deleteEverything(turn: Turn, client: Client, namespace: KubeObject): Outcome {
  const discovery = discoverOthers(client, ['list', 'deletecollection']);
  const errors: string[] = [];
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  let estimate = 0;
  for (const resource of namespacedResources(discovery.resources)) {
    const remainder = deleteContent(client, namespace, resource, turn.now);
    if (remainder.error !== undefined) errors.push(remainder.error);
    estimate = Math.max(estimate, remainder.estimate);
    if (remainder.count === 0) continue;
    if (isPods(resource)) return { discovery, errors, remaining, finalizers, estimate };
    remaining.set(`${resource.plural}.${resource.group}`, remainder.count);
    for (const [finalizer, count] of remainder.finalizers)
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + count);
  }
  return { discovery, errors, remaining, finalizers, estimate };
}

function updateConditions(turn: Turn, client: Client, namespace: KubeObject, problems: DeletionProblems): KubeObject {
  const present: readonly Condition[] = namespace.status?.conditions ?? [];
  const conditions = deletionConditions(present, problems, turn.now);
  if (conditions === present) return namespace;
  return client.updateStatus('namespaces', { ...namespace, status: { ...namespace.status, conditions } });
}
