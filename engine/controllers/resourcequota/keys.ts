import type { KubeObject } from '../../object.ts';
import { evaluatorOf } from '../../quota/evaluators.ts';
import { isSameResources } from '../../quota/resource-list.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { customResources, DEFINITIONS, observeDefinition } from '../shared/custom-resources.ts';
import { deletableResources } from '../shared/resources.ts';

const QUOTAS = 'resourcequotas';
const NO_KEYS: readonly string[] = [];

/** Stands for all quotas at once. */
export const RESYNC_KEY = '*';

/** Everything in a namespace whose objects a quota may count. */
export function quotaResources(): readonly string[] {
  return deletableResources()
    .filter(({ resource, namespaced }) => namespaced && resource !== QUOTAS && evaluatorOf(resource) !== undefined)
    .map(({ resource }) => resource);
}

/** Everything whose objects a quota may count now, with the resources of definitions. */
export function countedResources(turn: Turn): readonly string[] {
  const custom = customResources(turn).filter(({ namespaced }) => namespaced);
  return ['resourcequotas', ...quotaResources(), ...custom.map(({ resource }) => resource)];
}

/** The quotas to count anew: one whose limits changed, or those that a change has freed something of. */
export function keysOf(turn: Turn, resource: string, event: WatchEvent): readonly string[] {
  if (resource === DEFINITIONS) {
    observeDefinition(turn, event);
    return NO_KEYS;
  }
  const freed = resource === QUOTAS && event.type !== 'DELETED' ? ownKey(event) : undefined;
  if (freed !== undefined) return [freed];
  if (event.type === 'ADDED') return NO_KEYS;
  const quotas = turn.cache(QUOTAS).list(event.object.metadata.namespace);
  if (quotas.length === 0 || !isReplenished(turn, resource, event)) return NO_KEYS;
  const evaluator = evaluatorOf(resource);
  return quotas
    .filter(({ status }) => (evaluator?.matchingResources(Object.keys(status?.hard ?? {})).length ?? 0) > 0)
    .map(keyOf);
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Changes of its status are this controller's own, or the admission plugin's. */
function ownKey({ object, previous }: WatchEvent): string | undefined {
  if (previous !== undefined && isSameResources(object.spec?.hard, previous.spec?.hard)) return undefined;
  return keyOf(object);
}

function isReplenished(turn: Turn, resource: string, { type, object, previous }: WatchEvent): boolean {
  if (type === 'DELETED') return true;
  if (resource !== 'pods' && resource !== 'services' && resource !== 'persistentvolumeclaims') return false;
  const rule = evaluatorOf(resource)?.isReplenishedBy;
  return rule !== undefined && previous !== undefined && rule(object, previous, turn.now);
}
