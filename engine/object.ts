/** Any value that survives JSON: the only kind of value state, tasks, inputs and API bodies may hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * `{ ...object, ...fields }` for fields that `object` lacks, where it is done for every pod: what a spread copies has a
 * shape of its own in V8 (Node 20), and each field added to it makes one more that no other object ever shares. Then the
 * copy costs ten times as much, and so does every look at it.
 */
export function extended<T extends object, F extends object, G extends object = object>(
  object: T,
  fields: F,
  more?: G,
): T & F & G {
  return Object.assign({}, object, fields, more as G);
}

/** `metadata.ownerReferences[*]` of an object. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** `metadata` as every API object carries it. Timestamps are RFC 3339 with whole seconds (`2026-01-01T00:00:00Z`). */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/**
 * An API object as it stands in the store. Immutable: whoever wants a changed one spreads a new one.
 * Kinds with their own shape (`Pod`, `Deployment` …) narrow `spec` and `status` where they are used.
 */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  // biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
  readonly [field: string]: any;
}
