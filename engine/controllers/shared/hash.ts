import { hash32 } from '../../sim/random.ts';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The hash in the names of ReplicaSets and ControllerRevisions and in their labels: FNV-32a over a dump of a template
 * (or of a revision's data), in decimal digits, each written as one of 27 harmless letters (`ComputeHash`,
 * `HashControllerRevision` and `SafeEncodeString`). Kubernetes hashes Go's dump of the struct, this the value as JSON
 * with sorted keys: same shape, other values. A collision count gives the same value another hash.
 */
export function objectHash(value: unknown, collisionCount: number | undefined): string {
  const dump = canonical(value) + (collisionCount === undefined ? '' : String(collisionCount));
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
