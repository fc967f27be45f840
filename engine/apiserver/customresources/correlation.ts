import { isEqual } from '../equality.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields } from './pruning.ts';

/**
 * A value of an update with the value it had before, so that rules can compare both and errors of what did not change
 * can be forgiven (ratcheting). `undefined` stands for a value that has no counterpart.
 * Source: `k8s.io/apiserver/pkg/cel/common/equality.go`.
 */
export interface Correlation {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: JsonSchema;
}

export function isUnchanged(correlation: Correlation): boolean {
  return isEqual(correlation.value, correlation.old);
}

/** The counterpart of a field; fields of an atomic map have one, too. */
export function correlatedField(correlation: Correlation | undefined, key: string): Correlation | undefined {
  if (correlation === undefined || !isFields(correlation.value) || !isFields(correlation.old)) return undefined;
  const old = correlation.old[key];
  if (old === undefined) return undefined;
  const schema = correlation.schema.properties?.[key] ?? valuesOf(correlation.schema);
  return schema === undefined ? undefined : { value: correlation.value[key], old, schema };
}

/** The counterpart of a list's item: only lists of type `map` have them, found by their keys. */
export function correlatedItem(correlation: Correlation | undefined, index: number): Correlation | undefined {
  if (correlation === undefined || !Array.isArray(correlation.value) || !Array.isArray(correlation.old))
    return undefined;
  const { schema } = correlation;
  const items = itemsOf(schema);
  if (items === undefined || schema['x-kubernetes-list-type'] !== 'map') return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const value: unknown = correlation.value[index];
  if (!isFields(value)) return undefined;
  const old = correlation.old.find((item) => isFields(item) && keys.every((key) => isEqual(item[key], value[key])));
  return old === undefined ? undefined : { value, old, schema: items };
}
