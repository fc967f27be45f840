import { type ErrorList, invalid } from './field.ts';

const NOT_NEGATIVE = 'must be greater than or equal to 0';
const PERCENT_TEXT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A count that may be absent. */
export function validateNotNegative(value: number | undefined | null, path: string, errors: ErrorList): void {
  if (value !== undefined && value !== null && value < 0) errors.push(invalid(path, value, NOT_NEGATIVE));
}

/** `3` or `25%` (`ValidatePositiveIntOrPercent`). */
export function validateCountOrPercent(value: number | string | undefined, path: string, errors: ErrorList): void {
  if (typeof value === 'number') validateNotNegative(value, path, errors);
  else if (value !== undefined && !/^[0-9]+%$/.test(value)) errors.push(invalid(path, value, PERCENT_TEXT));
}

export function validateAtMostAll(value: number | string | undefined, path: string, errors: ErrorList): void {
  const percent = percentOf(value);
  if (percent !== undefined && percent > 100) errors.push(invalid(path, value, 'must not be greater than 100%'));
}

/** 25 of `25%`. */
function percentOf(value: number | string | undefined): number | undefined {
  return typeof value === 'string' && /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;
}

/** Whether a count or percentage is nothing: `0`, `0%`. */
export function isZero(value: number | string | undefined): boolean {
  return value === 0 || percentOf(value) === 0;
}
