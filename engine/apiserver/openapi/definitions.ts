import type { Store } from '../../store/store.ts';
import { DEFINITIONS } from '../customresources/definition.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Field, ObjectSchema, ScalarSchema, Schema } from '../schema/schema.ts';
import { schemaOf, typeSchema } from '../schema/schemas.ts';

/** Any JSON object of an OpenAPI document. */
export type Json = { readonly [key: string]: unknown };

const MACHINERY = 'io.k8s.apimachinery.pkg';
export const META = `${MACHINERY}.apis.meta.v1`;

/** Types that are scalars here and definitions in the documents. */
const NAMED_SCALARS: Readonly<Record<string, string>> = {
  quantity: `${MACHINERY}.api.resource.Quantity`,
  'int-or-string': `${MACHINERY}.util.intstr.IntOrString`,
  time: `${META}.Time`,
  'micro-time': `${META}.MicroTime`,
  duration: `${META}.Duration`,
};

const NAMED_SCALAR_BODIES: Readonly<Record<string, Json>> = {
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'int-or-string': { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
};

const SCALARS: Readonly<Record<string, Json>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  byte: { type: 'string', format: 'byte' },
  any: { type: 'object' },
};

/** The definitions that a document needs: those asked for, and all that they refer to. Version 2 has no `oneOf` and no `allOf` beside references. */
export class DefinitionSet {
  readonly bodies: Record<string, Json> = {};
  private readonly version: 2 | 3;

  constructor(version: 2 | 3) {
    this.version = version;
  }

  reference(name: string): Json {
    return { $ref: this.version === 2 ? `#/definitions/${name}` : `#/components/schemas/${name}` };
  }

  /** A published type, by name. */
  type(name: string): Json {
    return this.object(typeSchema(name));
  }

  /** A kind as it is served, and its list. */
  kind(store: Store, kind: Kind): { readonly object: Json; readonly list: Json } {
    const { group, version } = kind;
    const gvk = (name: string) => ({ 'x-kubernetes-group-version-kind': [{ group, kind: name, version }] });
    const schema = schemaOf(kind);
    const name = nameOf(kind, schema);
    if (this.bodies[name] === undefined) {
      this.bodies[name] = {};
      const body = kind.custom === undefined ? this.objectBody(schema) : this.customBody(store, kind);
      this.bodies[name] = { ...body, ...gvk(kind.kind) };
    }
    const list = `${name}List`;
    this.bodies[list] ??= { ...this.listBody(name), ...gvk(kind.custom?.listKind ?? `${kind.kind}List`) };
    return { object: this.reference(name), list: this.reference(list) };
  }

  private listBody(name: string): Json {
    return {
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: SCALARS.string,
        items: { type: 'array', items: this.reference(name) },
        kind: SCALARS.string,
        metadata: this.type(`${META}.ListMeta`),
      },
    };
  }

  /** As the definition has it, with what every object has. */
  private customBody(store: Store, { resource, version }: Kind): Json {
    const versions = store.get(DEFINITIONS, '', resource)?.spec.versions as readonly {
      readonly name: string;
      readonly schema?: { readonly openAPIV3Schema?: Json };
    }[];
    const schema = versions?.find(({ name }) => name === version)?.schema?.openAPIV3Schema ?? {};
    const properties = {
      apiVersion: SCALARS.string,
      kind: SCALARS.string,
      ...(schema.properties as Json | undefined),
      metadata: this.type(`${META}.ObjectMeta`),
    };
    return { ...schema, type: 'object', properties };
  }

  private object(schema: ObjectSchema): Json {
    if (this.bodies[schema.name] === undefined) {
      this.bodies[schema.name] = {};
      this.bodies[schema.name] = this.objectBody(schema);
    }
    return this.reference(schema.name);
  }

  private objectBody({ fields, atomic }: ObjectSchema): Json {
    const all = Object.values(fields);
    const required = all.flatMap((field) => (field.required ? [field.name] : []));
    return {
      type: 'object',
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(all.map((field) => [field.name, this.property(field)])),
      ...(atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    };
  }

  private property({ schema, default: value, enum: values, patchMergeKey, patchStrategy }: Field): Json {
    const more: Json = {
      ...(value === undefined || this.version === 2 ? {} : { default: value }),
      ...(values === undefined ? {} : { enum: values }),
      ...(schema.type === 'list' ? listRules(schema.listType, schema.mapKeys) : {}),
      ...(schema.type === 'map' && schema.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      ...(patchMergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': patchMergeKey }),
      ...(patchStrategy.length === 0 ? {} : { 'x-kubernetes-patch-strategy': patchStrategy.join(',') }),
    };
    const body = this.schema(schema);
    if (Object.keys(more).length === 0) return body;
    // Beside a reference nothing else counts in version 3.
    return body.$ref === undefined || this.version === 2 ? { ...body, ...more } : { allOf: [body], ...more };
  }

  private schema(schema: Schema): Json {
    switch (schema.type) {
      case 'object':
        return this.object(schema);
      case 'list':
        return { type: 'array', items: this.schema(schema.items) };
      case 'map':
        return { type: 'object', additionalProperties: this.schema(schema.values) };
      default:
        return this.scalar(schema);
    }
  }

  private scalar({ type }: ScalarSchema): Json {
    const name = NAMED_SCALARS[type];
    if (name === undefined) return SCALARS[type] as Json;
    const body = NAMED_SCALAR_BODIES[type] as Json;
    const { oneOf: _, ...plain } = body;
    this.bodies[name] = this.version === 2 ? { type: 'string', ...plain } : body;
    return this.reference(name);
  }
}

function listRules(listType: string, mapKeys: readonly string[]): Json {
  return {
    'x-kubernetes-list-type': listType,
    ...(mapKeys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': mapKeys }),
  };
}

/** Custom kinds are called after their group, backwards: `com.example.v1.Widget`. */
function nameOf({ group, version, kind, custom }: Kind, schema: ObjectSchema): string {
  return custom === undefined ? schema.name : `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}
