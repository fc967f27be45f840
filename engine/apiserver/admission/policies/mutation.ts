import type { Operation } from 'fast-json-patch';
import type { Json, KubeObject } from '../../../object.ts';
import { mergeTyped } from '../../apply/merge.ts';
import { fieldsOf, isAtomic, isJsonList, isJsonObject, schemaOfKey, TypedError } from '../../apply/typed.ts';
import { jsonOfValue } from '../../cel/json.ts';
import { isList, MapValue, type Value } from '../../cel/value.ts';
import type { Kind } from '../../kinds/kind.ts';
import { applyJsonPatch } from '../../patch/json.ts';
import { decode } from '../../schema/decode.ts';
import type { Schema } from '../../schema/schema.ts';
import { schemaOf } from '../../schema/schemas.ts';

/** Why a mutation can't be done. */
export class MutationError extends Error {
  override readonly name = 'MutationError';
}

/** The object with a policy's apply configuration laid over it. Source: `policy/mutating/patch/smd.go` of apiserver. */
export function withConfiguration(kind: Kind, object: KubeObject, value: Value): KubeObject {
  const wrong = wrongTypeNames(value, 'Object');
  if (wrong.length > 0) throw new MutationError(`type mismatch: ${wrong.join('\n')}`);
  const schema = schemaOf(kind);
  const { apiVersion, kind: name } = object;
  const config = { ...(jsonOfValue(value) as object), apiVersion, kind: name } as unknown as Json;
  try {
    fieldsOf(config, schema);
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    throw new MutationError(`error applying patch: failed to convert patch object to typed object: ${error.message}`);
  }
  const atomic = atomicPaths(config, schema, '');
  if (atomic.length > 0) {
    const why = `may not mutate atomic arrays, maps or structs: ${atomic.join(', ')}`;
    throw new MutationError(`error applying patch: invalid ApplyConfiguration: ${why}`);
  }
  return decoded(kind, mergeTyped(object as unknown as Json, config, schema));
}

/** Names of built objects have to say where they go: `Object.spec` below `spec`. */
function wrongTypeNames(value: Value, expected: string): readonly string[] {
  if (isList(value)) return value.flatMap((item) => wrongTypeNames(item, expected));
  if (!(value instanceof MapValue)) return [];
  if (value.type === 'map') return value.pairs().flatMap(([, item]) => wrongTypeNames(item, expected));
  const own =
    value.type === expected
      ? []
      : [
          `unexpected type name ${JSON.stringify(value.type)}, expected ${JSON.stringify(expected)}, which matches field name path from root Object type`,
        ];
  return [...own, ...value.pairs().flatMap(([key, item]) => wrongTypeNames(item, `${expected}.${String(key)}`))];
}

function atomicPaths(value: Json | undefined, schema: Schema | undefined, path: string): readonly string[] {
  if (schema === undefined || value === undefined || value === null) return [];
  const isContainer = isJsonObject(value) || isJsonList(value);
  const own = isContainer && isAtomic(schema) ? [path] : [];
  if (isJsonObject(value)) {
    const below = Object.entries(value).flatMap(([key, item]) =>
      atomicPaths(item, schemaOfKey(schema, key), `${path}.${key}`),
    );
    return [...own, ...below];
  }
  if (!isJsonList(value) || schema.type !== 'list') return own;
  return [...own, ...value.flatMap((item, index) => atomicPaths(item, schema.items, `${path}[${index}]`))];
}

/** The object with a policy's JSON patch applied; one whose test fails changes nothing. */
export function withJsonPatch(kind: Kind, object: KubeObject, value: Value): KubeObject {
  const operations = (isList(value) ? value : []).map((item) => jsonOfValue(item) as unknown as Operation);
  let result = object as unknown as Json;
  for (const operation of operations) {
    const next = applyJsonPatch(result, [operation]);
    if (next === undefined) {
      if (operation.op === 'test') return object;
      const why = `doc is missing path: ${JSON.stringify(operation.path)}: missing value`;
      throw new MutationError(`JSON Patch: ${operation.op} operation does not apply: ${why}`);
    }
    result = next;
  }
  return decoded(kind, result);
}

/** As a client's object would be read: canonical, with defaults. */
function decoded(kind: Kind, value: Json): KubeObject {
  const result = decode(kind, value as unknown as object);
  if (result.error !== undefined) throw new MutationError(result.error);
  const [unknown] = result.unknown;
  if (unknown !== undefined) throw new MutationError(`strict decoding error: ${unknown}`);
  return result.object;
}
