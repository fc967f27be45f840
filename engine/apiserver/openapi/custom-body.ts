import type { DefinitionVersion } from '../customresources/definition.ts';
import type { Json } from './json.ts';

/** What every object has: `apiVersion`, `kind` and `metadata`. */
type Shared = Readonly<Record<'apiVersion' | 'kind' | 'metadata', Json>>;

const PRESERVES = 'x-kubernetes-preserve-unknown-fields';
const EMBEDDED = 'x-kubernetes-embedded-resource';

/**
 * The schema of a custom resource as it is published: as the definition has it, with what every object has. Version 2 is
 * for kubectl, which takes a schema with fields for one that knows all of them; so one that keeps unknown fields has none.
 * Rules: `pkg/controller/openapi/builder` and `v2` of `k8s.io/apiextensions-apiserver`.
 */
export function customBody({ schema, selectableFields = [] }: DefinitionVersion, shared: Shared, version: 2 | 3): Json {
  const given = schema?.openAPIV3Schema as Json | undefined;
  const fields = selectableFields.map(({ jsonPath }) => ({ fieldPath: jsonPath.replace(/^\./, '') }));
  const selectable = fields.length === 0 ? {} : { 'x-kubernetes-selectable-fields': fields };
  if (given === undefined || (version === 2 && given[PRESERVES] === true)) return { type: 'object', ...selectable };
  const body = withEmbedded(version === 2 ? inVersionTwo(given) : given, shared, version);
  const { apiVersion, kind, metadata } = shared;
  const properties = { apiVersion, kind, ...(body.properties as Json | undefined), metadata };
  return { ...body, type: 'object', properties, ...selectable };
}

/** Version 2 knows no alternatives and no null, and kubectl can do nothing with fields beside unknown ones. */
function inVersionTwo({ allOf: _, oneOf: __, anyOf: ___, not: ____, nullable, ...schema }: Json): Json {
  const body: Record<string, unknown> = { ...schema };
  const isKept = schema[PRESERVES] === true;
  if (nullable === true || isKept) {
    delete body.items;
    delete body.properties;
  }
  const isBare = body.type === 'array' ? body.items === undefined : isKept && body.type === 'object';
  if (nullable === true || isBare) delete body.type;
  const required = requiredIn(schema);
  if (required.length === 0) delete body.required;
  else body.required = required;
  return mapped(body, inVersionTwo);
}

/** What may be null cannot be demanded where null cannot be said. */
function requiredIn({ required, properties, additionalProperties }: Json): readonly string[] {
  if ((additionalProperties as Json | undefined)?.nullable === true) return [];
  const fields = (properties ?? {}) as Readonly<Record<string, Json>>;
  return ((required ?? []) as readonly string[]).filter((name) => fields[name]?.nullable !== true);
}

/** Resources within the resource say what they are, too. */
function withEmbedded(schema: Json, shared: Shared, version: 2 | 3): Json {
  const body = mapped(schema, (child) => withEmbedded(child, shared, version));
  if (body[EMBEDDED] !== true || (version === 2 && body[PRESERVES] === true)) return body;
  const properties = { ...(body.properties as Json | undefined), ...shared };
  const required = [...new Set([...((body.required ?? []) as readonly string[]), 'kind', 'apiVersion'])];
  return { ...body, required, properties };
}

/** A schema with others in the place of those within it. */
function mapped(schema: Json, change: (child: Json) => Json): Json {
  const { properties, items, additionalProperties } = schema;
  const isSchema = (value: unknown): value is Json => typeof value === 'object' && value !== null;
  return {
    ...schema,
    ...(isSchema(items) ? { items: change(items) } : {}),
    ...(isSchema(additionalProperties) ? { additionalProperties: change(additionalProperties) } : {}),
    ...(isSchema(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, child]) => [name, change(child as Json)]),
          ),
        }
      : {}),
  };
}
