import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64Decode, base64Encode } from '../../base64.ts';
import { FunctionFailure, WrongType } from '../../template/node.ts';
import { isTrue, type Method, printed, typeName } from '../../template/value.ts';

/** The text that a function was given; other values are refused as Go does. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) throw new WrongType('invalid value; expected string');
  throw new WrongType(`wrong type for value; expected string; got ${typeName(value)}`);
}

/** A value as a text, whatever it is: nothing is the empty one. */
const loose = (value: unknown): string => (value === undefined || value === null ? '' : printed(value));

function indented(value: unknown, count: unknown): string {
  const blanks = ' '.repeat(Number(count));
  return blanks + text(value).replaceAll('\n', `\n${blanks}`);
}

function trunc(count: number, value: string): string {
  if (count < 0) return value.length + count > 0 ? value.slice(count) : value;
  return value.slice(0, count);
}

function trimmed(value: string, signs: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && signs.includes(value[start] as string)) start++;
  while (end > start && signs.includes(value[end - 1] as string)) end--;
  return value.slice(start, end);
}

function pattern(expression: unknown, flags = ''): RegExp {
  try {
    return new RegExp(text(expression), flags);
  } catch {
    throw new FunctionFailure(`error parsing regexp: ${text(expression)}`);
  }
}

const words = (value: string) =>
  value
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[\s_.-]+/)
    .filter(Boolean);
const titled = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** Sprig's functions of texts, as charts use them. Source: `github.com/Masterminds/sprig/v3`. */
export const TEXTS: Readonly<Record<string, Method>> = {
  quote: (values) =>
    values
      .filter((value) => value !== undefined && value !== null)
      .map((value) => JSON.stringify(printed(value)))
      .join(' '),
  squote: (values) =>
    values
      .filter((value) => value !== undefined && value !== null)
      .map((value) => `'${printed(value)}'`)
      .join(' '),
  indent: ([count, value]) => indented(value, count),
  nindent: ([count, value]) => `\n${indented(value, count)}`,
  trunc: ([count, value]) => trunc(Number(count), text(value)),
  trim: ([value]) => text(value).trim(),
  trimAll: ([signs, value]) => trimmed(text(value), text(signs)),
  trimSuffix: ([suffix, value]) =>
    text(value).endsWith(text(suffix)) ? text(value).slice(0, text(value).length - text(suffix).length) : value,
  trimPrefix: ([prefix, value]) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : value,
  upper: ([value]) => text(value).toUpperCase(),
  lower: ([value]) => text(value).toLowerCase(),
  title: ([value]) => text(value).replace(/(^|\s)(\S)/g, (_, space, letter) => space + letter.toUpperCase()),
  untitle: ([value]) => text(value).replace(/(^|\s)(\S)/g, (_, space, letter) => space + letter.toLowerCase()),
  repeat: ([count, value]) => text(value).repeat(Number(count)),
  substr: ([start, end, value]) =>
    text(value).slice(Math.max(0, Number(start)), Number(end) < 0 ? undefined : Number(end)),
  nospace: ([value]) => text(value).replace(/\s/g, ''),
  replace: ([old, fresh, value]) => text(value).replaceAll(text(old), () => text(fresh)),
  contains: ([part, value]) => text(value).includes(text(part)),
  hasPrefix: ([prefix, value]) => text(value).startsWith(text(prefix)),
  hasSuffix: ([suffix, value]) => text(value).endsWith(text(suffix)),
  cat: (values) =>
    values
      .filter((value) => value !== undefined && value !== null)
      .map((value) => printed(value))
      .join(' '),
  plural: ([one, many, count]) => (Number(count) === 1 ? one : many),
  snakecase: ([value]) => words(text(value)).join('_').toLowerCase(),
  kebabcase: ([value]) => words(text(value)).join('-').toLowerCase(),
  camelcase: ([value]) => words(text(value)).map(titled).join(''),
  toString: (values?: readonly unknown[]) => loose(values?.[0]),
  b64enc: ([value]) => base64Encode(text(value)),
  b64dec: ([value]) => base64Decode(text(value)) ?? 'illegal base64 data',
  sha1sum: ([value]) => bytesToHex(sha1(utf8ToBytes(text(value)))),
  sha256sum: ([value]) => bytesToHex(sha256(utf8ToBytes(text(value)))),
  sha512sum: ([value]) => bytesToHex(sha512(utf8ToBytes(text(value)))),
  regexMatch: ([expression, value]) => pattern(expression).test(text(value)),
  regexFind: ([expression, value]) => pattern(expression).exec(text(value))?.[0] ?? '',
  regexFindAll: ([expression, value, count]) => {
    const all = text(value).match(pattern(expression, 'g')) ?? [];
    return Number(count) < 0 ? [...all] : all.slice(0, Number(count));
  },
  regexReplaceAll: ([expression, value, fresh]) =>
    text(value).replace(pattern(expression, 'g'), text(fresh).replace(/\$\{(\w+)\}/g, '$$$1')),
  regexReplaceAllLiteral: ([expression, value, fresh]) =>
    text(value).replace(pattern(expression, 'g'), () => text(fresh)),
  regexSplit: ([expression, value]) => text(value).split(pattern(expression)),
  fail: ([message]) => {
    throw new FunctionFailure(text(message));
  },
  default: ([standard, value]) => (isTrue(value) ? value : standard),
};
