import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { CLEANUP_FINALIZER, type DefinitionVersion, versionsOf, withCondition } from '../customresources/definition.ts';
import { validateDefinition, validateDefinitionUpdate } from '../customresources/definition-validation.ts';
import { definitionWarnings } from '../customresources/definition-warnings.ts';
import { defineKind, STATUS } from './define.ts';
import { withDefaults } from './fields.ts';

/** Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition`. */
export const customResourceDefinition = defineKind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  storageVersion: 'v1beta1',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  subresources: [STATUS],
  hasGeneration: true,
  allowsUnconditionalUpdate: false,
  setDefaults,
  prepareForCreate: (object) =>
    withStoredVersion({ ...object, status: { conditions: null, acceptedNames: { plural: '', kind: '' } } }),
  prepareForUpdate: (next) => withStoredVersion(next),
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  warnings: definitionWarnings,
  prepareForDeletion,
});

function setDefaults(object: KubeObject): KubeObject {
  const { spec } = object;
  if (spec === undefined) return object;
  const names = (spec.names ?? {}) as Readonly<Record<string, string>>;
  const { kind } = names;
  const named =
    kind === undefined || kind === ''
      ? names
      : withDefaults(withoutEmpty(names), { singular: kind.toLowerCase(), listKind: `${kind}List` });
  const complete = withDefaults(named === names ? spec : { ...spec, names: named }, {
    conversion: { strategy: 'None' },
  });
  return complete === spec ? object : { ...object, spec: complete };
}

/** Empty names count as absent. */
function withoutEmpty(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (names.singular !== '' && names.listKind !== '') return names;
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== ''));
}

/** The storage version joins those of which objects may be stored. */
function withStoredVersion(object: KubeObject): KubeObject {
  const storage = versionsOf(object).find((version: DefinitionVersion) => version.storage);
  const stored = (object.status?.storedVersions ?? []) as readonly string[];
  if (storage === undefined || stored.includes(storage.name)) return object;
  return { ...object, status: { ...object.status, storedVersions: [...stored, storage.name] } };
}

/** A definition waits for its objects to go: see `customresources/finalizing.ts`. */
function prepareForDeletion(object: KubeObject, now: number): KubeObject {
  const finalizers = object.metadata.finalizers ?? [];
  const held = finalizers.includes(CLEANUP_FINALIZER) ? finalizers : [...finalizers, CLEANUP_FINALIZER];
  const marked = withCondition(
    object,
    {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    },
    timestamp(now),
  );
  return { ...marked, metadata: { ...marked.metadata, deletionTimestamp: timestamp(now), finalizers: held } };
}
