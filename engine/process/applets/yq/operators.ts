import { calculated, compare, type Fields, JqError, kindOf, shown, type Value } from '../jq/value.ts';
import { wildcard } from './wildcard.ts';

/** `left operator right` as yq has it: texts match wildcards, `*` merges, `+` appends to lists. */
export function combined(operator: string, left: Value, right: Value): Value {
  if (operator === '==') return isEqual(left, right);
  if (operator === '!=') return !isEqual(left, right);
  if (operator === '+') return added(left, right);
  if (operator.startsWith('*') && (isCollection(left) || isCollection(right))) return merged(left, right, operator);
  if (operator === '-' && Array.isArray(left)) return calculated('-', left, Array.isArray(right) ? right : [right]);
  return calculated(operator[0] === '*' ? '*' : operator, left, right);
}

function isCollection(value: Value): boolean {
  return value !== null && typeof value === 'object';
}

/** Scalars are equal when their texts are; the right one may hold wildcards. */
function isEqual(left: Value, right: Value): boolean {
  if (isCollection(left) || isCollection(right)) return compare(left, right) === 0;
  if (kindOf(left) === 'null' || kindOf(right) === 'null') return kindOf(left) === kindOf(right);
  return wildcard(String(right)).test(String(left));
}

function added(left: Value, right: Value): Value {
  if (Array.isArray(left)) return [...left, ...(Array.isArray(right) ? right : right === null ? [] : [right])];
  if (typeof left === 'string' && right !== null && !isCollection(right)) return left + String(right);
  if (typeof right === 'string' && left !== null && !isCollection(left)) return String(left) + right;
  return calculated('+', left, right);
}

/** Flags behind the star: `+` appends lists, `d` merges them by place, `n` adds only what is new, `?` only what is there. */
function merged(left: Value, right: Value, flags: string): Value {
  if (left === null || left === undefined) return right;
  if (right === null || right === undefined) return left;
  if (Array.isArray(left) && Array.isArray(right)) return mergedLists(left, right, flags);
  if (kindOf(left) === 'object' && kindOf(right) === 'object')
    return mergedMaps(left as Fields, right as Fields, flags);
  throw new JqError(`cannot multiply ${shown(left)} with ${shown(right)}`);
}

function mergedLists(left: readonly Value[], right: readonly Value[], flags: string): Value {
  if (flags.includes('+')) return [...left, ...right];
  if (flags.includes('n')) return left;
  if (!flags.includes('d')) return right;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
    at >= right.length ? left[at] : at >= left.length ? right[at] : part(left[at], right[at], flags),
  );
}

function mergedMaps(left: Fields, right: Fields, flags: string): Value {
  const result: Record<string, Value> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const isThere = Object.hasOwn(left, name);
    if (isThere) result[name] = part(left[name], value, flags);
    else if (!flags.includes('?')) result[name] = value;
  }
  return result;
}

function part(before: Value, value: Value, flags: string): Value {
  const isDeep = kindOf(before) === kindOf(value) && isCollection(value);
  if (isDeep) return merged(before, value, flags);
  return flags.includes('n') ? before : value;
}
