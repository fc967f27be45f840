import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { validateResourceSlice } from '../validation/resource-slice.ts';
import { defineKind } from './define.ts';
import { mapList, withDefaults, withField } from './fields.ts';
import type { WriteContext } from './kind.ts';

/** The devices of a node or pool. Source: `pkg/registry/resource/resourceslice`. */
export const resourceSlice = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  namespaced: false,
  hasGeneration: true,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec?.nodeName ?? '',
    'spec.driver': ({ spec }) => spec?.driver ?? '',
  },
  prepareForCreate: withTaintTimes,
  prepareForUpdate: (next, _, context) => withTaintTimes(next, context),
  validate: validateResourceSlice,
});

/** A taint without a time is added now. */
function withTaintTimes(object: KubeObject, { now }: WriteContext): KubeObject {
  const devices = mapList(object.spec.devices, (device) =>
    device.taints === undefined
      ? device
      : withField(
          device,
          'taints',
          mapList(device.taints, (taint) => withDefaults(taint, { timeAdded: timestamp(now) })),
        ),
  );
  return devices === object.spec.devices ? object : { ...object, spec: { ...object.spec, devices } };
}
