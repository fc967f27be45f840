import type { Json, KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import { compare } from './compare.ts';
import {
  difference,
  EMPTY,
  type FieldSet,
  type FieldsV1,
  fromFieldsV1,
  isEmptySet,
  toFieldsV1,
  union,
} from './fieldset.ts';
import type { JsonObject } from './typed.ts';

/** One entry of `metadata.managedFields`, its fields as a set. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fields: FieldSet;
}

interface ManagedFieldsEntry extends Omit<Manager, 'fields'> {
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1?: FieldsV1;
}

/** Who an update belongs to. */
export interface Writer {
  readonly manager: string;
  readonly subresource: string;
}

const NAMELESS: FieldSet = { isMember: true, children: {} };

/** Fields that nobody owns: the server's own and the object's identity. */
const UNOWNED: FieldSet = {
  isMember: false,
  children: {
    'f:apiVersion': NAMELESS,
    'f:kind': NAMELESS,
    'f:metadata': {
      isMember: true,
      children: Object.fromEntries(
        [
          'name',
          'namespace',
          'creationTimestamp',
          'selfLink',
          'uid',
          'generation',
          'managedFields',
          'resourceVersion',
        ].map((key) => [`f:${key}`, NAMELESS]),
      ),
    },
  },
};

/** The set without what nobody owns. */
export function ownable(set: FieldSet): FieldSet {
  return difference(set, UNOWNED);
}

export function managersOf(object: KubeObject): readonly Manager[] {
  const entries = ((object.metadata as { managedFields?: unknown }).managedFields ??
    []) as readonly ManagedFieldsEntry[];
  return entries.map(({ fieldsType: _, fieldsV1, ...entry }) => ({ ...entry, fields: fromFieldsV1(fieldsV1 ?? {}) }));
}

/** Whether entries that a request brings can be read as a record of ownership. */
export function isManagedFields(entries: unknown): boolean {
  return (
    Array.isArray(entries) &&
    entries.every(
      (entry: Partial<ManagedFieldsEntry> | null) =>
        typeof entry?.manager === 'string' &&
        (entry.operation === 'Apply' || entry.operation === 'Update') &&
        isFieldsV1(entry.fieldsV1),
    )
  );
}

/** A record with nothing but an empty entry wipes it out; an empty record is that of a client that knows no better. */
export function isReset(entries: unknown): boolean {
  return Array.isArray(entries) && entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0;
}

function isFieldsV1(fields: unknown): boolean {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return false;
  return Object.entries(fields).every(([element, child]) => /^(f:|k:{|v:|i:|\.$)/.test(element) && isFieldsV1(child));
}

/** Applies come first, then by name; updates by time. Entries that own nothing go. */
export function withManagers(object: KubeObject, managers: readonly Manager[]): KubeObject {
  const entries = managers
    .filter(({ fields }) => !isEmptySet(fields))
    .sort(byOrder)
    .map(({ fields, subresource, ...entry }) => ({
      ...entry,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === undefined || subresource === '' ? {} : { subresource }),
    }));
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  return {
    ...object,
    metadata: entries.length === 0 ? metadata : ({ ...metadata, managedFields: entries } as KubeObject['metadata']),
  };
}

function byOrder(one: Manager, other: Manager): number {
  if (one.operation !== other.operation) return one.operation === 'Apply' ? -1 : 1;
  if (one.time !== other.time) return (one.time ?? '') < (other.time ?? '') ? -1 : 1;
  return one.manager < other.manager ? -1 : one.manager > other.manager ? 1 : 0;
}

/** A new object belongs, with its defaults, to who creates it. */
export function trackCreate(kind: Kind, object: KubeObject, writer: Writer, now: number): KubeObject {
  const { status: _, ...owned } = plain(object) as JsonObject;
  const fields = ownable(compare({}, owned, schemaOf(kind)).changed);
  return withManagers(object, [updateEntry(kind, writer, fields, timestamp(now))]);
}

function updateEntry(kind: Kind, writer: Writer, fields: FieldSet, time: string | undefined): Manager {
  return {
    manager: writer.manager,
    operation: 'Update',
    apiVersion: apiVersionOf(kind),
    time,
    ...(writer.subresource === '' ? {} : { subresource: writer.subresource }),
    fields,
  };
}

/**
 * Keeps `managedFields` true over an ordinary write: what the writer changed is the writer's, and nobody owns what is
 * gone. A request may bring entries of its own: then these are what the write starts from.
 */
export function trackUpdate(
  kind: Kind,
  next: KubeObject,
  previous: KubeObject,
  writer: Writer,
  now: number,
): KubeObject {
  const before = managersOf(next);
  const { changed, removed } = compare(plain(previous), plain(next), schemaOf(kind));
  const lost = union(changed, removed);
  const isWriter = (entry: Manager): boolean =>
    entry.operation === 'Update' &&
    entry.manager === writer.manager &&
    (entry.subresource ?? '') === writer.subresource;
  const mine = before.find(isWriter);
  const gained = ownable(changed);
  const others = before
    .filter((entry) => !isWriter(entry))
    .map((entry) => ({ ...entry, fields: difference(entry.fields, lost) }));
  if (mine === undefined && isEmptySet(gained)) return withManagers(next, others);
  const time = isEmptySet(gained) ? mine?.time : timestamp(now);
  const fields = union(difference(mine?.fields ?? EMPTY, removed), gained);
  return withManagers(next, [...others, updateEntry(kind, writer, fields, time)]);
}

/** The object as ownership sees it. */
export function plain(object: KubeObject): Json {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  return { ...object, metadata } as unknown as Json;
}
