import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { type ErrorList, forbidden } from '../validation/field.ts';
import { dnsLabel, maskTrailingDash } from '../validation/names.ts';
import { validateStatefulSet } from '../validation/stateful-set.ts';
import { defineKind, SCALE, STATUS } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { collectClaimWarnings, templateWarnings } from './pod-warnings.ts';

const SPEC = { replicas: 1, podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 };
const RETENTION = { whenDeleted: 'Retain', whenScaled: 'Retain' };
const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Source: `pkg/registry/apps/statefulset/strategy.go`, `pkg/apis/apps/v1/defaults.go`. */
export const statefulSet = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  subresources: [SCALE, STATUS],
  hasGeneration: true,
  validateName: (name, isPrefix) => dnsLabel(isPrefix ? maskTrailingDash(name) : name),
  setDefaults,
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0, availableReplicas: 0 } }),
  validate: validateStatefulSet,
  validateUpdate,
  warnings: statefulSetWarnings,
});

function setDefaults(object: KubeObject): KubeObject {
  let spec = withDefaults(object.spec, SPEC);
  spec = withField(spec, 'template', withTemplateDefaults(spec.template));
  spec = withField(spec, 'updateStrategy', withStrategyDefaults(spec.updateStrategy ?? {}));
  const retention = withDefaults(spec.persistentVolumeClaimRetentionPolicy ?? {}, RETENTION);
  spec = withField(spec, 'persistentVolumeClaimRetentionPolicy', retention);
  spec = withField(spec, 'volumeClaimTemplates', mapList(spec.volumeClaimTemplates, withClaimDefaults));
  return spec === object.spec ? object : { ...object, spec };
}

/** `maxUnavailable` is dropped: its feature gate is off. */
function withStrategyDefaults(given: Fields): Fields {
  const strategy = withDefaults(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  const { maxUnavailable, ...rest } = strategy.rollingUpdate ?? {};
  if (maxUnavailable === undefined && rest.partition !== undefined) return strategy;
  return { ...strategy, rollingUpdate: withDefaults(rest, { partition: 0 }) };
}

function withClaimDefaults(claim: Fields): Fields {
  const named = withDefaults(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1' });
  const spec = withField(named, 'spec', withDefaults(named.spec, { volumeMode: 'Filesystem' }));
  return withField(spec, 'status', withDefaults(spec.status, { phase: 'Pending' }));
}

function validateUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const isAllowed = [...new Set([...Object.keys(next.spec), ...Object.keys(previous.spec)])].every(
    (field) => CHANGEABLE.includes(field) || isEqual(next.spec[field], previous.spec[field]),
  );
  if (isAllowed) return [];
  const text =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [forbidden('spec', text)];
}

function statefulSetWarnings(object: KubeObject): readonly string[] {
  const { volumeClaimTemplates = [], revisionHistoryLimit } = object.spec;
  const warnings = [...templateWarnings(object)];
  (volumeClaimTemplates as readonly Fields[]).forEach((claim, index) => {
    collectClaimWarnings(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`, warnings);
  });
  if (revisionHistoryLimit < 0) {
    const text = 'a negative value retains all historical revisions; a value >= 0 is recommended';
    warnings.push(`spec.revisionHistoryLimit: ${text}`);
  }
  return warnings;
}
