import { nanoValue, quantitySum } from '../apiserver/schema/quantity.ts';

/** Amounts by resource name, as `v1.ResourceList`: `{ cpu: '500m', 'count/secrets': '1' }`. */
export type ResourceList = Readonly<Record<string, string>>;

const EMPTY: ResourceList = {};

/** Whether one amount is less than (-1), the same as (0) or more than (1) another. */
export function compareQuantities(one: string, other: string): number {
  if (one === other) return 0;
  const left = nanoValue(one) ?? 0n;
  const right = nanoValue(other) ?? 0n;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Both lists together; a resource that only one of them has keeps its amount. */
export function addResources(one: ResourceList, other: ResourceList): ResourceList {
  const total: Record<string, string> = { ...one };
  for (const [name, amount] of Object.entries(other)) {
    const present = total[name];
    total[name] = present === undefined ? amount : quantitySum([present, amount]);
  }
  return total;
}

/** One list less another; what only the other has becomes negative. */
export function subtractResources(one: ResourceList, other: ResourceList): ResourceList {
  return addResources(one, mapAmounts(other, negated));
}

/** The larger amount of each resource. */
export function largerResources(one: ResourceList, other: ResourceList): ResourceList {
  const larger: Record<string, string> = { ...one };
  for (const [name, amount] of Object.entries(other)) {
    const present = larger[name];
    if (present === undefined || compareQuantities(present, amount) < 0) larger[name] = amount;
  }
  return larger;
}

/** Only the named resources. */
export function maskResources(list: ResourceList, names: readonly string[]): ResourceList {
  return Object.fromEntries(Object.entries(list).filter(([name]) => names.includes(name)));
}

/** Without resources of which there is nothing. */
export function withoutZeros(list: ResourceList): ResourceList {
  return Object.fromEntries(Object.entries(list).filter(([, amount]) => nanoValue(amount) !== 0n));
}

/** Whether two lists say the same, however they write it. */
export function isSameResources(one: ResourceList = EMPTY, other: ResourceList = EMPTY): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => other[name] !== undefined && compareQuantities(one[name] as string, other[name]) === 0);
}

/** `limits.cpu=1,pods=2`: in the order of names, as messages about quotas print a list. */
export function formatResources(list: ResourceList): string {
  return Object.keys(list)
    .sort()
    .map((name) => `${name}=${list[name]}`)
    .join(',');
}

function mapAmounts(list: ResourceList, change: (amount: string) => string): ResourceList {
  return Object.fromEntries(Object.entries(list).map(([name, amount]) => [name, change(amount)]));
}

function negated(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
