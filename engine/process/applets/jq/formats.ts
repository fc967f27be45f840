import { base64Decode, base64Encode } from '../../../base64.ts';
import { type Fields, JqError, kindOf, shown, type Value } from './value.ts';

/** Strings as they are, everything else as JSON. */
export function text(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

export function listOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (kindOf(value) === 'object') return Object.values(value as Fields);
  throw new JqError(`Cannot iterate over ${kindOf(value)}`);
}

export function fail(message: string): never {
  throw new JqError(message);
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&quot;',
};

/** `@base64`, `@csv` … of a value. */
export function formatted(format: string, value: Value): string {
  switch (format) {
    case 'text':
      return text(value);
    case 'json':
      return JSON.stringify(value);
    case 'base64':
      return base64Encode(text(value));
    case 'base64d':
      return base64Decode(text(value)) ?? fail(`${shown(value)} is not valid base64 data`);
    case 'uri':
      return encodeURIComponent(text(value)).replace(
        /[!'()*]/g,
        (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
      );
    case 'html':
      return text(value).replace(/[&<>'"]/g, (mark) => ESCAPED[mark] ?? mark);
    case 'sh':
      return (Array.isArray(value) ? value : [value])
        .map((each) => (typeof each === 'string' ? `'${each.replaceAll("'", "'\\''")}'` : text(each)))
        .join(' ');
    case 'csv':
      return listOf(value)
        .map((each) => (typeof each === 'string' ? `"${each.replaceAll('"', '""')}"` : each === null ? '' : text(each)))
        .join(',');
    case 'tsv':
      return listOf(value)
        .map((each) =>
          each === null ? '' : text(each).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n'),
        )
        .join('\t');
  }
  return fail(`${format} is not a valid format`);
}
