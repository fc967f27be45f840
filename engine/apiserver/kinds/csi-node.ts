import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { duplicate, type ErrorList, invalid, required, tooLong } from '../validation/field.ts';
import { dnsSubdomain, qualifiedName } from '../validation/names.ts';
import { validateNotNegative } from '../validation/numbers.ts';
import { defineKind } from './define.ts';
import { type Fields, withoutFields } from './fields.ts';

const LONGEST_NODE_ID = 256;

/** Source: `pkg/apis/storage/validation`. */
export const csiNode = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  allowsUnconditionalUpdate: false,
  namespaced: false,
  validate,
  validateUpdate: (next, previous) => {
    const before: readonly Fields[] = previous.spec.drivers ?? [];
    const plain = (driver: Fields): Fields => withoutFields(driver, 'allocatable');
    return ((next.spec.drivers ?? []) as readonly Fields[])
      .filter((driver) => before.some((old) => old.name === driver.name && !isEqual(plain(old), plain(driver))))
      .map((driver) => invalid('CSINodeDriver', driver, 'field is immutable'));
  },
});

function validate({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const names = new Set<string>();
  (spec.drivers ?? []).forEach((driver: Fields, index: number) => {
    validateDriver(driver, `spec.drivers[${index}]`, names, errors);
  });
  return errors;
}

function validateDriver(driver: Fields, path: string, names: Set<string>, errors: ErrorList): void {
  const { name, nodeID } = driver;
  const topologyKeys: readonly string[] = driver.topologyKeys ?? [];
  validateDriverName(name, `${path}.name`, errors);
  if (!nodeID) errors.push(required(`${path}.nodeID`, nodeID));
  else if (nodeID.length > LONGEST_NODE_ID)
    errors.push(invalid(`${path}.nodeID`, nodeID, `must be ${LONGEST_NODE_ID} characters or less`));
  validateNotNegative(driver.allocatable?.count, `${path}.allocatable.count`, errors);
  if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
  names.add(name);
  const keys = new Set<string>();
  for (const key of topologyKeys) {
    if (key === '') errors.push(required(path, key));
    if (keys.has(key)) errors.push(duplicate(path, key));
    keys.add(key);
    for (const text of qualifiedName(key)) errors.push(invalid(path, topologyKeys, text));
  }
}

/** The name of a CSI driver (`ValidateCSIDriverName` in `pkg/apis/core/validation`). */
export function validateDriverName(name: string | undefined, path: string, errors: ErrorList): void {
  if (!name) {
    errors.push(required(path));
    return;
  }
  if (name.length > 63) errors.push(tooLong(path, 63));
  for (const text of dnsSubdomain(name.toLowerCase())) errors.push(invalid(path, name, text));
}
