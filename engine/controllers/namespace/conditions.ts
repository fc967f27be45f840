import { timestamp } from '../../sim/time.ts';
import type { Discovery } from '../shared/discovery.ts';
import type { Condition } from '../shared/pod.ts';

/** What keeps a namespace from going away: nothing is left out only when all is well. */
export interface DeletionProblems {
  readonly discovery?: Discovery;
  /** Errors of the deletion itself. */
  readonly errors?: readonly string[];
  /** Resources with objects left, as `configmaps.` or `deployments.apps`, and how many. */
  readonly remaining?: ReadonlyMap<string, number>;
  /** Finalizers on them, and on how many objects. */
  readonly finalizers?: ReadonlyMap<string, number>;
}

/** Type, and the reason and message of the condition while all is well, in the order in which they are written. */
const WELL: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

/**
 * The conditions of a terminating namespace (`status_condition_utils.go` in `pkg/controller/namespace/deletion`); the
 * same list when none changes.
 */
export function deletionConditions(
  present: readonly Condition[],
  problems: DeletionProblems,
  now: number,
): readonly Condition[] {
  const failures = failuresOf(problems);
  const known = new Map(present.map((condition) => [condition.type, condition]));
  let isChanged = false;
  for (const [type, reason, message] of WELL) {
    const wanted = { type, ...(failures.get(type) ?? { status: 'False', reason, message }) };
    const current = known.get(type);
    if (current?.status === wanted.status && current.reason === wanted.reason && current.message === wanted.message)
      continue;
    const lastTransitionTime = current?.status === wanted.status ? current.lastTransitionTime : timestamp(now);
    known.set(type, {
      type,
      status: wanted.status,
      lastTransitionTime,
      reason: wanted.reason,
      message: wanted.message,
    });
    isChanged = true;
  }
  return isChanged ? [...known.values()] : present;
}

function failuresOf({
  discovery,
  errors = [],
  remaining,
  finalizers,
}: DeletionProblems): ReadonlyMap<string, { status: string; reason: string; message: string }> {
  const failures = new Map<string, { status: string; reason: string; message: string }>();
  if (discovery?.failure !== undefined) {
    const { groups, message: why } = discovery.failure;
    const message = `Discovery failed for some groups, ${groups} failing: ${why}`;
    failures.set('NamespaceDeletionDiscoveryFailure', { status: 'True', reason: 'DiscoveryFailed', message });
  }
  if (errors.length > 0) {
    const message = `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`;
    failures.set('NamespaceDeletionContentFailure', { status: 'True', reason: 'ContentDeletionFailed', message });
  }
  if (remaining !== undefined && remaining.size > 0) {
    const message = `Some resources are remaining: ${sorted(remaining, (name, count) => `${name} has ${count} resource instances`)}`;
    failures.set('NamespaceContentRemaining', { status: 'True', reason: 'SomeResourcesRemain', message });
  }
  if (finalizers !== undefined && finalizers.size > 0) {
    const message = `Some content in the namespace has finalizers remaining: ${sorted(finalizers, (name, count) => `${name} in ${count} resource instances`)}`;
    failures.set('NamespaceFinalizersRemaining', { status: 'True', reason: 'SomeFinalizersRemain', message });
  }
  return failures;
}

function sorted(counts: ReadonlyMap<string, number>, text: (name: string, count: number) => string): string {
  return [...counts]
    .map(([name, count]) => text(name, count))
    .sort()
    .join(', ');
}
