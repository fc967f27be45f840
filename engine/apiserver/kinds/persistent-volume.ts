import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { validateVolume, validateVolumeUpdate } from '../validation/persistent-volume.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, withDefaults, withField } from './fields.ts';
import { collectTermWarnings } from './node-label-warnings.ts';
import { classAnnotationWarnings } from './persistent-volume-claim.ts';
import { DEPRECATED_VOLUMES } from './pod-warnings.ts';

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
  warnings: volumeWarnings,
  validateUpdate: validateVolumeUpdate,
});

/** Source: `pkg/api/persistentvolume/util.go`. */
function volumeWarnings({ metadata, spec }: KubeObject): readonly string[] {
  const warnings = classAnnotationWarnings(metadata.annotations);
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  ((spec.nodeAffinity?.required?.nodeSelectorTerms ?? []) as readonly Fields[]).forEach((term, index) => {
    collectTermWarnings(term, false, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`, warnings);
  });
  for (const name in spec)
    if (DEPRECATED_VOLUMES[name] !== undefined) warnings.push(`spec.${DEPRECATED_VOLUMES[name]}`);
  return warnings;
}
