import type { KubeObject } from '../../object.ts';
import { validateNode, validateNodeStatusUpdate, validateNodeUpdate } from '../validation/node.ts';
import { defineKind, STATUS } from './define.ts';

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
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: validateNodeStatusUpdate,
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
