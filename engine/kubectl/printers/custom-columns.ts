import { compactJson } from '../codec/json.ts';
import { failure } from '../failure.ts';
import { JsonPathError } from '../jsonpath/error.ts';
import { JsonPath } from '../jsonpath/evaluate.ts';
import { relaxedPath } from './relaxed-path.ts';
import { TABLE_TABS, TabWriter } from './tab-writer.ts';

interface CustomColumn {
  readonly header: string;
  readonly path: JsonPath;
}

/** Prints objects as `-o custom-columns=NAME:.metadata.name,…`; headers come once. */
export class CustomColumnsPrinter {
  private readonly columns: readonly CustomColumn[];
  private readonly writer = new TabWriter(TABLE_TABS);
  private isStarted: boolean;

  constructor(specification: string, noHeaders: boolean) {
    if (specification === '') throw failure('custom-columns format specified but no custom columns given');
    this.columns = specification.split(',').map((part) => {
      const colon = part.indexOf(':');
      if (colon < 0) throw failure(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
      return { header: part.slice(0, colon), path: columnPath(part.slice(colon + 1)) };
    });
    this.isStarted = noHeaders;
  }

  print(objects: readonly unknown[]): string {
    const lines = objects.map((object) => this.columns.map((column) => cell(column.path.values(object))).join('\t'));
    if (!this.isStarted) lines.unshift(this.columns.map((column) => column.header).join('\t'));
    this.isStarted = true;
    return this.writer.align(lines.map((line) => `${line}\n`).join(''));
  }
}

function columnPath(text: string): JsonPath {
  try {
    return new JsonPath(relaxedPath(text));
  } catch (error) {
    throw error instanceof JsonPathError ? failure(error.message) : error;
  }
}

/** The specification of `-o custom-columns-file`: a line of headers over a line of paths. */
export function columnsOfFile(text: string): string {
  const [headers = '', paths = ''] = text.split('\n');
  const names = headers.trim().split(/\s+/);
  const queries = paths.trim().split(/\s+/);
  if (names.length !== queries.length) {
    throw failure(`number of headers (${names.length}) and field specifications (${queries.length}) don't match`);
  }
  return names.map((name, index) => `${name}:${queries[index]}`).join(',');
}

function cell(values: readonly unknown[]): string {
  if (values.length === 0) return '<none>';
  return values.map((value) => valueText(value)).join(',');
}

/** Values as Go's `%v` writes them. */
function valueText(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(valueText).join(' ')}]`;
  if (typeof value === 'object') {
    const map = JSON.parse(compactJson(value)) as Record<string, unknown>;
    return `map[${Object.entries(map)
      .map(([key, item]) => `${key}:${valueText(item)}`)
      .join(' ')}]`;
  }
  return String(value);
}
