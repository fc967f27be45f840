import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { nanoValue } from '../schema/quantity.ts';
import type { Field, ObjectSchema } from '../schema/schema.ts';
import { typeSchema } from '../schema/schemas.ts';
import { validateNodeSelector } from './affinity.ts';
import { type ErrorList, forbidden, invalid, notSupported, required, sortedMap } from './field.ts';
import { dnsSubdomain } from './names.ts';
import { VOLUME_MODES, validateAccessModes } from './persistent-volume-claim.ts';
import { difference, fieldForm } from './struct-form.ts';
import { COMMON_SOURCES, PERSISTENT_SOURCES } from './volume-sources.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const RULES = { ...COMMON_SOURCES, ...PERSISTENT_SOURCES };
/** Sources in the order in which they are looked at. */
const SOURCES = [
  ...['hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte'],
  ...['cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk'],
  ...['portworxVolume', 'azureDisk', 'scaleIO', 'local', 'storageos', 'csi'],
];

/** Source: `ValidatePersistentVolumeSpec` in `pkg/apis/core/validation`. */
export function validateVolume({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const modes: readonly string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required('spec.accessModes'));
  validateAccessModes(modes, 'spec.accessModes', errors);
  validateCapacity(spec.capacity, errors);
  const policy = spec.persistentVolumeReclaimPolicy;
  if (!RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES));
  }
  validatePlacement(spec.nodeAffinity, errors);
  validateSource(spec, errors);
  if (policy === 'Recycle' && /^\/+(?:\.?\/*)*$/.test(spec.hostPath?.path ?? ''))
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  const { storageClassName: storageClass, volumeAttributesClassName: attributes } = spec;
  for (const text of storageClass ? dnsSubdomain(storageClass) : [])
    errors.push(invalid('spec.storageClassName', storageClass, text));
  if (!VOLUME_MODES.includes(spec.volumeMode))
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, VOLUME_MODES));
  if (attributes !== undefined) validateAttributes(attributes, spec, errors);
  return errors;
}

function validateCapacity(capacity: Readonly<Record<string, string>> | undefined, errors: ErrorList): void {
  if (capacity === undefined) errors.push(required('spec.capacity'));
  if (capacity?.storage === undefined || Object.keys(capacity).length > 1)
    errors.push(notSupported('spec.capacity', sortedMap(capacity), ['storage']));
  for (const [name, amount] of Object.entries(capacity ?? {})) {
    const path = `spec.capacity[${name}]`;
    const units = (nanoValue(amount) ?? 0n) / 1_000_000_000n;
    if (units < 0n) errors.push(invalid(path, Number(units), 'must be a valid resource quantity'));
    if (amount === '0' || amount.startsWith('-')) errors.push(invalid(path, amount, 'must be greater than zero'));
  }
}

function validatePlacement(affinity: Fields | undefined, errors: ErrorList): void {
  if (affinity === undefined) return;
  if (affinity.required === undefined)
    errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'));
  else validateNodeSelector(affinity.required, 'spec.nodeAffinity.required', errors);
}

function validateSource(spec: Fields, errors: ErrorList): void {
  let found = 0;
  for (const name of SOURCES) {
    if (spec[name] === undefined) continue;
    const path = `spec.${name}`;
    if (found > 0 && name !== 'flexVolume')
      errors.push(forbidden(name === 'cephfs' ? 'spec.cephFS' : path, 'may not specify more than 1 volume type'));
    else RULES[name]?.(spec[name], path, errors);
    if (found === 0 && name === 'local' && spec.nodeAffinity?.required === undefined)
      errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    found++;
  }
  if (found === 0) errors.push(required('spec', 'must specify a volume type'));
}

function validateAttributes(name: string, spec: Fields, errors: ErrorList): void {
  const path = 'spec.volumeAttributesClassName';
  if (name === '') errors.push(required(path, 'an empty string is disallowed'));
  else for (const text of dnsSubdomain(name)) errors.push(invalid(path, name, text));
  if (spec.csi === undefined)
    errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'));
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
  return Object.fromEntries(Object.entries(spec).filter(([name]) => SOURCES.includes(name)));
}

/** All sources there are, as fields of one struct. */
function sourceForm(source: Fields): unknown {
  const fields = Object.values(specSchema().fields).filter(({ name }) => SOURCES.includes(name));
  return Object.fromEntries(fields.map((field) => [field.goName, fieldForm(field, source[field.name])]));
}

function specSchema(): ObjectSchema {
  return typeSchema('io.k8s.api.core.v1.PersistentVolumeSpec');
}

function specField(name: string): Field {
  return specSchema().fields[name] as Field;
}
