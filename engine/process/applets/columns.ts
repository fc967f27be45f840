import { print, type Script } from '../program.ts';
import { type AppletTable, linesOf, parseOptions, readInputs, refuseOption } from './applet.ts';

/** `paste [-s] [-d LETTERS] [FILE]…`: lines side by side, or with `-s` the lines of each file in one. */
const paste: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'sd:');
  if (options.unknown) return yield* refuseOption('paste', options.unknown);
  const { inputs, failed } = yield* readInputs('paste', options.operands);
  const letters = (options.values.d ?? '\t').replaceAll('\\t', '\t').replaceAll('\\n', '\n').replaceAll('\\0', '');
  const joined = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === cells.length - 1 ? cell : cell + (letters[at % letters.length] ?? ''))).join('');
  const files = inputs.map(({ text }) => linesOf(text));
  const rows = options.flags.has('s')
    ? files
    : Array.from({ length: Math.max(0, ...files.map((lines) => lines.length)) }, (_, row) =>
        files.map((lines) => lines[row] ?? ''),
      );
  for (const row of rows) yield* print(`${joined(row)}\n`);
  return failed ? 1 : 0;
};

const TAB = 8;

/** How far a text reaches on a screen, from a column on. */
function advance(column: number, letter: string): number {
  return letter === '\t' ? column + TAB - (column % TAB) : letter === '\b' ? Math.max(0, column - 1) : column + 1;
}

/** `fold [-s] [-w WIDTH] [FILE]…`. */
const fold: Script = function* ({ argv }) {
  const words = argv.slice(1).map((word) => (/^-\d+$/.test(word) ? `-w${word.slice(1)}` : word));
  const options = parseOptions(words, 'bsw:');
  if (options.unknown) return yield* refuseOption('fold', options.unknown);
  const { inputs, failed } = yield* readInputs('fold', options.operands);
  const width = Number(options.values.w ?? 80);
  for (const { text } of inputs)
    for (const line of text.split(/(?<=\n)/)) yield* print(folded(line, width, options.flags.has('s')));
  return failed ? 1 : 0;
};

function folded(line: string, width: number, atBlanks: boolean): string {
  let result = '';
  let row = '';
  let column = 0;
  for (const letter of line) {
    if (letter !== '\n' && advance(column, letter) > width && row !== '') {
      const blank = atBlanks ? row.lastIndexOf(' ') : -1;
      result += `${blank >= 0 ? row.slice(0, blank + 1) : row}\n`;
      row = blank >= 0 ? row.slice(blank + 1) : '';
      column = [...row].reduce(advance, 0);
    }
    row += letter;
    column = advance(column, letter);
  }
  return result + row;
}

/** `nl [FILE]…`: numbers before lines that are not empty. */
const nl: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'b:w:s:v:');
  if (options.unknown) return yield* refuseOption('nl', options.unknown);
  const { inputs, failed } = yield* readInputs('nl', options.operands);
  const { b = 't', w = '6', s = '\t', v = '1' } = options.values;
  let number = Number(v);
  for (const { text } of inputs)
    for (const line of linesOf(text)) {
      const isNumbered = b === 'a' || (b === 't' && line !== '');
      yield* print(
        `${isNumbered ? String(number++).padStart(Number(w)) + s : ' '.repeat(Number(w) + s.length)}${line}\n`,
      );
    }
  return failed ? 1 : 0;
};

/** `expand [-t WIDTH] [FILE]…`: blanks in place of tabs. */
const expand: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'it:', { tabs: 't', initial: 'i' });
  if (options.unknown) return yield* refuseOption('expand', options.unknown);
  const { inputs, failed } = yield* readInputs('expand', options.operands);
  const width = Number(options.values.t ?? TAB);
  for (const { text } of inputs)
    for (const line of text.split(/(?<=\n)/)) {
      let result = '';
      for (const letter of line) result += letter === '\t' ? ' '.repeat(width - (result.length % width)) : letter;
      yield* print(result);
    }
  return failed ? 1 : 0;
};

/** What stands in columns or rows of a text. */
export const columnApplets: AppletTable = { paste, fold, nl, expand };
