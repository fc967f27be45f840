/**
 * Schemas of all kinds, generated from the published OpenAPI documents (see `generate.mjs`) and made usable here.
 * Everything that walks objects by their types uses these: decoding, defaulting, strategic merge, apply, `explain`.
 */

/** A scalar, by what Go decodes into: `int32`, `quantity`, `byte` (base64) … */
export type ScalarType =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'number'
  | 'quantity'
  | 'int-or-string'
  | 'time'
  | 'micro-time'
  | 'duration'
  | 'byte'
  /** Any JSON value, taken as it is (`RawExtension`, `FieldsV1`, `JSON`). */
  | 'any';

export interface ScalarSchema {
  readonly type: ScalarType;
  /** Name of the Go type where it is no plain one: `v1.Capability`. */
  readonly goType?: string;
}

export interface ObjectSchema {
  readonly type: 'object';
  /** Published name: `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string;
  /** As Go names it in messages: `v1.PodSpec`. */
  readonly goType: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** What fields hold that are not listed, where unknown ones are kept; none may be given where it is absent. */
  readonly others?: Schema;
  /** A struct whose merge replaces it as a whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
  /** One-of groups: only the member that the discriminator names may stay (`retainKeys`, apply). */
  readonly unions?: readonly Union[];
}

export interface Union {
  readonly discriminator?: string;
  readonly fields: readonly string[];
}

export interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
  readonly atomic?: boolean;
}

export interface ListSchema {
  readonly type: 'list';
  readonly items: Schema;
  /** `x-kubernetes-list-type`; `atomic` where the documents say nothing. */
  readonly listType: 'atomic' | 'set' | 'map';
  /** `x-kubernetes-list-map-keys` of a `map` list. */
  readonly mapKeys: readonly string[];
}

export type Schema = ScalarSchema | ObjectSchema | MapSchema | ListSchema;

export interface Field {
  readonly name: string;
  /** As Go names it: `DNSPolicy`. */
  readonly goName: string;
  readonly schema: Schema;
  /** Written even when it is empty: a required field, or a struct held by value (`resources: {}`). */
  readonly always: boolean;
  /** A struct held by value that vanishes when it is empty (`omitzero`). */
  readonly omitZero: boolean;
  /** Behind a Go pointer: a scalar keeps a given `false`, `0` or `''`, which otherwise vanish. */
  readonly pointer: boolean;
  /** Listed as required in the documents. */
  readonly required: boolean;
  /** A default the documents publish. */
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** `x-kubernetes-patch-strategy`: `merge`, `retainKeys`, or both. */
  readonly patchStrategy: readonly string[];
  /** `x-kubernetes-patch-merge-key`. */
  readonly patchMergeKey?: string;
}
