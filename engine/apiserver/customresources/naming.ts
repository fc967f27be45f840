import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { conditionOf, type DefinitionCondition, type ResourceNames, withCondition } from './definition.ts';

/**
 * Gives a definition the names it asks for, as far as no other of its group has them. The same object where nothing
 * changes. Source: `k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go`.
 */
export function withAcceptedNames(definition: KubeObject, others: readonly KubeObject[], now: string): KubeObject {
  const wanted = definition.spec.names as ResourceNames;
  const accepted = (definition.status?.acceptedNames ?? {}) as Partial<ResourceNames>;
  if (isEqual(wanted, accepted)) return definition;
  const { names, condition } = negotiated(wanted, accepted, takenNames(definition, others));
  const isSettled = isEqual(names, accepted) && isEqual(condition, bare(conditionOf(definition, 'NamesAccepted')));
  if (isSettled) return definition;
  const named = { ...definition, status: { ...definition.status, acceptedNames: names } };
  const judged = withCondition(named, condition, now);
  return withCondition(judged, establishedCondition(definition, condition), now);
}

function bare(condition: DefinitionCondition | undefined): object | undefined {
  if (condition === undefined) return undefined;
  const { type, status, reason, message } = condition;
  return { type, status, reason, message };
}

interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenNames(definition: KubeObject, others: readonly KubeObject[]): Taken {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const other of others) {
    if (other.spec.group !== definition.spec.group) continue;
    const names = (other.status?.acceptedNames ?? {}) as Partial<ResourceNames>;
    for (const name of [names.plural, names.singular, ...(names.shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [names.kind, names.listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

function negotiated(
  wanted: ResourceNames,
  accepted: Partial<ResourceNames>,
  taken: Taken,
): { readonly names: ResourceNames; readonly condition: DefinitionCondition } {
  const names: Record<string, unknown> = { ...accepted };
  let conflict: { readonly reason: string; readonly message: string } | undefined;
  const claim = (name: 'plural' | 'singular' | 'kind' | 'listKind', set: ReadonlySet<string>, reason: string): void => {
    const value = wanted[name] ?? '';
    if (value !== accepted[name] && set.has(value)) conflict = { reason, message: `"${value}" is already in use` };
    else names[name] = value;
  };
  claim('plural', taken.resources, 'PluralConflict');
  claim('singular', taken.resources, 'SingularConflict');
  const shortNames = wanted.shortNames ?? [];
  const lost = shortNames.filter((name) => !accepted.shortNames?.includes(name) && taken.resources.has(name));
  if (lost.length > 0) {
    const texts = lost.map((name) => `"${name}" is already in use`);
    conflict = { reason: 'ShortNamesConflict', message: texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]` };
  } else if (wanted.shortNames !== undefined) names.shortNames = shortNames;
  else delete names.shortNames;
  claim('kind', taken.kinds, 'KindConflict');
  claim('listKind', taken.kinds, 'ListKindConflict');
  if (wanted.categories !== undefined) names.categories = wanted.categories;
  else delete names.categories;
  const condition: DefinitionCondition =
    conflict === undefined
      ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { type: 'NamesAccepted', status: 'False', ...conflict };
  return { names: names as unknown as ResourceNames, condition };
}

function establishedCondition(definition: KubeObject, names: DefinitionCondition): DefinitionCondition {
  const type = 'Established';
  const before = conditionOf(definition, type);
  if (before?.status !== 'True' && names.status === 'True') {
    return { type, status: 'False', reason: 'Installing', message: 'the initial names have been accepted' };
  }
  return before ?? { type, status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}
