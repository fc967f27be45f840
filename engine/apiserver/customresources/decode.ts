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
  const paths: string[] = [...(problems?.unknownFields ?? [])];
  const kept = pruned({ ...given, metadata }, schema, true, paths) as KubeObject;
  const typed = withEmbeddedMetadata(kept, schema) as KubeObject;
  const object = defaulted(typed, schema) as KubeObject;
  return { object, unknown: paths.sort().map((path) => `unknown field "${path}"`) };
}

/** Metadata of resources within the resource is typed, too. */
function withEmbeddedMetadata(value: unknown, schema: JsonSchema | undefined): unknown {
  if (schema === undefined || !hasEmbedded(schema)) return value;
  if (Array.isArray(value)) return value.map((item) => withEmbeddedMetadata(item, itemsOf(schema)));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, child]) => {
    if (key === 'metadata' && schema['x-kubernetes-embedded-resource'] === true && isFields(child))
      return [key, reader(METADATA)(child, { found: false })];
    return [key, withEmbeddedMetadata(child, schema.properties?.[key] ?? valuesOf(schema))];
  });
  return Object.fromEntries(entries);
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
