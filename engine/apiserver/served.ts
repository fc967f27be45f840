import type { Store } from '../store/store.ts';
import { aggregatedKinds } from './aggregator/metrics-kinds.ts';
import { customKinds } from './customresources/custom-kind.ts';
import { DEFINITIONS } from './customresources/definition.ts';
import type { Kind } from './kinds/kind.ts';
import { KINDS } from './kinds/kinds.ts';

/** By plural name: nearly all are unique, so that no key has to be put together for a look. */
const BY_PLURAL: ReadonlyMap<string, readonly Kind[]> = new Map(
  KINDS.map(({ plural }) => [plural, KINDS.filter((kind) => kind.plural === plural)]),
);

const NONE: readonly Kind[] = [];

/** The kind served under a group, version and plural name: a built-in one, or one that a definition in the store makes. */
export function servedKind(store: Store, group: string, version: string, plural: string): Kind | undefined {
  const called = BY_PLURAL.get(plural) ?? NONE;
  for (let at = 0; at < called.length; at++) {
    const kind = called[at] as Kind;
    if (kind.group === group && kind.version === version) return kind;
  }
  return (
    customKind(store, group, version, plural) ??
    aggregatedKinds(store).find((kind) => kind.plural === plural && kind.group === group && kind.version === version)
  );
}

function customKind(store: Store, group: string, version: string, plural: string): Kind | undefined {
  const definition = store.get(DEFINITIONS, '', `${plural}.${group}`);
  if (definition === undefined) return undefined;
  return customKinds(definition).find((kind) => kind.version === version);
}

/** All built-in kinds, in the order of discovery. */
export function servedKinds(): readonly Kind[] {
  return KINDS;
}

/** What this server serves itself now: built-in kinds, then those of definitions. */
export function ownKindsIn(store: Store): readonly Kind[] {
  const definitions = store.at(DEFINITIONS).list();
  return definitions.length === 0 ? KINDS : [...KINDS, ...definitions.flatMap(customKinds)];
}

/** Everything served now, by others through the aggregator too. */
export function kindsIn(store: Store): readonly Kind[] {
  const others = aggregatedKinds(store);
  return others.length === 0 ? ownKindsIn(store) : [...ownKindsIn(store), ...others];
}
