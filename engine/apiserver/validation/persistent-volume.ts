import type { KubeObject } from '../../object.ts';
import { validateNodeSelector } from './affinity.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { dnsSubdomain } from './names.ts';
import { ACCESS_MODES, VOLUME_MODES } from './persistent-volume-claim.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
/** What a volume's spec holds besides its source. */
const COMMON = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
]);

/** Source: `ValidatePersistentVolumeSpec` in `pkg/apis/core/validation`. */
export function validateVolume({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const modes: readonly string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required('spec.accessModes'));
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported('spec.accessModes', mode, ACCESS_MODES));
  }
  const { capacity } = spec;
  if (capacity === undefined) errors.push(required('spec.capacity'));
  if (capacity?.storage === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported('spec.capacity', capacity ?? null, ['storage']));
  }
  const storage: string | undefined = capacity?.storage;
  if (storage === '0' || storage?.startsWith('-')) {
    errors.push(invalid('spec.capacity[storage]', storage, 'must be greater than zero'));
  }
  const policy = spec.persistentVolumeReclaimPolicy;
  if (!RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES));
  }
  const placement = spec.nodeAffinity?.required;
  if (placement !== undefined) validateNodeSelector(placement, 'spec.nodeAffinity.required', errors);
  if (!Object.keys(spec).some((name) => !COMMON.has(name))) errors.push(required('spec', 'must specify a volume type'));
  const storageClass = spec.storageClassName;
  if (storageClass) {
    for (const text of dnsSubdomain(storageClass)) errors.push(invalid('spec.storageClassName', storageClass, text));
  }
  if (!VOLUME_MODES.includes(spec.volumeMode))
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, VOLUME_MODES));
  return errors;
}
