import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { SCALE, STATUS } from '../kinds/define.ts';
import type { CustomRules, Kind, Verb } from '../kinds/kind.ts';
import { qualifiedName } from '../validation/names.ts';
import { compareVersions } from '../version-order.ts';
import { customPrinter } from './columns.ts';
import { decodeCustomResource, upToDate, withoutForeign } from './decode.ts';
import { type DefinitionVersion, isConditionTrue, type ResourceNames, versionsOf } from './definition.ts';
import { evaluateRules, hasRules } from './rule-evaluation.ts';
import { valueAt } from './scale-path.ts';
import { typedSchema } from './typed-schema.ts';
import { customErrors, customStatusErrors } from './validation.ts';

const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const TERMINATING_VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'watch'];

/** Kinds by definition: a definition never changes, a changed one is another object. */
const made = new WeakMap<KubeObject, readonly Kind[]>();

/** The kinds that a definition serves, one a version; none before it is established. */
export function customKinds(definition: KubeObject): readonly Kind[] {
  let kinds = made.get(definition);
  if (kinds === undefined) {
    const isServed = isConditionTrue(definition, 'Established');
    const served = isServed ? versionsOf(definition).filter((version) => version.served) : [];
    kinds = served.map((version) => customKind(definition, version));
    made.set(definition, kinds);
  }
  return kinds;
}

function customKind(definition: KubeObject, version: DefinitionVersion): Kind {
  const { group, scope } = definition.spec as { readonly group: string; readonly scope: string };
  const names = (definition.status?.acceptedNames ?? definition.spec.names) as ResourceNames;
  const { status, scale } = version.subresources ?? {};
  const isTerminating = isConditionTrue(definition, 'Terminating');
  const view = viewOf(definition, version);
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? '',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    verbs: isTerminating ? TERMINATING_VERBS : VERBS,
    subresources: [...(status === undefined ? [] : [STATUS]), ...(scale === undefined ? [] : [SCALE])],
    resource: definition.metadata.name,
    hasGeneration: true,
    raisesGeneration: isChangedBesidesMetadata,
    selectableFields: selectableFields(version),
    allowsCreateOnUpdate: false,
    allowsUnconditionalUpdate: false,
    storageVersion: versionsOf(definition).find((other) => other.storage)?.name ?? version.name,
    view,
    ...(status === undefined ? {} : { prepareForCreate: withoutStatus }),
    validate: (object, previous) => customErrors(version, object, previous),
    validateStatusUpdate: (next, previous) => customStatusErrors(version, next, previous),
    warnings: (object, previous) => [
      ...ruleWarnings(version, object, previous),
      ...finalizerWarnings(object, previous),
    ],
    custom: rulesOf(definition, version, names),
  };
}

function rulesOf(definition: KubeObject, version: DefinitionVersion, names: ResourceNames): CustomRules {
  const schema = version.schema?.openAPIV3Schema;
  const scale = version.subresources?.scale;
  const isConvertedByWebhook = definition.spec.conversion?.strategy === 'Webhook';
  const deprecation = version.deprecationWarning ?? deprecationOf(definition, version);
  return {
    listKind: names.listKind ?? `${names.kind}List`,
    schema: typedSchema(definition.spec.group, version.name, names.kind, schema),
    decode: (value) => decodeCustomResource(schema, value),
    printer: customPrinter(version),
    ...(scale === undefined ? {} : { scale }),
    ...(version.deprecated === true ? { deprecation } : {}),
    isConvertedByWebhook,
    isUnconvertible: isConvertedByWebhook && !version.storage,
    isTerminating: isConditionTrue(definition, 'Terminating'),
  };
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  return object.status === undefined ? object : (rest as KubeObject);
}

function isChangedBesidesMetadata(next: KubeObject, previous: KubeObject): boolean {
  const { metadata: _, ...one } = next;
  const { metadata: __, ...other } = previous;
  return !isEqual(one, other);
}

/**
 * Objects are stored in the storage version; the conversion `None` changes nothing but the name of the version. What is
 * read goes by the schema of now: pruned and defaulted by that of its stored version, pruned by that of the one asked for.
 */
function viewOf(definition: KubeObject, version: DefinitionVersion): NonNullable<Kind['view']> {
  const { group } = definition.spec as { readonly group: string };
  const versions = versionsOf(definition);
  const storage = versions.find((other) => other.storage) ?? version;
  const schemas = new Map(versions.map(({ name, schema }) => [`${group}/${name}`, schema?.openAPIV3Schema]));
  const converted = (object: KubeObject, apiVersion: string): KubeObject => {
    if (object.apiVersion === apiVersion) return object;
    return withoutForeign({ ...object, apiVersion }, schemas.get(apiVersion));
  };
  const read = new WeakMap<KubeObject, KubeObject>();
  return {
    fromStored(stored) {
      let object = read.get(stored);
      if (object === undefined) {
        object = converted(upToDate(stored, schemas.get(stored.apiVersion)), `${group}/${version.name}`);
        read.set(stored, object);
      }
      return object;
    },
    toStored: (object) => converted(object, `${group}/${storage.name}`),
  };
}

function selectableFields(version: DefinitionVersion): Kind['selectableFields'] {
  const fields = (version.selectableFields ?? []).map(({ jsonPath }) => {
    const read = (object: KubeObject): string => {
      const value = valueAt(object, jsonPath);
      return value === undefined || value === null ? '' : String(value);
    };
    return [jsonPath.replace(/^\./, ''), read] as const;
  });
  return Object.fromEntries(fields);
}

/** The warning of a deprecated version that has none of its own: it points at the newest one. */
function deprecationOf(definition: KubeObject, version: DefinitionVersion): string {
  const { group, names } = definition.spec as { readonly group: string; readonly names: ResourceNames };
  const [newest] = versionsOf(definition)
    .filter((other) => other.served && other.deprecated !== true)
    .map(({ name }) => name)
    .filter((name) => compareVersions(name, version.name) > 0)
    .sort((one, other) => compareVersions(other, one));
  const advice = newest === undefined ? '' : `; use ${group}/${newest} ${names.kind}`;
  return `${group}/${version.name} ${names.kind} is deprecated${advice}`;
}

/** What a schema's rules refuse, though an update did not touch it. */
function ruleWarnings(version: DefinitionVersion, object: KubeObject, previous?: KubeObject): readonly string[] {
  const schema = version.schema?.openAPIV3Schema;
  if (previous === undefined || schema === undefined || !hasRules(schema)) return [];
  return evaluateRules(schema, object, previous).warnings;
}

const STANDARD_FINALIZERS = ['orphan', 'foregroundDeletion', 'kubernetes'];

/** New finalizers without a path are warned of. */
function finalizerWarnings(object: KubeObject, previous?: KubeObject): readonly string[] {
  const added = (object.metadata.finalizers ?? []).filter((name) => !previous?.metadata.finalizers?.includes(name));
  return [...added].sort().flatMap((name) => {
    const about = `metadata.finalizers: "${name}": `;
    const wrong = qualifiedName(name).map((text) => about + text);
    if (name.includes('/') || STANDARD_FINALIZERS.includes(name)) return wrong;
    const path = name.includes('.') ? ' including a path (/)' : '';
    const advice = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    return [...wrong, about + advice];
  });
}
