import type { KubeObject } from '../../object.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodingProblems } from './decode-problems.ts';
import { reader, type Trouble } from './reader.ts';
import { schemaOf } from './schemas.ts';

/** What decoding makes of a body. */
export interface DecodeResult {
  /** The object as Go would write it again: canonical, without unknown and empty fields, with all defaults. The same reference where nothing changed. */
  readonly object: KubeObject;
  /** The first type error, in Go's words: `json: cannot unmarshal string into Go struct field …`. The object is then of no use. */
  readonly error?: string;
  /** `unknown field "spec.foo"`, in document order: a strict request fails with them, others warn or stay silent. */
  readonly unknown: readonly string[];
}

const NOTHING_UNKNOWN: readonly string[] = [];

/** Decodes a JSON value as an object of a kind and sets its defaults. What it shares with `stored` is not looked at again. */
export function decode(kind: Kind, value: object, stored?: KubeObject): DecodeResult {
  if (kind.custom !== undefined) return kind.custom.decode(value);
  const schema = schemaOf(kind);
  const known = stored && [stored.metadata, stored.spec, stored.status];
  const trouble: Trouble = known === undefined ? { found: false } : { found: false, known };
  const read = reader(schema)(value, trouble) as KubeObject;
  if (!trouble.found && read !== undefined)
    return { object: kind.setDefaults?.(read, value) ?? read, unknown: NOTHING_UNKNOWN };
  const { error, unknownFields } = decodingProblems(schema, value);
  const unknown = unknownFields.map((path) => `unknown field "${path}"`);
  return error === undefined
    ? { object: kind.setDefaults?.(read, value) ?? read, unknown }
    : { object: read, error, unknown };
}
