import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { cidr, ipFamily } from './addresses.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { labelValue, qualifiedName } from './names.ts';
import { validateQuantity } from './resources.ts';

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Source: `ValidateNode` in `pkg/apis/core/validation`. Networks are looked at only when a node is created. */
export function validateNode({ spec, status }: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateTaints(spec?.taints ?? [], errors);
  validateAmounts(status, errors);
  if (previous === undefined) validateNetworks(spec?.podCIDRs ?? [], errors);
  return errors;
}

/** Source: `ValidateNodeUpdate`. */
export function validateNodeUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const { podCIDRs: before, providerID } = previous.spec ?? {};
  if (before?.length > 0 && !isEqual(before, next.spec?.podCIDRs))
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  if (providerID && next.spec?.providerID !== providerID)
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  return errors;
}

/** Kubelets write statuses: amounts that are some, and each address once. */
export function validateNodeStatusUpdate({ status }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateAmounts(status, errors);
  const seen = new Set<string>();
  ((status?.addresses ?? []) as readonly Fields[]).forEach(({ type, address }, index) => {
    const identity = `${type} ${address}`;
    if (seen.has(identity)) errors.push(duplicate(`status.addresses[${index}]`, { Type: type, Address: address }));
    seen.add(identity);
  });
  return errors;
}

function validateAmounts(status: Fields | undefined, errors: ErrorList): void {
  for (const name of ['capacity', 'allocatable']) {
    const amounts: Readonly<Record<string, string>> = status?.[name] ?? {};
    for (const resource in amounts)
      validateQuantity(resource, amounts[resource] as string, `status.${name}.${resource}`, errors);
  }
}

function validateNetworks(networks: readonly string[], errors: ErrorList): void {
  const path = 'spec.podCIDRs';
  networks.forEach((network, index) => {
    for (const text of cidr(network)) errors.push(invalid(`${path}[${index}]`, network, text));
  });
  if (networks.length < 2) return;
  const families = new Set(networks.map((network) => ipFamily(network.split('/')[0] as string)));
  if (families.size < 2 || networks.length > 2)
    errors.push(invalid(path, networks, 'may specify no more than one CIDR for each IP family'));
  networks.forEach((network, index) => {
    if (networks.indexOf(network) < index) errors.push(duplicate(`${path}[${index}]`, network));
  });
}

function validateTaints(taints: readonly Fields[], errors: ErrorList): void {
  const seen = new Set<string>();
  taints.forEach((taint, index) => {
    const path = `metadata.taints[${index}]`;
    const { key = '', value = '', effect, timeAdded = null } = taint;
    for (const text of qualifiedName(key)) errors.push(invalid(`${path}.key`, key, text));
    const wrong = labelValue(value);
    if (wrong.length > 0) errors.push(invalid(`${path}.value`, value, wrong.join(';')));
    if (!effect) errors.push(required(`${path}.effect`));
    else if (!TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
    const identity = `${key} ${effect}`;
    const form = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
    if (seen.has(identity)) errors.push(duplicate(path, form, 'taints must be unique by key and effect pair'));
    seen.add(identity);
  });
}
