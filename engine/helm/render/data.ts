import { satisfies, valid } from 'semver';
import { parse } from 'yaml';
import { escapedJson } from '../../kubectl/codec/json.ts';
import { fromYaml } from '../../kubectl/codec/yaml-read.ts';
import { toYaml } from '../../kubectl/codec/yaml-write.ts';
import { FunctionFailure } from '../../template/node.ts';
import { isMap, isTrue, type Method, plain, typeName } from '../../template/value.ts';

/** A whole number, as Sprig casts one; what is none is zero. */
function whole(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return BigInt(value.replace(/^\+/, ''));
  return 0n;
}

function float(value: unknown): number {
  const number = typeof value === 'boolean' ? (value ? 1 : 0) : Number(value ?? 0);
  return Number.isNaN(number) ? 0 : number;
}

function divided(one: unknown, other: unknown, isRest: boolean): bigint {
  if (whole(other) === 0n) throw new FunctionFailure('runtime error: integer divide by zero');
  return isRest ? whole(one) % whole(other) : whole(one) / whole(other);
}

const sum = (values: readonly unknown[]) => values.map(whole).reduce((one, other) => one + other, 0n);
const least = (values: readonly unknown[], isGreater: boolean) =>
  values.map(whole).reduce((one, other) => (other > one === isGreater ? other : one));

/** Sprig's functions of numbers. Source: `github.com/Masterminds/sprig/v3`. */
const NUMBERS: Readonly<Record<string, Method>> = {
  int: ([value]) => whole(value),
  int64: ([value]) => whole(value),
  atoi: ([value]) => whole(value),
  float64: ([value]) => float(value),
  toDecimal: ([value]) => BigInt(Number.parseInt(String(value), 8) || 0),
  add: sum,
  add1: ([value]) => whole(value) + 1n,
  sub: ([one, other]) => whole(one) - whole(other),
  mul: (values) => values.map(whole).reduce((one, other) => one * other, 1n),
  div: ([one, other]) => divided(one, other, false),
  mod: ([one, other]) => divided(one, other, true),
  min: (values) => least(values, false),
  max: (values) => least(values, true),
  ceil: ([value]) => Math.ceil(float(value)),
  floor: ([value]) => Math.floor(float(value)),
  round: ([value, digits]) => Number(`${Math.round(Number(`${float(value)}e${digits}`))}e-${digits}`),
  addf: (values) => values.map(float).reduce((one, other) => one + other, 0),
  mulf: (values) => values.map(float).reduce((one, other) => one * other, 1),
  divf: ([one, other]) => float(one) / float(other),
};

function yamlOf(value: unknown): string {
  return toYaml(plain(value)).replace(/\n$/, '');
}

function read(text: unknown, isJson: boolean): unknown {
  try {
    return isJson ? JSON.parse(String(text)) : fromYaml(String(text));
  } catch (error) {
    return { Error: error instanceof Error ? error.message : String(error) };
  }
}

const json = (value: unknown, indent?: number) => escapedJson(JSON.stringify(plain(value), null, indent) ?? 'null');

/** Masterminds' constraints: the same signs as npm's, besides commas for blanks. A version may lack its last parts. */
export function fits(constraint: unknown, version: unknown): boolean {
  const cleaned = String(version).replace(/^v/, '');
  const [, core = '', rest = ''] = /^(\d+(?:\.\d+){0,2})(.*)$/.exec(cleaned) ?? [];
  const full = `${[...core.split('.'), '0', '0'].slice(0, 3).join('.')}${rest}`;
  if (valid(full) === null) throw new FunctionFailure('invalid semantic version');
  const range = String(constraint)
    .replaceAll(',', ' ')
    .replace(/(?<![\d.])(\d+)(\.\d+)?(?=-)/g, (_, major: string, minor = '.0') => `${major}${minor}.0`)
    .replace(/([=<>^~]+)\s+/g, '$1');
  return satisfies(full, range) || (/-0\b/.test(range) && satisfies(full, range, { includePrerelease: true }));
}

function kind(value: unknown): string {
  if (value === undefined || value === null) return 'invalid';
  if (Array.isArray(value)) return 'slice';
  return isMap(value) ? 'map' : typeName(value);
}

/** Sprig's and Helm's functions of data in general. Source: `helm.sh/helm/v4/pkg/engine/funcs.go`. */
export const DATA: Readonly<Record<string, Method>> = {
  ...NUMBERS,
  toYaml: ([value]) => yamlOf(value),
  mustToYaml: ([value]) => yamlOf(value),
  toYamlPretty: ([value]) => yamlOf(value),
  fromYaml: ([text]) => read(text, false) ?? {},
  fromYamlArray: ([text]) => parse(String(text)) ?? [],
  toJson: ([value]) => json(value),
  mustToJson: ([value]) => json(value),
  toPrettyJson: ([value]) => json(value, 2),
  toRawJson: ([value]) => JSON.stringify(plain(value)),
  fromJson: ([text]) => read(text, true),
  fromJsonArray: ([text]) => read(text, true),
  ternary: ([yes, no, condition]) => (condition === true ? yes : no),
  coalesce: (values) => values.find(isTrue),
  empty: ([value]) => !isTrue(value),
  all: (values) => values.every(isTrue),
  any: (values) => values.some(isTrue),
  kindOf: ([value]) => kind(value),
  kindIs: ([name, value]) => kind(value) === name,
  typeOf: ([value]) => typeName(value),
  typeIs: ([name, value]) => typeName(value) === name,
  typeIsLike: ([name, value]) => typeName(value) === name || `*${typeName(value)}` === name,
  semverCompare: ([constraint, version]) => fits(constraint, version),
  required: ([message, value]) => {
    if (value !== undefined && value !== null && value !== '') return value;
    throw new FunctionFailure(String(message));
  },
};
