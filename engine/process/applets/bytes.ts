import { utf8ToBytes } from '@noble/hashes/utils.js';
import { complain, print, type Script } from '../program.ts';
import { type AppletTable, parseOptions, readInputs, refuseOption } from './applet.ts';

const ROW = 16;

const hexadecimal = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** A byte as a letter, where it is one. */
const letterOf = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.');

function rowsOf(bytes: Uint8Array, length = ROW): { readonly at: number; readonly row: readonly number[] }[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) => ({
    at: index * length,
    row: [...bytes.slice(index * length, (index + 1) * length)],
  }));
}

const NAMES: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

const CELLS: Readonly<Record<string, (byte: number) => string>> = {
  c: (byte) =>
    (
      NAMES[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
    ).padStart(4),
  b: (byte) => ` ${byte.toString(8).padStart(3, '0')}`,
  x: (byte) => ` ${hexadecimal(byte, 2)}`,
  u: (byte) => String(byte).padStart(4),
};

/** `od [-c | -b | -t x1 | -t u1] [-A n] [FILE]…`: bytes, sixteen in a row; without an option as octal words. */
const od: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'cbxvA:t:N:');
  if (options.unknown) return yield* refuseOption('od', options.unknown);
  const { inputs, failed } = yield* readInputs('od', options.operands);
  const all = utf8ToBytes(inputs.map(({ text }) => text).join(''));
  const bytes = options.values.N === undefined ? all : all.slice(0, Number(options.values.N));
  const { t = '' } = options.values;
  const form =
    options.flags.has('c') || t === 'c' ? 'c' : options.flags.has('b') ? 'b' : /^[xu]1$/.test(t) ? t[0] : undefined;
  const hasPlaces = options.values.A !== 'n';
  const place = (at: number): string => (hasPlaces ? at.toString(8).padStart(7, '0') : '');
  for (const { at, row } of rowsOf(bytes)) {
    const cell = form === undefined ? undefined : CELLS[form];
    yield* print(`${place(at)}${cell ? row.map(cell).join('') : words(row, options.flags.has('x'))}\n`);
  }
  if (hasPlaces) yield* print(`${place(bytes.length)}\n`);
  return failed ? 1 : 0;
};

/** Two bytes a word, the lower one first. */
function words(row: readonly number[], isHexadecimal: boolean): string {
  let text = '';
  for (let at = 0; at < row.length; at += 2) {
    const word = (row[at] ?? 0) + 256 * (row[at + 1] ?? 0);
    text += ` ${isHexadecimal ? hexadecimal(word, 4) : word.toString(8).padStart(6, '0')}`;
  }
  return text;
}

/** `hexdump -C [FILE]…`. */
const hexdump: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'Cvn:');
  if (options.unknown) return yield* refuseOption('hexdump', options.unknown);
  const { inputs, failed } = yield* readInputs('hexdump', options.operands);
  const all = utf8ToBytes(inputs.map(({ text }) => text).join(''));
  const bytes = options.values.n === undefined ? all : all.slice(0, Number(options.values.n));
  const isCanonical = options.flags.has('C') || argv[0]?.endsWith('hd') === true;
  for (const { at, row } of rowsOf(bytes)) {
    const half = (from: number): string =>
      row
        .slice(from, from + 8)
        .map((byte) => `${hexadecimal(byte, 2)} `)
        .join('');
    yield* print(
      isCanonical
        ? `${hexadecimal(at, 8)}  ${`${half(0)} ${half(8)}`.padEnd(50)}|${row.map(letterOf).join('')}|\n`
        : `${hexadecimal(at, 7)}${words(row, true)}\n`,
    );
  }
  if (bytes.length > 0) yield* print(`${hexadecimal(bytes.length, isCanonical ? 8 : 7)}\n`);
  return failed ? 1 : 0;
};

/** `xxd [FILE]`. */
const xxd: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'pl:');
  if (options.unknown) return yield* refuseOption('xxd', options.unknown);
  const { inputs, failed } = yield* readInputs('xxd', options.operands);
  const all = utf8ToBytes(inputs.map(({ text }) => text).join(''));
  const bytes = options.values.l === undefined ? all : all.slice(0, Number(options.values.l));
  const isPlain = options.flags.has('p');
  for (const { at, row } of rowsOf(bytes, isPlain ? 30 : ROW)) {
    const pairs = row.map((byte, index) => hexadecimal(byte, 2) + (index % 2 === 1 ? ' ' : '')).join('');
    yield* print(
      isPlain
        ? `${row.map((byte) => hexadecimal(byte, 2)).join('')}\n`
        : `${hexadecimal(at, 8)}: ${pairs.padEnd(40)} ${row.map(letterOf).join('')}\n`,
    );
  }
  return failed ? 1 : 0;
};

/** `cmp FILE1 FILE2`: where two files begin to differ. */
const cmp: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 's');
  if (options.unknown) return yield* refuseOption('cmp', options.unknown);
  const [one = '-', other = '-'] = options.operands;
  const { inputs, failed } = yield* readInputs('cmp', [one, other]);
  if (failed) return 2;
  const [left, right] = inputs.map(({ text }) => utf8ToBytes(text)) as [Uint8Array, Uint8Array];
  const shortest = Math.min(left.length, right.length);
  let at = 0;
  while (at < shortest && left[at] === right[at]) at++;
  if (at === shortest && left.length === right.length) return 0;
  if (options.flags.has('s')) return 1;
  const line = [...left.slice(0, at)].filter((byte) => byte === 10).length + 1;
  if (at === shortest) yield* complain(`cmp: EOF on ${left.length < right.length ? one : other}\n`);
  else yield* print(`${one} ${other} differ: char ${at + 1}, line ${line}\n`);
  return 1;
};

/** Bytes as numbers. */
export const byteApplets: AppletTable = { od, hexdump, hd: hexdump, xxd, cmp };
