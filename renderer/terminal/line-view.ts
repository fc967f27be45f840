import { emptyLine, type LineState } from './line-editor.ts';

/** A place on the screen, counted from where the line begins. */
interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Shown in front of the further rows of a line, as a shell does. */
const CONTINUATION = '> ';

/** Columns that a character takes: two for East Asian wide ones and emoji. */
function widthOf(character: string): number {
  return /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\u3000-\u303f\uff00-\uff60\uffe0-\uffe6]/u.test(
    character,
  )
    ? 2
    : 1;
}

/**
 * Draws the line being typed behind the prompt. It remembers how many rows it took, so that it can be erased before
 * something else is written.
 */
export class LineView {
  private start = 0;
  private drawn: Cell = { row: 0, column: 0 };

  /** The prompt has been written: the line begins here. */
  begin(column: number): void {
    this.start = column;
    this.drawn = { row: 0, column };
  }

  /** Takes the line off the screen; the cursor is where it began. */
  erase(): string {
    const up = this.drawn.row > 0 ? `\x1b[${this.drawn.row}A` : '';
    const text = `${up}\x1b[${this.start + 1}G\x1b[J`;
    this.drawn = { row: 0, column: this.start };
    return text;
  }

  /** Draws the line anew, the cursor in its place. */
  draw(state: LineState, columns: number): string {
    const { text, cursor } = shownText(state);
    const end = this.walk(text, text.length, columns);
    const place = this.walk(text, cursor, columns);
    const erased = this.erase();
    const wrap = end.column === 0 && end.row > 0 && !text.endsWith('\n') ? '\r\n' : '';
    const back = end.row > place.row ? `\x1b[${end.row - place.row}A` : '';
    this.drawn = place;
    return `${erased}${text.replaceAll('\n', `\r\n${CONTINUATION}`)}${wrap}${back}\x1b[${place.column + 1}G`;
  }

  /** Draws a line that stays on the screen, and begins the next one behind it. */
  leave(text: string, columns: number): string {
    const drawn = this.draw({ ...emptyLine(), text, cursor: text.length }, columns);
    this.begin(this.drawn.column);
    return drawn;
  }

  /** Where the character at an index stands. */
  private walk(text: string, index: number, columns: number): Cell {
    let row = 0;
    let column = this.start;
    let at = 0;
    for (const character of text) {
      if (at >= index) break;
      at += character.length;
      if (character === '\n') {
        row++;
        column = CONTINUATION.length;
        continue;
      }
      const width = widthOf(character);
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
      if (column === columns) {
        row++;
        column = 0;
      }
    }
    return { row, column };
  }
}

function shownText({ text, cursor, search, history }: LineState): { readonly text: string; readonly cursor: number } {
  if (!search) return { text, cursor };
  const shown = `(reverse-i-search)\`${search.query}': ${history[search.place] ?? ''}`;
  return { text: shown, cursor: shown.length };
}
