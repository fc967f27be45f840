import type { Store } from '../../store/store.ts';
import { DEFINITIONS, versionsOf } from '../customresources/definition.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Field, ObjectSchema, ScalarSchema, Schema, Union } from '../schema/schema.ts';
import { kindsOfType, schemaOf, typeSchema } from '../schema/schemas.ts';
import { customBody } from './custom-body.ts';
import { descriptionOf, type Language } from './descriptions.ts';
import type { Json } from './json.ts';

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

const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const RAW = `${MACHINERY}.runtime.RawExtension`;

/** Types of fields that hold any JSON, by type and field; they differ in name only. */
const ANY_TYPES: Readonly<Record<string, string>> = {
  'ControllerRevision.data': RAW,
  'AllocatedDeviceStatus.data': RAW,
  'OpaqueDeviceConfiguration.parameters': RAW,
  'ManagedFieldsEntry.fieldsV1': `${META}.FieldsV1`,
  'JSONSchemaProps.default': `${EXTENSIONS}.JSON`,
  'JSONSchemaProps.enum': `${EXTENSIONS}.JSON`,
  'JSONSchemaProps.example': `${EXTENSIONS}.JSON`,
  'JSONSchemaProps.items': `${EXTENSIONS}.JSONSchemaPropsOrArray`,
  'JSONSchemaProps.additionalItems': `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  'JSONSchemaProps.additionalProperties': `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  'JSONSchemaProps.dependencies': `${EXTENSIONS}.JSONSchemaPropsOrStringArray`,
};

/** Types that every group version has as its own. */
const EVERYWHERE: readonly string[] = ['DeleteOptions', 'WatchEvent'].map((name) => `${META}.${name}`);

/** A group version that a document is about. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** The definitions that a document needs: those asked for, and all that they refer to. Version 2 has no `oneOf` and no `allOf` beside references. */
export class DefinitionSet {
  readonly bodies: Record<string, Json> = {};
  private readonly version: 2 | 3;
  /** Whose document this is; `undefined` for one of all groups. */
  private readonly about: GroupVersion | undefined;
  private readonly language: Language;

  constructor(version: 2 | 3, language: Language, about?: GroupVersion) {
    this.version = version;
    this.language = language;
    this.about = about;
  }

  /** `description`, where there is one. */
  private description(type: string, field?: string): Json {
    const description = descriptionOf(type, field, this.language);
    return description === undefined ? {} : { description };
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
    if (kind.verbs.includes('list'))
      this.bodies[list] ??= { ...this.listBody(name), ...gvk(kind.custom?.listKind ?? `${kind.kind}List`) };
    return { object: this.reference(name), list: this.reference(list) };
  }

  /** Which kinds a type is the body of. */
  private kindsOf(name: string): Json {
    const own = kindsOfType(name);
    const { group = '', version = '' } = this.about ?? {};
    const kind = own[0]?.kind;
    const more = EVERYWHERE.includes(name) && group !== '' && kind !== undefined ? [{ group, kind, version }] : [];
    return own.length === 0 ? {} : { 'x-kubernetes-group-version-kind': [...own, ...more] };
  }

  private listBody(name: string): Json {
    const metadata = this.type(`${META}.ListMeta`);
    const list = (field: string) => this.description(`${META}.List`, field);
    return {
      ...this.description(`${META}.List`),
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: { ...SCALARS.string, ...list('apiVersion') },
        items: { type: 'array', items: this.reference(name), ...list('items') },
        kind: { ...SCALARS.string, ...list('kind') },
        metadata: this.version === 2 ? metadata : { default: {}, allOf: [metadata] },
      },
    };
  }

  /** As the definition has it, with what every object has. */
  private customBody(store: Store, { resource, version }: Kind): Json {
    const definition = store.get(DEFINITIONS, '', resource);
    const found = definition && versionsOf(definition).find(({ name }) => name === version);
    const text = (field: string): Json => ({ ...SCALARS.string, ...this.description('', field) });
    const metadata = this.type(`${META}.ObjectMeta`);
    const shared = {
      apiVersion: text('apiVersion'),
      kind: text('kind'),
      metadata: { ...(this.version === 2 ? metadata : { allOf: [metadata] }), ...this.description('', 'metadata') },
    };
    return found === undefined ? { type: 'object' } : customBody(found, shared, this.version);
  }

  private object(schema: ObjectSchema): Json {
    if (this.bodies[schema.name] === undefined) {
      this.bodies[schema.name] = {};
      this.bodies[schema.name] = { ...this.objectBody(schema), ...this.kindsOf(schema.name) };
    }
    return this.reference(schema.name);
  }

  private objectBody({ name, fields, atomic, unions }: ObjectSchema): Json {
    const all = Object.values(fields);
    const required = all.flatMap((field) => (field.required ? [field.name] : []));
    return {
      ...this.description(name),
      type: 'object',
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(all.map((field) => [field.name, this.property(name, field)])),
      ...(atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      ...(unions === undefined ? {} : { 'x-kubernetes-unions': unions.map(unionBody) }),
    };
  }

  private property(owner: string, field: Field): Json {
    const { schema, enum: values, patchMergeKey, patchStrategy } = field;
    const value = publishedDefault(field);
    const more: Json = {
      ...this.description(owner, field.name),
      ...(value === undefined || this.version === 2 ? {} : { default: value }),
      ...(values === undefined ? {} : { enum: values }),
      ...(schema.type === 'list' ? listRules(schema.listType, schema.mapKeys) : {}),
      ...(schema.type === 'map' && schema.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      ...(patchMergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': patchMergeKey }),
      ...(patchStrategy.length === 0 ? {} : { 'x-kubernetes-patch-strategy': patchStrategy.join(',') }),
    };
    const body = this.schema(schema, `${owner.split('.').at(-1)}.${field.name}`);
    // Beside a reference nothing else counts in version 3.
    return body.$ref === undefined || this.version === 2 ? { ...body, ...more } : { allOf: [body], ...more };
  }

  /** `place` is type and field: `ControllerRevision.data`. */
  private schema(schema: Schema, place: string): Json {
    switch (schema.type) {
      case 'object':
        return this.object(schema);
      case 'list':
        return { type: 'array', items: this.schema(schema.items, place) };
      case 'map':
        return { type: 'object', additionalProperties: this.schema(schema.values, place) };
      default:
        return this.scalar(schema, place);
    }
  }

  private scalar({ type }: ScalarSchema, place: string): Json {
    const any = type === 'any' ? ANY_TYPES[place] : undefined;
    if (any !== undefined) {
      this.bodies[any] = any.startsWith(EXTENSIONS) ? {} : { type: 'object' };
      return this.reference(any);
    }
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

/** A one-of group: which member stands for which value of the discriminator. */
function unionBody({ discriminator, fields }: Union): Json {
  return {
    ...(discriminator === undefined ? {} : { discriminator }),
    'fields-to-discriminateBy': Object.fromEntries(
      fields.map((name) => [name, name.charAt(0).toUpperCase() + name.slice(1)]),
    ),
  };
}

/** Structs held by value are there even when they are empty. */
function publishedDefault({ schema, default: value, always, omitZero, pointer }: Field): unknown {
  if (value !== undefined) return value;
  return schema.type === 'object' && !pointer && (always || omitZero) ? {} : undefined;
}

/** Custom kinds are called after their group, backwards: `com.example.v1.Widget`. */
function nameOf({ group, version, kind, custom }: Kind, schema: ObjectSchema): string {
  return custom === undefined ? schema.name : `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}
