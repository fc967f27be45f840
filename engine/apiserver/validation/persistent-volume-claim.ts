import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { nanoValue } from '../schema/quantity.ts';
import { typeSchema } from '../schema/schemas.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsSubdomain } from './names.ts';
import { validateLabelSelector } from './selectors.ts';
import { difference, structForm } from './struct-form.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** Source: `ValidatePersistentVolumeClaimSpec` in `pkg/apis/core/validation`. */
export function validateClaim({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const modes: readonly string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  validateLabelSelector(spec.selector, 'spec.selector', errors);
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported('spec.accessModes', mode, ACCESS_MODES));
  }
  if (modes.length > 1 && modes.includes('ReadWriteOncePod')) {
    errors.push(forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes'));
  }
  const storage: string | undefined = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required('spec.resources[storage]'));
  else if (storage === '0' || storage.startsWith('-')) {
    errors.push(invalid('spec.resources[storage]', storage, 'must be greater than zero'));
  }
  const storageClass = spec.storageClassName;
  if (storageClass) {
    for (const text of dnsSubdomain(storageClass)) errors.push(invalid('spec.storageClassName', storageClass, text));
  }
  if (!VOLUME_MODES.includes(spec.volumeMode))
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, VOLUME_MODES));
  return errors;
}

/** Only a bound claim may grow; the volume is set once, by the binder, and so is a class where there was none. */
export function validateClaimUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors = immutableClaimFields(next, previous);
  const [now, before, capacity] = [
    storageOf(next.spec?.resources?.requests),
    storageOf(previous.spec?.resources?.requests),
    storageOf(previous.status?.capacity),
  ];
  if (now < before && now <= capacity)
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  return errors;
}

function storageOf(amounts: Fields | undefined): bigint {
  return nanoValue(amounts?.storage ?? '0') ?? 0n;
}

function immutableClaimFields(next: KubeObject, previous: KubeObject): ErrorList {
  const isBound = next.status?.phase === 'Bound';
  const { volumeName, storageClassName } = previous.spec;
  const now = {
    ...next.spec,
    ...(volumeName ? {} : { volumeName }),
    ...(storageClassName === undefined ? { storageClassName } : {}),
    ...(isBound
      ? { resources: previous.spec.resources, volumeAttributesClassName: previous.spec.volumeAttributesClassName }
      : {}),
  };
  if (isEqual(now, { ...previous.spec })) return [];
  const text =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  const form = (spec: Fields): unknown => structForm(typeSchema('io.k8s.api.core.v1.PersistentVolumeClaimSpec'), spec);
  return [forbidden('spec', `${text}\n${difference(form(previous.spec), form(now))}`)];
}
