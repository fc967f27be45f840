import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { validateVolume, validateVolumeUpdate } from '../validation/persistent-volume.ts';
import { defineKind, STATUS } from './define.ts';
import { withDefaults, withField } from './fields.ts';

const SPEC = { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' };

/** Source: `pkg/registry/core/persistentvolume/strategy.go`, `pkg/apis/core/v1/defaults.go`. */
export const persistentVolume = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  namespaced: false,
  subresources: [STATUS],
  setDefaults: (object: KubeObject) => {
    let spec = withDefaults(object.spec, SPEC);
    if (spec.hostPath !== undefined) spec = withField(spec, 'hostPath', withDefaults(spec.hostPath, { type: '' }));
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object, { now }) => ({
    ...object,
    status: { phase: 'Pending', lastPhaseTransitionTime: timestamp(now) },
  }),
  prepareStatusUpdate: (next, previous, { now }) =>
    next.status?.phase === previous.status?.phase
      ? next
      : { ...next, status: { ...next.status, lastPhaseTransitionTime: timestamp(now) } },
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
});
