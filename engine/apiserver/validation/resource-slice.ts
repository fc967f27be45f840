import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { validateDriverName } from '../kinds/csi-node.ts';
import type { Fields } from '../kinds/fields.ts';
import { validateNodeSelector } from './affinity.ts';
import { EFFECTS, validateEach } from './device-claim.ts';
import { validateDeviceName, validatePoolName, validateQualifiedDeviceName } from './device-names.ts';
import { type ErrorList, forbidden, invalid, notSupported, required, tooLong, tooMany } from './field.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './names.ts';

const MOST_DEVICES = 128;
const MOST_TAINTED_DEVICES = 64;
const MOST_PROPERTIES = 32;
const MOST_TAINTS = 16;
const MOST_COUNTER_SETS = 8;
const MOST_COUNTERS = 32;
const LONGEST_VALUE = 64;
const PLACES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const DEVICE_PLACES =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const PLACES_OF_SLICE =
  '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;
const NOT_A_VERSION = 'must be a string compatible with semver.org spec 2.0.0';

/** The devices that a driver offers. Source: `validateResourceSliceSpec` in `pkg/apis/resource/validation`. */
export function validateResourceSlice({ spec }: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateDriverName(spec.driver, 'spec.driver', errors);
  const pool: Fields = spec.pool ?? {};
  validatePoolName(pool.name, 'spec.pool.name', errors);
  if ((pool.resourceSliceCount ?? 0) <= 0)
    errors.push(invalid('spec.pool.resourceSliceCount', pool.resourceSliceCount ?? 0, 'must be greater than zero'));
  if ((pool.generation ?? 0) < 0)
    errors.push(invalid('spec.pool.generation', pool.generation, 'must be greater than or equal to zero'));
  if (previous !== undefined) validateKept(spec, previous.spec, errors);
  validatePlace(spec, errors);
  if (spec.sharedCounters !== undefined && spec.devices !== undefined)
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  const devices: readonly Fields[] = spec.devices ?? [];
  const isSpecial = devices.some((device) => device.taints?.length > 0 || device.consumesCounters?.length > 0);
  const most = isSpecial ? MOST_TAINTED_DEVICES : MOST_DEVICES;
  const nameOf = ({ name = '' }: Fields): string => name;
  validateEach(
    devices,
    'spec.devices',
    most,
    errors,
    (device, path) => {
      validateDevice(device, path, spec.perDeviceNodeSelection === true, errors);
    },
    nameOf,
  );
  validateEach(
    spec.sharedCounters as readonly Fields[],
    'spec.sharedCounters',
    MOST_COUNTER_SETS,
    errors,
    (set, path) => {
      validateCounters(set.name, set.counters, path, 'name', errors);
    },
    nameOf,
  );
  return errors;
}

function validateKept(spec: Fields, before: Fields, errors: ErrorList): void {
  const fixed = (path: string, now: unknown, old: unknown): void => {
    if (!isEqual(now, old)) errors.push(invalid(`spec.${path}`, now ?? null, 'field is immutable'));
  };
  fixed('pool.name', spec.pool?.name, before.pool?.name);
  fixed('driver', spec.driver, before.driver);
  fixed('nodeName', spec.nodeName, before.nodeName);
}

function validatePlace(spec: Fields, errors: ErrorList): void {
  const places = placesOf(spec, 'spec', 'must be either unset or set to a non-empty string', errors);
  if (spec.nodeSelector !== undefined && spec.nodeSelector.nodeSelectorTerms?.length !== 1) {
    const terms = spec.nodeSelector.nodeSelectorTerms;
    errors.push(invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'));
  }
  if (spec.perDeviceNodeSelection === true) places.push('`perDeviceNodeSelection`');
  else if (spec.perDeviceNodeSelection === false)
    errors.push(invalid('spec.perDeviceNodeSelection', false, 'must be either unset or set to true'));
  if (places.length === 0) errors.push(required('spec', PLACES));
  else if (places.length > 1)
    errors.push(invalid('spec', `{${places.join(', ')}}`, `${PLACES}, but multiple fields are set`));
}

/** Which fields say where devices are. */
function placesOf(spec: Fields, path: string, emptyText: string, errors: ErrorList): string[] {
  const places: string[] = [];
  if (spec.nodeName === '') errors.push(invalid(`${path}.nodeName`, '', emptyText));
  else if (spec.nodeName !== undefined) {
    places.push('`nodeName`');
    for (const text of dnsSubdomain(spec.nodeName)) errors.push(invalid(`${path}.nodeName`, spec.nodeName, text));
  }
  if (spec.nodeSelector !== undefined) {
    places.push('`nodeSelector`');
    validateNodeSelector(spec.nodeSelector, `${path}.nodeSelector`, errors);
  }
  if (spec.allNodes === true) places.push('`allNodes`');
  else if (spec.allNodes === false)
    errors.push(invalid(`${path}.allNodes`, false, 'must be either unset or set to true'));
  return places;
}

function validateDevice(device: Fields, path: string, isPlacedAlone: boolean, errors: ErrorList): void {
  validateDeviceName(device.name, `${path}.name`, errors);
  const attributes: Readonly<Record<string, Fields>> = device.attributes ?? {};
  const capacity: Readonly<Record<string, Fields>> = device.capacity ?? {};
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > MOST_PROPERTIES) {
    const text = `the total number of attributes and capacities must not exceed ${MOST_PROPERTIES}`;
    errors.push(invalid(path, count, text));
  }
  for (const [name, attribute] of Object.entries(attributes)) {
    validateQualifiedDeviceName(name, `${path}.attributes[${name}]`, errors);
    validateAttribute(attribute, `${path}.attributes[${name}]`, errors);
  }
  for (const [name, { requestPolicy }] of Object.entries(capacity)) {
    validateQualifiedDeviceName(name, `${path}.capacity[${name}]`, errors);
    if (requestPolicy !== undefined && device.allowMultipleAllocations !== true)
      errors.push(forbidden(`${path}.capacity[${name}].requestPolicy`, 'allowMultipleAllocations must be true'));
  }
  validateEach(device.taints as readonly Fields[], `${path}.taints`, MOST_TAINTS, errors, (taint, at) => {
    validateTaint(taint, at, errors);
  });
  validateEach(
    device.consumesCounters as readonly Fields[],
    `${path}.consumesCounters`,
    MOST_COUNTERS,
    errors,
    (use, at) => {
      validateCounters(use.counterSet, use.counters, at, 'counterSet', errors);
    },
    ({ counterSet = '' }) => counterSet,
  );
  if (isPlacedAlone) {
    const places = placesOf(device, path, 'must not be empty', errors);
    if (places.length === 0) errors.push(required(path, DEVICE_PLACES));
    else if (places.length > 1) errors.push(invalid(path, `{${places.join(', ')}}`, DEVICE_PLACES));
  } else if (device.nodeName !== undefined || device.nodeSelector !== undefined || device.allNodes !== undefined)
    errors.push(invalid(path, null, PLACES_OF_SLICE));
}

function validateAttribute(attribute: Fields, path: string, errors: ErrorList): void {
  const { string: text, version } = attribute;
  if (text !== undefined && text.length > LONGEST_VALUE) errors.push(tooLong(`${path}.string`, LONGEST_VALUE));
  if (version !== undefined) {
    if (!VERSION.test(version)) errors.push(invalid(`${path}.version`, version, NOT_A_VERSION));
    if (version.length > LONGEST_VALUE) errors.push(tooLong(`${path}.version`, LONGEST_VALUE));
  }
  const count = Object.keys(attribute).length;
  if (count !== 1) errors.push(invalid(path, count === 0 ? '' : attribute, 'exactly one value must be specified'));
}

function validateTaint({ key = '', value, effect }: Fields, path: string, errors: ErrorList): void {
  for (const text of qualifiedName(key)) errors.push(invalid(`${path}.key`, key, text));
  if (value) for (const text of labelValue(value)) errors.push(invalid(`${path}.value`, value, text));
  if (!effect) errors.push(required(`${path}.effect`));
  else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS));
}

function validateCounters(
  name: string | undefined,
  counters: Readonly<Record<string, unknown>> | undefined,
  path: string,
  field: string,
  errors: ErrorList,
): void {
  if (!name) errors.push(required(`${path}.${field}`));
  else for (const text of dnsLabel(name)) errors.push(invalid(`${path}.${field}`, name, text));
  const names = Object.keys(counters ?? {});
  if (names.length === 0) errors.push(required(`${path}.counters`));
  if (names.length > MOST_COUNTERS) {
    errors.push(tooMany(`${path}.counters`, names.length, MOST_COUNTERS));
    return;
  }
  for (const counter of names) {
    for (const text of dnsLabel(counter)) errors.push(invalid(`${path}.counters[${counter}]`, counter, text));
  }
}
