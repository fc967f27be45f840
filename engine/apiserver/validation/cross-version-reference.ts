import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, required } from './field.ts';
import { pathSegment } from './names.ts';

/** What is scaled or measured (`ValidateCrossVersionObjectReference`). */
export function validateReference(reference: Fields, path: string, errors: ErrorList): void {
  for (const field of ['kind', 'name'] as const) {
    const value: string = reference[field] ?? '';
    if (value === '') errors.push(required(`${path}.${field}`));
    for (const text of pathSegment(value)) errors.push(invalid(`${path}.${field}`, value, text));
  }
}

/** The version of a reference; only kinds of the core group may do without a group. */
export function validateApiVersion(
  { apiVersion = '' }: Fields,
  path: string,
  mayBeCore: boolean,
  errors: ErrorList,
): void {
  const parts = apiVersion.split('/');
  if (parts.length > 2)
    errors.push(invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else if (!mayBeCore && (parts.length === 1 || parts[0] === ''))
    errors.push(invalid(`${path}.apiVersion`, apiVersion, 'apiVersion must specify API group'));
}
