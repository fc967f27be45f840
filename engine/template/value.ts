import { sorted } from '../kubectl/codec/json.ts';

/** A method, or a function that a template may call through a field. */
export type Method = (args: readonly unknown[]) => unknown;

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Go's truth of a value in `if`: zero, the empty and nothing are false. */
export function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0 || value === 0n)
    return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Go's name of a value's type. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return '[]interface {}';
  return 'map[string]interface {}';
}

/** Go's `%v`. */
export function printed(value: unknown, top = true): string {
  if (value === undefined || value === null) return top && value === undefined ? '<no value>' : '<nil>';
  if (typeof value === 'number') return floatText(value);
  if (Array.isArray(value)) return `[${value.map((item) => printed(item, false)).join(' ')}]`;
  if (!isMap(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${printed(value[key], false)}`)
    .join(' ')}]`;
}

/** Go's `%v` of a float64: `1e+06`, `1.5`, `100000`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return plainDecimal(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

function plainDecimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(20).replace(/0+$/, '');
}

/** The value as plain JSON data: integers as numbers, methods left out, keys in order. */
export function plain(value: unknown): unknown {
  return sorted(withoutMethods(value));
}

function withoutMethods(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withoutMethods);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => typeof item !== 'function')
      .map(([key, item]) => [key, withoutMethods(item)]),
  );
}
