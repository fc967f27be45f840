import { type ErrorList, invalid, required, tooLong } from './field.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';

const LONGEST_IDENTIFIER = 32;
const LONGEST_POOL_NAME = 253;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const IDENTIFIER_TEXT =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";

/** Names of devices and of requests. Source: `pkg/apis/resource/validation`. */
export function validateDeviceName(name: string | undefined, path: string, errors: ErrorList): void {
  for (const text of dnsLabel(name ?? '')) errors.push(invalid(path, name ?? '', text));
}

/** `memory`, `example.com/memory`: attributes and capacities. */
export function validateQualifiedDeviceName(name: string, path: string, errors: ErrorList): void {
  const parts = name.split('/');
  if (parts.length > 2) return;
  if (parts.length === 2) {
    const [domain = ''] = parts;
    if (domain === '') errors.push(invalid(path, '', 'the domain must not be empty'));
    else {
      if (domain.length > 63) errors.push(tooLong(path, 63));
      for (const text of dnsSubdomain(domain.toLowerCase())) errors.push(invalid(path, domain, text));
    }
  }
  const identifier = parts.at(-1) as string;
  if (parts.length === 2 && identifier === '') errors.push(invalid(path, '', 'the name must not be empty'));
  else {
    if (identifier.length > LONGEST_IDENTIFIER) errors.push(tooLong(path, LONGEST_IDENTIFIER));
    if (!IDENTIFIER.test(identifier)) errors.push(invalid(path, identifier, IDENTIFIER_TEXT));
  }
}

/** Subdomains separated by slashes. */
export function validatePoolName(name: string | undefined, path: string, errors: ErrorList): void {
  if (!name) {
    errors.push(required(path));
    return;
  }
  if (name.length > LONGEST_POOL_NAME) errors.push(tooLong(path, LONGEST_POOL_NAME));
  for (const part of name.split('/')) for (const text of dnsSubdomain(part)) errors.push(invalid(path, part, text));
}
