import { floatText, isMap, printed, typeName } from './value.ts';

const VERB = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%])/g;

/** Go's `fmt.Sprintf`, for the verbs that templates use. */
export function formatted(format: string, values: readonly unknown[]): string {
  let used = 0;
  const text = format.replace(
    VERB,
    (all, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const next = () => (used < values.length ? values[used++] : undefined);
      const wide = width === '*' ? Number(next()) : Number(width ?? 0);
      const hasPrecision = all.includes('.');
      const exact = precision === '*' ? Number(next()) : hasPrecision ? Number(precision ?? 0) : undefined;
      if (used >= values.length) return `%!${verb}(MISSING)`;
      return padded(verbText(verb, flags, exact, next()), flags, wide);
    },
  );
  if (used >= values.length) return text;
  const extra = values.slice(used).map((value) => `${typeName(value)}=${printed(value)}`);
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function verbText(verb: string, flags: string, precision: number | undefined, value: unknown): string {
  const text = VERBS[verb]?.(value, precision, flags);
  if (text !== undefined) return text;
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${printed(value)})`;
}

type Verb = (value: unknown, precision: number | undefined, flags: string) => string | undefined;

const whole = (value: unknown, radix: number): string | undefined =>
  typeof value === 'bigint' ? value.toString(radix) : undefined;

const signed = (text: string | undefined, flags: string): string | undefined =>
  text !== undefined && flags.includes('+') && !text.startsWith('-') ? `+${text}` : text;

const hex = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? [...value].map((letter) => (letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0')).join('')
    : whole(value, 16);

/** A list is formatted item by item. */
function each(value: unknown, write: (item: unknown) => string): string {
  return Array.isArray(value) ? `[${value.map(write).join(' ')}]` : write(value);
}

const VERBS: Readonly<Record<string, Verb>> = {
  v: (value) => printed(value ?? null),
  d: (value, _, flags) => signed(whole(value, 10), flags),
  s: (value, precision) =>
    each(value, (item) => {
      if (typeof item !== 'string' && !isMap(item)) return verbFault('s', item);
      return typeof item === 'string' ? (precision === undefined ? item : item.slice(0, precision)) : printed(item);
    }),
  q: (value) => each(value, (item) => (typeof item === 'string' ? JSON.stringify(item) : verbFault('q', item))),
  t: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  T: (value) => typeName(value),
  f: (value, precision, flags) => signed(typeof value === 'number' ? value.toFixed(precision ?? 6) : undefined, flags),
  g: (value) => (typeof value === 'number' ? floatText(value) : undefined),
  x: hex,
  X: (value) => hex(value)?.toUpperCase(),
  o: (value) => whole(value, 8),
  b: (value) => whole(value, 2),
  c: (value) => (typeof value === 'bigint' ? String.fromCodePoint(Number(value)) : undefined),
};

function verbFault(verb: string, value: unknown): string {
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${printed(value)})`;
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
