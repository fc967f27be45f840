import { formatted, listOf, text } from '../jq/formats.ts';
import { type Fields, kindOf, type Value } from '../jq/value.ts';

/** `a.b.0 = x`, a line for each scalar. */
export function propertiesOf(value: Value, path = ''): string {
  if (value === null || typeof value !== 'object')
    return path === '' ? `${text(value)}\n` : `${path} = ${text(value)}\n`;
  return Object.entries(value)
    .map(([key, each]) => propertiesOf(each, path === '' ? key : `${path}.${key}`))
    .join('');
}

/** Rows of a list as comma- or tab-separated values; of a list of maps, with a head. */
export function separated(format: 'csv' | 'tsv', value: Value): string {
  const rows = listOf(value);
  const quoted = (row: Value) =>
    format === 'tsv'
      ? formatted('tsv', row)
      : listOf(row)
          .map((each) =>
            /[",\n]/.test(text(each)) ? `"${text(each).replaceAll('"', '""')}"` : each === null ? '' : text(each),
          )
          .join(',');
  if (!rows.every((row) => kindOf(row) === 'object')) {
    return `${(rows.every(Array.isArray) ? rows : [rows]).map(quoted).join('\n')}\n`;
  }
  const names = [...new Set(rows.flatMap((row) => Object.keys(row as Fields)))];
  return `${[names, ...rows.map((row) => names.map((name) => (row as Fields)[name] ?? null))].map(quoted).join('\n')}\n`;
}
