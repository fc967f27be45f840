import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { nanoValue } from '../schema/quantity.ts';
import { duplicate, type ErrorList, forbidden, invalid, required } from './field.ts';
import { qualifiedName } from './names.ts';
import { validateResourceName } from './resources.ts';

const FIELDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'];
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];

/** Source: `ValidateLimitRange` in `pkg/apis/core/validation`. */
export function validateLimitRange({ spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const seen = new Set<string>();
  (spec.limits ?? []).forEach((item: Fields, index: number) => {
    const path = `spec.limits[${index}]`;
    const { type } = item;
    for (const text of qualifiedName(type)) errors.push(invalid(`${path}.type`, type, text));
    if (type !== '' && !type.includes('/') && !TYPES.includes(type)) {
      errors.push(invalid(`${path}.type`, type, 'must be a standard limit type or fully qualified'));
    }
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
    validateByType(item, path, errors);
    for (const field of FIELDS)
      for (const name of Object.keys(item[field] ?? {}))
        validateResourceName(name, type === 'Pod' || type === 'Container', `${path}.${field}[${name}]`, errors);
    validateOrder(item, path, errors);
  });
  return errors;
}

function validateByType(item: Fields, path: string, errors: ErrorList): void {
  if (item.type === 'Pod') {
    for (const name of ['default', 'defaultRequest']) {
      const isSet = Object.keys(item[name] ?? {}).length > 0;
      if (isSet) errors.push(forbidden(`${path}.${name}`, "may not be specified when `type` is 'Pod'"));
    }
  }
  const isUnbounded = item.min?.storage === undefined && item.max?.storage === undefined;
  if (item.type === 'PersistentVolumeClaim' && isUnbounded) {
    errors.push(
      required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
    );
  }
}

/** min <= defaultRequest <= default <= max, for each resource. */
function validateOrder(item: Fields, path: string, errors: ErrorList): void {
  const names = new Set(FIELDS.flatMap((field) => Object.keys(item[field] ?? {})));
  for (const name of names) {
    const max = item.max?.[name];
    const min = item.min?.[name];
    const limit = item.default?.[name];
    const request = item.defaultRequest?.[name];
    if (exceeds(min, max))
      errors.push(invalid(`${path}.min[${name}]`, min, `min value ${min} is greater than max value ${max}`));
    const requestPath = `${path}.defaultRequest[${name}]`;
    if (exceeds(min, request))
      errors.push(invalid(requestPath, request, `min value ${min} is greater than default request value ${request}`));
    if (exceeds(request, max))
      errors.push(invalid(requestPath, request, `default request value ${request} is greater than max value ${max}`));
    if (exceeds(request, limit))
      errors.push(
        invalid(requestPath, request, `default request value ${request} is greater than default limit value ${limit}`),
      );
    // The minimum is what Kubernetes shows here, not the default.
    const limitPath = `${path}.default[${name}]`;
    if (exceeds(min, limit))
      errors.push(invalid(limitPath, min, `min value ${min} is greater than default value ${limit}`));
    if (exceeds(limit, max))
      errors.push(invalid(limitPath, limit, `default value ${limit} is greater than max value ${max}`));
    const ratio = item.maxLimitRequestRatio?.[name];
    if (ratio !== undefined) validateRatio(ratio, min, max, `${path}.maxLimitRequestRatio[${name}]`, errors);
  }
}

function exceeds(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return (nanoValue(one) ?? 0n) > (nanoValue(other) ?? 0n);
}

/** A limit is no less than its request, and cannot be more times as much as the bounds allow. */
function validateRatio(
  ratio: string,
  min: string | undefined,
  max: string | undefined,
  path: string,
  errors: ErrorList,
): void {
  const number = Number(nanoValue(ratio) ?? 0n) / NANO;
  if (number < 1) errors.push(invalid(path, ratio, `ratio ${ratio} is less than 1`));
  if (min === undefined || max === undefined) return;
  const most = Number(nanoValue(max) ?? 0n) / Number(nanoValue(min) ?? 0n);
  if (number > most) errors.push(invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`));
}

const NANO = 1e9;
