/**
 * Field errors as `k8s.io/apimachinery/pkg/util/validation/field` words them. A path is the finished text
 * (`spec.containers[0].image`): cheap to extend, and built only where something is wrong or a list is entered.
 */

/** Reasons as they appear in `details.causes[*].reason`. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** Without the path: `Invalid value: "a": must be …`. */
  readonly message: string;
}

/** What validation collects; most lists stay empty. */
export type ErrorList = FieldError[];

/**
 * The shared empty result, so that a valid object costs no allocation. Frozen: collect into a list of your own.
 */
export const NO_ERRORS: ErrorList = Object.freeze([]) as unknown as ErrorList;

/** `Required value: detail`; the detail may be empty. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}

/** `Invalid value: "a b": detail`. */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${goValue(value)}`, detail) };
}

/** Adds an error for everything that is wrong with a value: nearly always nothing, which costs nothing. */
export function addInvalid(errors: ErrorList, field: string, value: unknown, wrong: readonly string[]): void {
  for (let at = 0; at < wrong.length; at++) errors.push(invalid(field, value, wrong[at] as string));
}

/** `Unsupported value: "X": supported values: "A", "B"`. Kubernetes sorts where its caller holds a set; pass the order wanted. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(quote).join(', ')}`;
  return { type: 'FieldValueNotSupported', field, message: withDetail(`Unsupported value: ${goValue(value)}`, detail) };
}

/** `Forbidden: detail`. */
export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}

/** `Duplicate value: "a"`. */
export function duplicate(field: string, value: unknown, detail = ''): FieldError {
  return { type: 'FieldValueDuplicate', field, message: withDetail(`Duplicate value: ${goValue(value)}`, detail) };
}

/** `Not found: "a"`. */
export function notFound(field: string, value: unknown): FieldError {
  return { type: 'FieldValueNotFound', field, message: `Not found: ${goValue(value)}` };
}

/** `Too long: may not be more than 63 bytes`. */
export function tooLong(field: string, maximum: number): FieldError {
  return { type: 'FieldValueTooLong', field, message: `Too long: may not be more than ${maximum} bytes` };
}

/** `Too many: 11: must have at most 10 items`. */
export function tooMany(field: string, actual: number, maximum: number): FieldError {
  const detail =
    maximum >= 0 ? `must have at most ${maximum} ${maximum === 1 ? 'item' : 'items'}` : 'has too many items';
  return { type: 'FieldValueTooMany', field, message: `Too many: ${actual}: ${detail}` };
}

/**
 * `[a: Required value, b: Forbidden: …]`, or the single error without brackets: how an aggregate of errors reads.
 * Repeated messages appear once (`utilerrors.NewAggregate`).
 */
export function aggregateMessage(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
}

/** A value inside `Invalid value: …`: strings quoted as Go's `%q`, other values as their JSON. */
export function goValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined || value === null) return 'null';
  return JSON.stringify(value);
}

/** A map as Go prints it: keys sorted. */
export function sortedMap<T>(map: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | null {
  if (map === undefined) return null;
  return Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\f': '\\f',
  '\v': '\\v',
  '\b': '\\b',
  '\x07': '\\a',
};

/** Go's `%q` of a string: printable characters stay, the rest is escaped. */
export function quote(text: string): string {
  if (/^[ !#-[\]-~\u00a1-\u00ac\u00ae-\u167f\u3001-\ud7ff]*$/u.test(text)) return `"${text}"`;
  let result = '"';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (character === '"' || character === '\\') result += `\\${character}`;
    else if (ESCAPES[character] !== undefined) result += ESCAPES[character];
    else if (code < 0x20 || code === 0x7f) result += `\\x${code.toString(16).padStart(2, '0')}`;
    else if ((code >= 0x80 && code <= 0xa0) || code === 0xad) result += `\\u${code.toString(16).padStart(4, '0')}`;
    else result += character;
  }
  return `${result}"`;
}

function withDetail(head: string, detail: string): string {
  return detail === '' ? head : `${head}: ${detail}`;
}
