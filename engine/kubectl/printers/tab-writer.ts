export interface TabOptions {
  readonly minimum: number;
  readonly padding: number;
  /** Columns never get narrower again, over all texts written: tables while watching. */
  readonly isRemembering?: boolean;
}

/** Columns of tables: `k8s.io/cli-runtime/pkg/printers/tabwriter.go`. */
export const TABLE_TABS: TabOptions = { minimum: 6, padding: 3, isRemembering: true };
/** Columns of descriptions: `k8s.io/kubectl/pkg/describe`. */
export const DESCRIBE_TABS: TabOptions = { minimum: 0, padding: 2 };

/**
 * Elastic tab stops, as Go's `text/tabwriter` sets them: cells end with a tab; neighbouring lines that have a cell in a
 * column share its width; the last cell of a line counts for none.
 */
export class TabWriter {
  private readonly options: TabOptions;
  private readonly remembered: number[] = [];

  constructor(options: TabOptions) {
    this.options = options;
  }

  /** Aligns a text of lines with tabs. */
  align(text: string): string {
    const isEnded = text.endsWith('\n');
    const lines = (isEnded ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
    const out: string[] = [];
    this.format(lines, 0, lines.length, [], out);
    return text === '' ? '' : out.join('\n') + (isEnded ? '\n' : '');
  }

  private format(
    lines: readonly string[][],
    start: number,
    end: number,
    widths: readonly number[],
    out: string[],
  ): void {
    const column = widths.length;
    let from = start;
    for (let at = start; at < end; at++) {
      if (column >= (lines[at] as string[]).length - 1) continue;
      writeLines(lines.slice(from, at), widths, out);
      from = at;
      let width = this.options.minimum;
      for (; at < end && column < (lines[at] as string[]).length - 1; at++) {
        width = Math.max(width, textWidth(lines[at]?.[column] as string) + this.options.padding);
      }
      this.format(lines, from, at, [...widths, this.remember(column, width)], out);
      from = at;
    }
    writeLines(lines.slice(from, end), widths, out);
  }

  private remember(column: number, width: number): number {
    if (!this.options.isRemembering) return width;
    const widest = Math.max(width, this.remembered[column] ?? 0);
    this.remembered[column] = widest;
    return widest;
  }
}

function writeLines(lines: readonly string[][], widths: readonly number[], out: string[]): void {
  for (const line of lines) {
    out.push(line.map((cell, index) => padded(cell, widths[index])).join(''));
  }
}

function padded(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + ' '.repeat(Math.max(0, width - textWidth(cell)));
}

/** Code points, as Go counts. */
function textWidth(text: string): number {
  return [...text].length;
}
