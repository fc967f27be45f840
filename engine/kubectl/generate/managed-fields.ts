import type { KubeObject } from '../../object.ts';

/** One entry of `metadata.managedFields`. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly apiVersion?: string;
  readonly fieldsV1?: Fields;
}

interface Fields {
  readonly [name: string]: Fields;
}

const ANNOTATION = ['f:metadata', 'f:annotations', 'f:kubectl.kubernetes.io/last-applied-configuration'];

export function managedFieldsOf(object: KubeObject): readonly ManagedFields[] {
  return (object.metadata as { managedFields?: readonly ManagedFields[] }).managedFields ?? [];
}

/** The entries of an operation that own the annotation of `kubectl apply`. */
export function annotationOwners(object: KubeObject, operation: 'Apply' | 'Update'): readonly ManagedFields[] {
  return managedFieldsOf(object).filter((entry) => {
    let fields: Fields | undefined = entry.fieldsV1;
    for (const name of ANNOTATION) fields = fields?.[name];
    return entry.operation === operation && fields !== undefined;
  });
}

/** Two sets of fields together. A field that is owned itself, not only below, has a dot among those below it. */
function union(one: Fields, other: Fields): Fields {
  if (Object.keys(one).length === 0 && Object.keys(other).length > 0) return { '.': {}, ...other };
  if (Object.keys(other).length === 0 && Object.keys(one).length > 0) return { '.': {}, ...one };
  const result: Record<string, Fields> = { ...one };
  for (const [name, fields] of Object.entries(other)) {
    const present = result[name];
    result[name] = present === undefined ? fields : union(present, fields);
  }
  return result;
}

function isManager(entry: ManagedFields, manager: string, operation: string): boolean {
  return entry.manager === manager && entry.operation === operation && !entry.subresource;
}

function upgraded(entries: readonly ManagedFields[], from: string, to: string): readonly ManagedFields[] {
  const present = entries.findIndex((entry) => isManager(entry, to, 'Apply'));
  const index = present >= 0 ? present : entries.findIndex((entry) => isManager(entry, from, 'Update'));
  const target = entries[index];
  if (target === undefined) return entries;
  const converted: ManagedFields = present >= 0 ? target : { ...target, manager: to, operation: 'Apply' };
  const source = entries.find(
    (entry) => entry !== target && isManager(entry, from, 'Update') && entry.apiVersion === converted.apiVersion,
  );
  const fieldsV1 = source ? union(converted.fieldsV1 ?? {}, source.fieldsV1 ?? {}) : converted.fieldsV1;
  return entries.with(index, { ...converted, fieldsV1 }).filter((entry) => !isManager(entry, from, 'Update'));
}

/**
 * The JSON patch that hands what client-side apply owned to server-side apply; undefined where there is nothing to hand
 * over. Source: `k8s.io/client-go/util/csaupgrade/upgrade.go`.
 */
export function upgradePatch(object: KubeObject, to: string): object[] | undefined {
  const names = new Set(annotationOwners(object, 'Update').map(({ manager = '' }) => manager));
  const before = managedFieldsOf(object);
  let entries = before;
  for (const name of names) entries = upgraded(entries, name, to);
  if (entries === before) return undefined;
  return [
    { op: 'replace', path: '/metadata/managedFields', value: entries },
    { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
  ];
}
