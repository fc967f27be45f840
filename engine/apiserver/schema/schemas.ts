import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { Field, ListSchema, ObjectSchema, ScalarSchema, ScalarType, Schema } from './schema.ts';
import data from './schemas.generated.json' with { type: 'json' };

/** Attributes of a field in schemas.generated.json; `generate.mjs` writes them. */
interface FieldAttributes {
  readonly a?: 1;
  readonly z?: 1;
  readonly p?: 1;
  readonly r?: 1;
  /** Go's name of a named scalar. */
  readonly g?: string;
  /** Go's name of the field, where it is not just capitalised. */
  readonly n?: string;
  readonly d?: unknown;
  readonly e?: readonly string[];
  readonly l?: 'set' | 'map';
  readonly k?: readonly string[];
  readonly t?: 1;
  readonly s?: string;
  readonly m?: string;
}

interface TypeData {
  readonly f: Readonly<Record<string, string | readonly [string, FieldAttributes]>>;
  readonly t?: 1;
  readonly u?: readonly { readonly d?: string; readonly f: readonly string[] }[];
}

const TYPES = data.types as unknown as Readonly<Record<string, TypeData>>;
const NAMES = data.kinds as Readonly<Record<string, string>>;
const NO_ATTRIBUTES: FieldAttributes = {};

/** Kinds by the type that is their body. */
const KINDS_OF_TYPES = new Map<string, { readonly group: string; readonly kind: string; readonly version: string }[]>();
for (const [place, name] of Object.entries(NAMES)) {
  const parts = place.split('/');
  const kind = parts.at(-1) as string;
  const version = parts.at(-2) as string;
  const known = KINDS_OF_TYPES.get(name) ?? [];
  KINDS_OF_TYPES.set(name, [...known, { group: parts.length === 3 ? (parts[0] as string) : '', kind, version }]);
}

/** The kinds whose body is a type; none for a part of one. */
export function kindsOfType(
  name: string,
): readonly { readonly group: string; readonly kind: string; readonly version: string }[] {
  return KINDS_OF_TYPES.get(name) ?? [];
}

/** Types made so far. What is in here follows from schemas.generated.json alone. */
const made = new Map<string, ObjectSchema>();

/** The schema of a kind, such as `('apps/v1', 'Deployment')`; undefined for a kind that the documents don't know. */
export function schemaFor(apiVersion: string, kind: string): ObjectSchema | undefined {
  const name = NAMES[`${apiVersion}/${kind}`];
  return name === undefined ? undefined : typeSchema(name);
}

const schemas = new WeakMap<object, ObjectSchema>();

/** The schema of a served kind. */
export function schemaOf(kind: Pick<Kind, 'group' | 'version' | 'kind' | 'custom'>): ObjectSchema {
  if (kind.custom !== undefined) return kind.custom.schema;
  let schema = schemas.get(kind);
  if (schema === undefined) {
    schema = schemaFor(apiVersionOf(kind), kind.kind);
    if (schema === undefined) throw new Error(`no schema for ${kind.kind} in ${apiVersionOf(kind)}`);
    schemas.set(kind, schema);
  }
  return schema;
}

/** A type by its published name: `io.k8s.api.core.v1.PodSpec`. */
export function typeSchema(name: string): ObjectSchema {
  let schema = made.get(name);
  if (schema === undefined) {
    schema = new LazyObjectSchema(name, TYPES[name] as TypeData);
    made.set(name, schema);
  }
  return schema;
}

/** A struct whose fields are made at first use: types refer to each other, some to themselves. */
class LazyObjectSchema implements ObjectSchema {
  readonly type = 'object';
  readonly name: string;
  readonly goType: string;
  readonly atomic: boolean;
  readonly unions: ObjectSchema['unions'];
  private readonly data: TypeData;
  private madeFields: Readonly<Record<string, Field>> | undefined;

  constructor(name: string, data: TypeData) {
    this.name = name;
    this.goType = name.split('.').slice(-2).join('.');
    this.data = data;
    this.atomic = data.t === 1;
    this.unions = data.u?.map(({ d, f }) => ({ ...(d === undefined ? {} : { discriminator: d }), fields: f }));
  }

  get fields(): Readonly<Record<string, Field>> {
    this.madeFields ??= Object.fromEntries(
      Object.entries(this.data.f).map(([name, field]) => [name, makeField(name, field)]),
    );
    return this.madeFields;
  }
}

function makeField(name: string, field: string | readonly [string, FieldAttributes]): Field {
  const [type, attributes] = typeof field === 'string' ? ([field, NO_ATTRIBUTES] as const) : field;
  return {
    name,
    goName: attributes.n ?? name.charAt(0).toUpperCase() + name.slice(1),
    schema: makeSchema(type, attributes),
    always: attributes.a === 1,
    omitZero: attributes.z === 1,
    pointer: attributes.p === 1,
    required: attributes.r === 1,
    ...(attributes.d === undefined ? {} : { default: attributes.d }),
    ...(attributes.e === undefined ? {} : { enum: attributes.e }),
    patchStrategy: attributes.s?.split(',') ?? [],
    ...(attributes.m === undefined ? {} : { patchMergeKey: attributes.m }),
  };
}

/** `[]#io.k8s.api.core.v1.Container`, `{}string`, `quantity`. */
function makeSchema(type: string, attributes: FieldAttributes): Schema {
  if (type.startsWith('[]')) {
    const list: ListSchema = {
      type: 'list',
      items: makeSchema(type.slice(2), { ...(attributes.g === undefined ? {} : { g: attributes.g }) }),
      listType: attributes.l ?? 'atomic',
      mapKeys: attributes.k ?? [],
    };
    return list;
  }
  if (type.startsWith('{}')) {
    const values = makeSchema(type.slice(2), { ...(attributes.g === undefined ? {} : { g: attributes.g }) });
    return { type: 'map', values, atomic: attributes.t === 1 };
  }
  if (type.startsWith('#')) return typeSchema(type.slice(1));
  const scalar: ScalarSchema = {
    type: type as ScalarType,
    ...(attributes.g === undefined ? {} : { goType: attributes.g }),
  };
  return scalar;
}
