import { quantityValue } from '../../quantity.ts';
import { compareQuantities, type ResourceList } from '../../quota/resource-list.ts';

interface Amounts {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

/** Below a minimum: the request must be there, and neither it nor the limit may be smaller. */
export function minimumFault(
  type: string,
  name: string,
  bound: string,
  { requests, limits }: Amounts,
): string | undefined {
  const rule = `minimum ${name} usage per ${type} is ${bound}`;
  const request = requests[name];
  const limit = limits[name];
  if (request === undefined) return `${rule}.  No request is specified`;
  if (compareQuantities(request, bound) < 0) return `${rule}, but request is ${request}`;
  if (limit !== undefined && compareQuantities(limit, bound) < 0) return `${rule}, but limit is ${limit}`;
  return undefined;
}

/** Above a maximum: the limit must be there, and neither it nor the request may be larger. */
export function maximumFault(
  type: string,
  name: string,
  bound: string,
  { requests, limits }: Amounts,
): string | undefined {
  const rule = `maximum ${name} usage per ${type} is ${bound}`;
  const request = requests[name];
  const limit = limits[name];
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (compareQuantities(limit, bound) > 0) return `${rule}, but limit is ${limit}`;
  if (request !== undefined && compareQuantities(request, bound) > 0) return `${rule}, but request is ${request}`;
  return undefined;
}

/** As `maximumFault`, for what has requests only. */
export function maximumRequestFault(
  type: string,
  name: string,
  bound: string,
  requests: ResourceList,
): string | undefined {
  const rule = `maximum ${name} usage per ${type} is ${bound}`;
  const request = requests[name];
  if (request === undefined) return `${rule}.  No request is specified`;
  return compareQuantities(request, bound) > 0 ? `${rule}, but request is ${request}` : undefined;
}

/** How far a limit may lie above its request; both must be there. */
export function ratioFault(
  type: string,
  name: string,
  bound: string,
  { requests, limits }: Amounts,
): string | undefined {
  const rule = `${name} max limit to request ratio per ${type} is ${bound}`;
  const request = quantityValue(requests[name]);
  const limit = quantityValue(limits[name]);
  if (request === 0) return `${rule}, but no request is specified or request is 0`;
  if (limit === 0) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = limit / request;
  return ratio > quantityValue(bound) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
