import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { duplicate, type ErrorList, invalid, notSupported, required } from '../validation/field.ts';
import { labelValue, qualifiedName } from '../validation/names.ts';
import { defineKind, STATUS } from './define.ts';
import type { Fields } from './fields.ts';

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Source: `pkg/registry/core/node/strategy.go`, `pkg/apis/core/v1/defaults.go`. */
export const node = defineKind({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  subresources: [
    {
      name: 'proxy',
      body: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
    STATUS,
  ],
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  setDefaults: (object) => withAllocatable(withPodCidrs(object)),
  validate: (object) => validateTaints(object.spec?.taints ?? []),
  validateUpdate: (next, previous) => {
    const errors: ErrorList = [];
    const { podCIDRs: before, providerID } = previous.spec ?? {};
    if (before !== undefined && !isEqual(before, next.spec?.podCIDRs)) {
      errors.push({
        type: 'FieldValueForbidden',
        field: 'spec.podCIDRs',
        message: 'Forbidden: node updates may not change podCIDR except from "" to valid',
      });
    }
    if (providerID && next.spec?.providerID !== providerID) {
      errors.push({
        type: 'FieldValueForbidden',
        field: 'spec.providerID',
        message: 'Forbidden: node updates may not change providerID except from "" to valid',
      });
    }
    return errors;
  },
});

/** `podCIDR` is the first of `podCIDRs`; either is enough. */
function withPodCidrs(object: KubeObject): KubeObject {
  const { podCIDR, podCIDRs } = object.spec ?? {};
  if (podCIDR !== undefined && podCIDRs === undefined)
    return { ...object, spec: { ...object.spec, podCIDRs: [podCIDR] } };
  if (podCIDR === undefined && podCIDRs !== undefined)
    return { ...object, spec: { ...object.spec, podCIDR: podCIDRs[0] } };
  return object;
}

/** What is not said to be reserved can be allocated. */
function withAllocatable(object: KubeObject): KubeObject {
  const { status } = object;
  if (status?.capacity === undefined || status.allocatable !== undefined) return object;
  return { ...object, status: { ...status, allocatable: status.capacity } };
}

function validateTaints(taints: readonly Fields[]): ErrorList {
  const errors: ErrorList = [];
  const seen = new Set<string>();
  taints.forEach((taint, index) => {
    const path = `metadata.taints[${index}]`;
    for (const text of qualifiedName(taint.key ?? '')) errors.push(invalid(`${path}.key`, taint.key ?? '', text));
    for (const text of labelValue(taint.value ?? '')) errors.push(invalid(`${path}.value`, taint.value, text));
    if (!taint.effect) errors.push(required(`${path}.effect`));
    else if (!TAINT_EFFECTS.includes(taint.effect))
      errors.push(notSupported(`${path}.effect`, taint.effect, TAINT_EFFECTS));
    const identity = `${taint.key} ${taint.effect}`;
    if (seen.has(identity)) {
      const value = {
        Key: taint.key,
        Value: taint.value ?? '',
        Effect: taint.effect,
        TimeAdded: taint.timeAdded ?? null,
      };
      errors.push(duplicate(path, value, 'taints must be unique by key and effect pair'));
    }
    seen.add(identity);
  });
  return errors;
}
