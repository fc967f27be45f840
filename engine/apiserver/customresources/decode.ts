import type { KubeObject } from '../../object.ts';
import { decodingProblems } from '../schema/decode-problems.ts';
import { reader, type Trouble } from '../schema/reader.ts';
import type { ObjectSchema } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';
import { defaulted } from './defaulting.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { isFields, pruned } from './pruning.ts';

const METADATA = typeSchema('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/** A resource of which only the metadata is typed. */
const RESOURCE: ObjectSchema = {
  type: 'object',
  name: 'Resource',
  goType: 'v1.ObjectMeta',
  fields: {
    metadata: {
      name: 'metadata',
      goName: 'ObjectMeta',
      schema: METADATA,
      always: true,
      omitZero: false,
      pointer: false,
      required: false,
      patchStrategy: [],
    },
  },
};

/** What decoding makes of a custom resource: see `schema/decode.ts`. */
export interface CustomDecodeResult {
  readonly object: KubeObject;
  readonly error?: string;
  readonly unknown: readonly string[];
}

/** Decodes a custom resource: typed metadata, everything else by the definition's schema: pruned, then defaulted. */
export function decodeCustomResource(schema: JsonSchema | undefined, value: object): CustomDecodeResult {
  const given = value as KubeObject;
  const trouble: Trouble = { found: false };
  const metadata = reader(METADATA)(given.metadata ?? {}, trouble) as KubeObject['metadata'];
  const problems = trouble.found ? decodingProblems(RESOURCE, { metadata: given.metadata }) : undefined;
  if (problems?.error !== undefined) return { object: given, error: problems.error, unknown: [] };
  const pruning: string[] = [];
  const kept = pruned({ ...given, metadata }, schema, true, pruning) as KubeObject;
  const embedding: string[] = [];
  const typed = withEmbeddedMetadata(kept, schema, '', embedding) as KubeObject;
  const object = defaulted(typed, schema) as KubeObject;
  const paths = [...[...(problems?.unknownFields ?? [])].sort(), ...pruning.sort(), ...embedding.sort()];
  return { object, unknown: paths.map((path) => `unknown field "${path}"`) };
}

/**
 * What is read of a stored object: what its schema has come to forbid since it was written is gone, new defaults are there.
 * The same reference where nothing has changed.
 */
export function upToDate(stored: KubeObject, schema: JsonSchema | undefined): KubeObject {
  return defaulted(withoutForeign(stored, schema), schema) as KubeObject;
}

/** An object without what a schema does not know. */
export function withoutForeign(object: KubeObject, schema: JsonSchema | undefined): KubeObject {
  return schema === undefined ? object : (pruned(object, schema, true, []) as KubeObject);
}

/** Metadata of resources within the resource is typed, too; `unknown` collects the paths of what it does not have. */
function withEmbeddedMetadata(
  value: unknown,
  schema: JsonSchema | undefined,
  path: string,
  unknown: string[],
): unknown {
  if (schema === undefined || !hasEmbedded(schema)) return value;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return value.map((item, index) => withEmbeddedMetadata(item, items, `${path}[${index}]`, unknown));
  }
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, child]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (key === 'metadata' && schema['x-kubernetes-embedded-resource'] === true && isFields(child))
      return [key, typedMetadata(child, path, unknown)];
    return [key, withEmbeddedMetadata(child, schema.properties?.[key] ?? valuesOf(schema), at, unknown)];
  });
  return Object.fromEntries(entries);
}

function typedMetadata(value: object, path: string, unknown: string[]): unknown {
  const trouble: Trouble = { found: false };
  const metadata = reader(METADATA)(value, trouble);
  if (trouble.found) {
    const { unknownFields } = decodingProblems(RESOURCE, { metadata: value });
    unknown.push(...unknownFields.map((field) => (path === '' ? field : `${path}.${field}`)));
  }
  return metadata;
}

const embedded = new WeakMap<JsonSchema, boolean>();

/** Whether a schema holds resources of its own. What is remembered follows from the schema alone. */
function hasEmbedded(schema: JsonSchema): boolean {
  let known = embedded.get(schema);
  if (known === undefined) {
    const children = [...Object.values(schema.properties ?? {}), itemsOf(schema), valuesOf(schema)];
    known =
      schema['x-kubernetes-embedded-resource'] === true ||
      children.some((child) => child !== undefined && hasEmbedded(child));
    embedded.set(schema, known);
  }
  return known;
}
