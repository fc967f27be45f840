import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import type { Field, ObjectSchema } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';
import { validateNodeSelector } from './affinity.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsSubdomain } from './names.ts';
import { ACCESS_MODES, VOLUME_MODES } from './persistent-volume-claim.ts';
import { difference, fieldForm } from './struct-form.ts';

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
  if (placement === undefined && spec.local !== undefined)
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  if (policy === 'Recycle' && spec.hostPath?.path === '/')
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
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

/** Where the data lies, and from where it can be reached, stays. */
export function validateVolumeUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const [now, before] = [sourceOf(next), sourceOf(previous)];
  if (!isEqual(now, before)) {
    const changes = difference(sourceForm(before), sourceForm(now));
    errors.push(
      forbidden('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${changes}`),
    );
  }
  if (next.spec.volumeMode !== previous.spec.volumeMode)
    errors.push(invalid('volumeMode', next.spec.volumeMode, 'field is immutable'));
  const affinity = previous.spec.nodeAffinity;
  if (affinity !== undefined && !isEqual(next.spec.nodeAffinity, affinity)) {
    const shown = fieldForm(specField('nodeAffinity'), next.spec.nodeAffinity);
    errors.push(invalid('nodeAffinity', shown, 'field is immutable, except for updating from beta label to GA'));
  }
  return errors;
}

function sourceOf({ spec }: KubeObject): Fields {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !COMMON.has(name)));
}

/** All sources there are, as fields of one struct. */
function sourceForm(source: Fields): unknown {
  const fields = Object.values(specSchema().fields).filter(({ name }) => !COMMON.has(name));
  return Object.fromEntries(fields.map((field) => [field.goName, fieldForm(field, source[field.name])]));
}

function specSchema(): ObjectSchema {
  return typeSchema('io.k8s.api.core.v1.PersistentVolumeSpec');
}

function specField(name: string): Field {
  return specSchema().fields[name] as Field;
}
