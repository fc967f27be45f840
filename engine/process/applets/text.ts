import { complain, print, read, readAll, type Script, type Syscall } from '../program.ts';
import { type AppletTable, linesOf, parseOptions, readInputs, refuseOption, textOf } from './applet.ts';

/** Standard input is passed on as it comes, so that `cat` in a pipe does not hold anything back. */
const cat: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'nAevtu');
  if (options.unknown) return yield* refuseOption('cat', options.unknown);
  const isNumbered = options.flags.has('n');
  const hasMarks = ['A', 'e', 't', 'v'].some((flag) => options.flags.has(flag));
  let number = 0;
  let status = 0;
  for (const name of options.operands.length === 0 ? ['-'] : options.operands) {
    if (name === '-' && !isNumbered && !hasMarks) {
      for (let part = yield* read(0); part !== null; part = yield* read(0)) yield* print(part);
      continue;
    }
    const { inputs, failed } = yield* readInputs('cat', [name]);
    if (failed) status = 1;
    for (const { text: plain } of inputs) {
      const text = hasMarks ? marked(plain, options.flags) : plain;
      yield* print(isNumbered ? text.replace(/^(?=[\s\S])/gm, () => `${String(++number).padStart(6)}\t`) : text);
    }
  }
  return status;
};

/** `-v`: control characters as `^X`; `-e` ends of lines as `$`, `-t` tabs as `^I`, `-A` all of it. */
function marked(text: string, flags: ReadonlySet<string>): string {
  const hasEnds = flags.has('e') || flags.has('A');
  const hasTabs = flags.has('t') || flags.has('A');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be shown
  return text.replace(/[\x00-\x1f\x7f]/g, (letter) => {
    if (letter === '\n') return hasEnds ? '$\n' : letter;
    if (letter === '\t' && !hasTabs) return letter;
    return letter === '\x7f' ? '^?' : `^${String.fromCharCode(letter.charCodeAt(0) + 64)}`;
  });
}

/** `-5` is an old way to say `-n 5`. */
function withOldCount(words: readonly string[]): string[] {
  return words.map((word, at) =>
    /^-\d+$/.test(word) && !/^-[nc]$/.test(words[at - 1] ?? '') ? `-n${word.slice(1)}` : word,
  );
}

/** More zeros than these are no text to carry: `dd` and `truncate` make big files. */
const ZEROS = 2 ** 20;

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  k: 1024,
  K: 1024,
  m: 2 ** 20,
  M: 2 ** 20,
  G: 2 ** 30,
};

/** `100`, `10k`, `2M`. */
function bytesOf(text: string): number {
  const match = /^(\d+)([bkKmMG]?)$/.exec(text);
  return match ? Number(match[1]) * (FACTORS[match[2] as string] ?? 1) : 0;
}

const head: Script = function* ({ argv }) {
  const options = parseOptions(withOldCount(argv.slice(1)), 'n:c:qv');
  if (options.unknown) return yield* refuseOption('head', options.unknown);
  if (options.operands.length === 0) return yield* headOfInput(options.values.c, Number(options.values.n ?? 10));
  if (options.values.c !== undefined && options.operands[0] === '/dev/zero') {
    const zeros = bytesOf(options.values.c);
    if (zeros <= ZEROS) yield* print('\0'.repeat(zeros));
    else yield* complain('head: more than 1 MiB of zeros are not simulated: say dd if=/dev/zero of=FILE\n');
    return zeros <= ZEROS ? 0 : 1;
  }
  const { inputs, failed } = yield* readInputs('head', options.operands);
  for (const [index, { name, text }] of inputs.entries()) {
    if (inputs.length > 1 && !options.flags.has('q')) yield* print(`${index > 0 ? '\n' : ''}==> ${name} <==\n`);
    yield* print(
      options.values.c === undefined
        ? firstLines(text, Number(options.values.n ?? 10))
        : text.slice(0, bytesOf(options.values.c)),
    );
  }
  return failed ? 1 : 0;
};

/** Reads no more than it needs, so that it ends a program that writes for ever. */
const headOfInput = function* (bytes: string | undefined, lines: number): Generator<Syscall, number, unknown> {
  let text = '';
  const isEnough = () =>
    bytes === undefined ? lines >= 0 && text.split('\n').length > lines : text.length >= bytesOf(bytes);
  while (!isEnough()) {
    const part = yield* read(0);
    if (part === null) break;
    text += part;
  }
  yield* print(bytes === undefined ? firstLines(text, lines) : text.slice(0, bytesOf(bytes)));
  return 0;
};

function firstLines(text: string, count: number): string {
  const lines = text.split(/(?<=\n)/);
  return (count < 0 ? lines.slice(0, count) : lines.slice(0, count)).join('');
}

const tail: Script = function* ({ argv }) {
  const options = parseOptions(withOldCount(argv.slice(1)), 'n:c:qvf');
  if (options.unknown) return yield* refuseOption('tail', options.unknown);
  const { inputs, failed } = yield* readInputs('tail', options.operands);
  for (const [index, { name, text }] of inputs.entries()) {
    if (inputs.length > 1 && !options.flags.has('q')) yield* print(`${index > 0 ? '\n' : ''}==> ${name} <==\n`);
    const { c, n = '10' } = options.values;
    if (c !== undefined) yield* print(c.startsWith('+') ? text.slice(Number(c) - 1) : text.slice(-Number(c)));
    else yield* print(lastLines(text, n));
  }
  for (let size = inputs[0]?.text.length ?? 0; options.flags.has('f') && options.operands[0] !== undefined; ) {
    yield { call: 'sleep', milliseconds: 1000 };
    const { inputs: now } = yield* readInputs('tail', [options.operands[0]]);
    yield* print(now[0]?.text.slice(size) ?? '');
    size = now[0]?.text.length ?? size;
  }
  return failed ? 1 : 0;
};

function lastLines(text: string, count: string): string {
  const lines = text.split(/(?<=\n)/);
  if (count.startsWith('+')) return lines.slice(Math.max(0, Number(count) - 1)).join('');
  return Number(count) === 0 ? '' : lines.slice(-Math.abs(Number(count))).join('');
}

const wc: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'lwcmL');
  if (options.unknown) return yield* refuseOption('wc', options.unknown);
  const { inputs, failed } = yield* readInputs('wc', options.operands);
  const wanted =
    options.flags.size === 0 ? ['l', 'w', 'c'] : ['l', 'w', 'c', 'm', 'L'].filter((flag) => options.flags.has(flag));
  const rows = inputs.map(({ name, text }) => ({ name: name === '-' ? '' : name, counts: countsOf(text) }));
  if (rows.length > 1) rows.push({ name: 'total', counts: totalOf(rows.map((row) => row.counts)) });
  for (const { name, counts } of rows) {
    const numbers = wanted.map((flag) => String(counts[flag] ?? 0));
    const cells = wanted.length === 1 ? numbers : numbers.map((number) => number.padStart(9));
    yield* print(`${cells.join(' ')}${name === '' ? '' : ` ${name}`}\n`);
  }
  return failed ? 1 : 0;
};

function countsOf(text: string): Record<string, number> {
  return {
    l: text.split('\n').length - 1,
    w: text.split(/\s+/).filter((word) => word !== '').length,
    c: utf8Length(text),
    m: [...text].length,
    L: Math.max(0, ...linesOf(text).map((line) => line.length)),
  };
}

function totalOf(all: readonly Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all)
    for (const [flag, count] of Object.entries(counts)) total[flag] = (total[flag] ?? 0) + count;
  return total;
}

function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, 'x').length;
}

const sort: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'nrufk:t:Vbhs');
  if (options.unknown) return yield* refuseOption('sort', options.unknown);
  const { inputs, failed } = yield* readInputs('sort', options.operands);
  const lines = inputs.flatMap(({ text }) => linesOf(text));
  const key = sortKey(options.values.k, options.values.t);
  const isNumeric =
    options.flags.has('n') || /n/.test(options.values.k ?? '') || options.flags.has('V') || options.flags.has('h');
  const compare = (left: string, right: string) => {
    const first = key(left);
    const second = key(right);
    const order = isNumeric ? compareNumbers(first, second) : compareTexts(first, second, options.flags.has('f'));
    return order !== 0 || options.flags.has('s') ? order : compareTexts(left, right, false);
  };
  const sorted = [...lines].sort((left, right) =>
    options.flags.has('r') ? compare(right, left) : compare(left, right),
  );
  const result = options.flags.has('u')
    ? sorted.filter((line, at) => at === 0 || compare(sorted[at - 1] as string, line) !== 0)
    : sorted;
  yield* print(textOf(result));
  return failed ? 2 : 0;
};

function sortKey(field: string | undefined, separator: string | undefined): (line: string) => string {
  const range = /^(\d+)(?:\.\d+)?[a-z]*(?:,(\d+))?/.exec(field ?? '');
  if (!range) return (line) => line;
  const from = Number(range[1]) - 1;
  const to = range[2] === undefined ? undefined : Number(range[2]);
  return (line) =>
    (separator === undefined ? line.trim().split(/\s+/) : line.split(separator)).slice(from, to).join(separator ?? ' ');
}

function compareNumbers(left: string, right: string): number {
  return (Number.parseFloat(left) || 0) - (Number.parseFloat(right) || 0);
}

function compareTexts(left: string, right: string, isFolded: boolean): number {
  const first = isFolded ? left.toUpperCase() : left;
  const second = isFolded ? right.toUpperCase() : right;
  return first < second ? -1 : first > second ? 1 : 0;
}

const uniq: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'cdui');
  if (options.unknown) return yield* refuseOption('uniq', options.unknown);
  const { inputs, failed } = yield* readInputs('uniq', options.operands.slice(0, 1));
  const groups: { line: string; count: number }[] = [];
  for (const line of inputs.flatMap(({ text }) => linesOf(text))) {
    const last = groups[groups.length - 1];
    const isSame =
      last && (options.flags.has('i') ? last.line.toLowerCase() === line.toLowerCase() : last.line === line);
    if (isSame) last.count++;
    else groups.push({ line, count: 1 });
  }
  const shown = groups.filter(
    ({ count }) => (!options.flags.has('d') || count > 1) && (!options.flags.has('u') || count === 1),
  );
  yield* print(
    textOf(shown.map(({ line, count }) => (options.flags.has('c') ? `${String(count).padStart(7)} ${line}` : line))),
  );
  return failed ? 1 : 0;
};

const cut: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'd:f:c:b:s');
  if (options.unknown) return yield* refuseOption('cut', options.unknown);
  const { inputs, failed } = yield* readInputs('cut', options.operands);
  const characters = options.values.c ?? options.values.b;
  const chosen = ranges(characters ?? options.values.f ?? '');
  const separator = options.values.d ?? '\t';
  const lines = inputs
    .flatMap(({ text }) => linesOf(text))
    .flatMap((line) => {
      if (characters !== undefined) return [[...line].filter((_, at) => chosen(at + 1)).join('')];
      if (!line.includes(separator)) return options.flags.has('s') ? [] : [line];
      return [
        line
          .split(separator)
          .filter((_, at) => chosen(at + 1))
          .join(separator),
      ];
    });
  yield* print(textOf(lines));
  return failed ? 1 : 0;
};

/** `1,3-5,7-` as a question about a place counted from 1. */
function ranges(list: string): (place: number) => boolean {
  const parsed = list.split(',').map((part) => {
    const [from = '', to] = part.split('-');
    return {
      from: from === '' ? 1 : Number(from),
      to: to === undefined ? Number(from) : to === '' ? Number.POSITIVE_INFINITY : Number(to),
    };
  });
  return (place) => parsed.some(({ from, to }) => place >= from && place <= to);
}

const tee: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'ai');
  if (options.unknown) return yield* refuseOption('tee', options.unknown);
  const text = yield* readAll(0);
  yield* print(text);
  for (const path of options.operands) yield { call: 'writeFile', path, text, append: options.flags.has('a') };
  return 0;
};

const seq: Script = function* ({ argv }) {
  const options = parseOptions(
    argv.slice(1).map((word) => (/^-\d/.test(word) ? ` ${word}` : word)),
    'w s:'.replace(' ', ''),
  );
  if (options.unknown) return yield* refuseOption('seq', options.unknown);
  const numbers = options.operands.map(Number);
  const [first, step, last] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  const values: string[] = [];
  if (first === undefined || step === undefined || last === undefined || !numbers.every(Number.isFinite) || step === 0)
    return 1;
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) values.push(String(value));
  const width = Math.max(...values.map((value) => value.length), 0);
  const padded = options.flags.has('w') ? values.map((value) => value.padStart(width, '0')) : values;
  if (padded.length > 0) yield* print(`${padded.join(options.values.s ?? '\n')}\n`);
  return 0;
};

const rev: Script = function* ({ argv }) {
  const { inputs, failed } = yield* readInputs('rev', argv.slice(1));
  yield* print(textOf(inputs.flatMap(({ text }) => linesOf(text)).map((line) => [...line].reverse().join(''))));
  return failed ? 1 : 0;
};

const tac: Script = function* ({ argv }) {
  const { inputs, failed } = yield* readInputs('tac', argv.slice(1));
  yield* print(textOf(inputs.flatMap(({ text }) => linesOf(text)).reverse()));
  return failed ? 1 : 0;
};

export const textApplets: AppletTable = {
  cat,
  head,
  tail,
  wc,
  sort,
  uniq,
  cut,
  tee,
  seq,
  rev,
  tac,
  less: cat,
  more: cat,
};
