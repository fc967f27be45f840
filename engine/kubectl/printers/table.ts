import { at } from '../codec/json.ts';
import { TABLE_TABS, TabWriter } from './tab-writer.ts';

/** `meta/v1 Table` as the server sends it. */
export interface Table {
  readonly kind: 'Table';
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  /** Only the first table of a watch has them. */
  readonly columnDefinitions?: readonly Column[] | null;
  readonly rows: readonly Row[];
}

export interface Column {
  readonly name: string;
  readonly type?: string;
  readonly priority?: number;
}

export interface Row {
  readonly cells: readonly unknown[];
  readonly object?: unknown;
}

export interface TableOptions {
  readonly isWide?: boolean;
  readonly noHeaders?: boolean;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  readonly withNamespace?: boolean;
  /** `pod`, `deployment.apps`: written before each name. */
  readonly kind?: string;
}

/** Prints tables, one after the other when watching: widths only grow, headers come once. */
export class TablePrinter {
  private readonly options: TableOptions;
  private readonly writer = new TabWriter(TABLE_TABS);
  private columns: readonly Column[] = [];
  private hasHeader = false;

  constructor(options: TableOptions) {
    this.options = options;
  }

  /** `event` is the first cell of each row with `--output-watch-events`. */
  print(table: Table, event?: string): string {
    if (table.columnDefinitions?.length) this.columns = table.columnDefinitions;
    const lines: string[] = [];
    if (!this.hasHeader && !this.options.noHeaders && table.rows.length > 0) {
      lines.push(this.header(event !== undefined));
      this.hasHeader = true;
    }
    for (const row of table.rows) lines.push(this.row(row, event));
    return this.writer.align(lines.map((line) => `${line}\n`).join(''));
  }

  private header(withEvent: boolean): string {
    const names = this.columns.filter((column) => this.isShown(column)).map((column) => column.name.toUpperCase());
    return [
      ...(withEvent ? ['EVENT'] : []),
      ...(this.options.withNamespace ? ['NAMESPACE'] : []),
      ...names,
      ...(this.options.labelColumns ?? []).map((label) => (label.split('/').at(-1) as string).toUpperCase()),
      ...(this.options.showLabels ? ['LABELS'] : []),
    ].join('\t');
  }

  private row(row: Row, event: string | undefined): string {
    const labels = (at(row.object, 'metadata', 'labels') ?? {}) as Record<string, string>;
    const cells = this.columns.flatMap((column, index) => (this.isShown(column) ? [cellText(row.cells[index])] : []));
    if (this.options.kind) cells[0] = `${this.options.kind}/${cells[0]}`;
    return [
      ...(event === undefined ? [] : [event]),
      ...(this.options.withNamespace ? [at(row.object, 'metadata', 'namespace') ?? ''] : []),
      ...cells,
      ...(this.options.labelColumns ?? []).map((label) => labels[label] ?? ''),
      ...(this.options.showLabels ? [labelsText(labels)] : []),
    ].join('\t');
  }

  private isShown(column: Column): boolean {
    return this.options.isWide || (column.priority ?? 0) === 0;
  }
}

/** `a=b,c=d`, sorted; `<none>` without labels. */
function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const names = Object.keys(labels ?? {}).sort();
  return names.length === 0 ? '<none>' : names.map((name) => `${name}=${labels?.[name]}`).join(',');
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return Array.isArray(cell) ? `[${cell.map(cellText).join(' ')}]` : String(cell);
  const line = /[\f\n\r]/.exec(cell);
  return line ? `${cell.slice(0, line.index)}...` : cell;
}
