import type { KubeObject } from '../../object.ts';
import { hash32 } from '../../sim/random.ts';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * `pod-template-hash` of a template: FNV-32a over a dump of it, in decimal digits, each written as one of 27 harmless
 * letters (`ComputeHash` and `SafeEncodeString`). Kubernetes hashes Go's dump of the struct, this the template as
 * JSON with sorted keys: same shape, other values. A collision count gives the same template another hash.
 */
export function templateHash(template: KubeObject, collisionCount: number | undefined): string {
  const dump = canonical(template) + (collisionCount === undefined ? '' : String(collisionCount));
  return [...String(hash32(dump))].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('');
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as Record<string, unknown>;
  const keys = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(fields[key])}`).join(',')}}`;
}
