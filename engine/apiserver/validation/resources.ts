import { isExtendedResource } from '../../extended-resource.ts';
import type { Fields } from '../kinds/fields.ts';
import { nanoValue } from '../schema/quantity.ts';
import { type ErrorList, forbidden, invalid, required } from './field.ts';
import { qualifiedName } from './names.ts';

const FOR_CONTAINERS = new Set(['cpu', 'memory', 'ephemeral-storage']);
const STANDARD = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'storage',
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);
const HUGE_PAGES = 'hugepages-';

type NameRule = (name: string, path: string, errors: ErrorList) => void;

const validateContainerName: NameRule = (name, path, errors) => {
  validateResourceName(name, true, path, errors);
};

/** Requests and limits of a container, or with another rule for names those of a pod (`validateResourceRequirements`). */
export function validateResources(
  resources: Fields,
  path: string,
  errors: ErrorList,
  validateName = validateContainerName,
): void {
  const limits: Readonly<Record<string, string>> | undefined = resources.limits;
  const requests: Readonly<Record<string, string>> | undefined = resources.requests;
  for (const name in limits) {
    validateName(name, `${path}.limits[${name}]`, errors);
    validateAmount(name, limits[name] as string, `${path}.limits[${name}]`, errors);
  }
  for (const name in requests) {
    validateName(name, `${path}.requests[${name}]`, errors);
    validateAmount(name, requests[name] as string, `${path}.requests[${name}]`, errors);
    validateAgainstLimit(name, requests[name] as string, limits?.[name], path, errors);
  }
  if ((hasHugePages(limits) || hasHugePages(requests)) && !hasProcessing(limits) && !hasProcessing(requests)) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
}

/** The name of a resource, and whether containers may have it (`validateContainerResourceName`, `validateResourceName`). */
export function validateResourceName(name: string, isForContainer: boolean, path: string, errors: ErrorList): void {
  if (FOR_CONTAINERS.has(name)) return;
  for (const text of qualifiedName(name)) errors.push(invalid(path, name, text));
  const isPlain = !name.includes('/') && !name.startsWith(HUGE_PAGES);
  if (isPlain && !STANDARD.has(name))
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
  if (!isForContainer) return;
  if (isPlain) errors.push(invalid(path, name, 'must be a standard resource for containers'));
  else if (name.startsWith('requests.') && name.includes('/') && !isNative(name))
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
}

function validateAmount(name: string, amount: string, path: string, errors: ErrorList): void {
  validateQuantity(name, amount, path, errors);
  if (name.startsWith(HUGE_PAGES) && !isDivisible(amount, name.slice(HUGE_PAGES.length)))
    errors.push(invalid(path, amount, `${amount} is not positive integer multiple of ${name}`));
}

/** Things that come in whole numbers only. */
const COUNTED = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

/** An amount of anything: not negative, and whole where it is counted (`ValidateResourceQuantityValue`). */
export function validateQuantity(name: string, amount: string, path: string, errors: ErrorList): void {
  if (amount.startsWith('-')) errors.push(invalid(path, amount, 'must be greater than or equal to 0'));
  if ((isExtendedResource(name) || COUNTED.has(name)) && (nanoValue(amount) ?? 0n) % 1_000_000_000n !== 0n)
    errors.push(invalid(path, amount, 'must be an integer'));
}

/** Whether an amount is so many whole pages. */
function isDivisible(amount: string, page: string): boolean {
  const size = nanoValue(page) ?? 0n;
  return size > 0n && size % 1_000_000_000n === 0n && (nanoValue(amount) ?? 0n) % size === 0n;
}

function validateAgainstLimit(
  name: string,
  request: string,
  limit: string | undefined,
  path: string,
  errors: ErrorList,
): void {
  const mayOvercommit = !isExtendedResource(name) && !name.startsWith(HUGE_PAGES);
  if (limit === undefined) {
    if (!mayOvercommit) errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    return;
  }
  if (limit === request) return;
  const wanted = nanoValue(request) ?? 0n;
  const allowed = nanoValue(limit) ?? 0n;
  if (!mayOvercommit && wanted !== allowed)
    errors.push(invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`));
  else if (mayOvercommit && wanted > allowed)
    errors.push(invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function hasHugePages(amounts: Readonly<Record<string, string>> | undefined): boolean {
  for (const name in amounts) if (name.startsWith(HUGE_PAGES)) return true;
  return false;
}

function hasProcessing(amounts: Readonly<Record<string, string>> | undefined): boolean {
  return amounts?.cpu !== undefined || amounts?.memory !== undefined;
}
