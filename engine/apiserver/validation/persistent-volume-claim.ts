import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { nanoValue } from '../schema/quantity.ts';
import { typeSchema } from '../schema/schemas.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';
import { validateLabelSelector } from './selectors.ts';
import { difference, structForm } from './struct-form.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** Source: `ValidatePersistentVolumeClaim` in `pkg/apis/core/validation`. */
export function validateClaim({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateClaimSpec(spec, 'spec', errors);
  return errors;
}

/** The spec of a claim, also of one in a pod's ephemeral volume (`ValidatePersistentVolumeClaimSpec`). */
export function validateClaimSpec(spec: Fields, path: string, errors: ErrorList): void {
  const modes: readonly string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  validateLabelSelector(spec.selector, `${path}.selector`, errors);
  validateAccessModes(modes, `${path}.accessModes`, errors);
  const storage: string | undefined = spec.resources?.requests?.storage;
  const at = `${path}.resources[storage]`;
  if (storage === undefined) errors.push(required(at));
  else if (storage === '0' || storage.startsWith('-')) errors.push(invalid(at, storage, 'must be greater than zero'));
  validateClassName(spec.storageClassName, `${path}.storageClassName`, errors);
  const mode = spec.volumeMode;
  if (mode !== undefined && !VOLUME_MODES.includes(mode))
    errors.push(notSupported(`${path}.volumeMode`, mode, VOLUME_MODES));
  validateDataSource(spec.dataSource, `${path}.dataSource`, errors);
  validateDataSource(spec.dataSourceRef, `${path}.dataSourceRef`, errors);
  const home = spec.dataSourceRef?.namespace;
  for (const text of home ? dnsLabel(home) : []) errors.push(invalid(`${path}.dataSourceRef.namespace`, home, text));
  if (spec.dataSource !== undefined && spec.dataSourceRef !== undefined && !isSameSource(spec))
    errors.push(invalid(path, {}, 'must match dataSourceRef'));
  validateClassName(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`, errors);
}

/** Access modes of a claim or volume. */
export function validateAccessModes(modes: readonly string[], path: string, errors: ErrorList): void {
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(path, mode, ACCESS_MODES));
  }
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod'))
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
}

function validateClassName(name: string | undefined, path: string, errors: ErrorList): void {
  for (const text of name ? dnsSubdomain(name) : []) errors.push(invalid(path, name, text));
}

function validateDataSource(source: Fields | undefined, path: string, errors: ErrorList): void {
  if (source === undefined) return;
  const { name, kind } = source;
  const apiGroup: string = source.apiGroup ?? '';
  if (!name) errors.push(required(`${path}.name`));
  if (!kind) errors.push(required(`${path}.kind`));
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    const text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, kind ?? '', text));
  }
  for (const text of apiGroup === '' ? [] : dnsSubdomain(apiGroup))
    errors.push(invalid(`${path}.apiGroup`, apiGroup, text));
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

/** The older of the two ways to say what a volume begins with says the same as the newer. */
function isSameSource({ dataSource, dataSourceRef }: Fields): boolean {
  return ['apiGroup', 'kind', 'name'].every((field) => (dataSource[field] ?? '') === (dataSourceRef[field] ?? ''));
}
