import { splitFields } from './expand.ts';
import { assign, complain, indexed, type Running, type Shell, say, setArray, value } from './shell.ts';
import type { Outcome } from './state.ts';

const ok: Outcome = { status: 0 };

/** `read [-r] [-n COUNT] [-p PROMPT] NAME…`; what `-n` leaves of a line is not kept for the next reader. */
export function* read(shell: Shell, words: readonly string[]): Running<Outcome> {
  let raw = false;
  let prompt = '';
  let array: string | undefined;
  let most = Number.POSITIVE_INFINITY;
  let index = 0;
  for (; /^-[a-zA-Z]/.test(words[index] ?? ''); index++) {
    const word = words[index] as string;
    if (word.includes('r')) raw = true;
    if (word.endsWith('p')) prompt = words[++index] ?? '';
    else if (word.endsWith('a')) array = words[++index];
    else if (/n\d*$/.test(word)) most = Number(/\d+$/.exec(word)?.[0] ?? words[++index]);
    else if (/[tNdu]$/.test(word)) index++;
  }
  const names = words.slice(index);
  if (prompt !== '' && shell.interactive) yield* say(shell, 2, prompt);
  let line = '';
  let ended = false;
  for (;;) {
    const part = (yield { call: 'read', fd: shell.descriptors[0] ?? 0, line: true }) as string | null;
    if (part === null) {
      ended = true;
      break;
    }
    line += part;
    if (!raw && /(?:^|[^\\])(?:\\\\)*\\\n$/.test(line)) {
      line = line.slice(0, -2);
      continue;
    }
    if (line.endsWith('\n')) break;
  }
  line = line.replace(/\n$/, '').slice(0, most);
  const text = raw ? line : line.replace(/\\(.)/g, '$1');
  if (array === undefined) assignFields(shell, names, text);
  else setArray(shell, array, indexed(splitFields(shell, text)));
  return ended ? { status: 1, mind: true } : ok;
}

/** Gives each name a field; the last one takes the rest. */
function assignFields(shell: Shell, names: readonly string[], text: string): void {
  const separators = value(shell, 'IFS') ?? ' \t\n';
  if (names.length === 0) {
    assign(shell, 'REPLY', text);
    return;
  }
  const blanks = [...separators].filter((letter) => ' \t\n'.includes(letter));
  const isBlank = (letter: string | undefined) => letter !== undefined && blanks.includes(letter);
  let start = 0;
  let end = text.length;
  while (isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  let rest = text.slice(start, end);
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) {
      assign(shell, name, rest);
      return;
    }
    let length = 0;
    while (length < rest.length && !separators.includes(rest[length] as string)) length++;
    assign(shell, name, rest.slice(0, length));
    let next = length;
    while (isBlank(rest[next])) next++;
    if (next < rest.length && separators.includes(rest[next] as string) && !isBlank(rest[next])) next++;
    while (isBlank(rest[next])) next++;
    rest = rest.slice(next);
  }
}

/** `getopts LETTERS NAME [WORD…]`; where it stands inside a word is kept in `_OPTOFFSET`. */
export function* options(shell: Shell, argv: readonly string[]): Running<Outcome> {
  const [, letters = '', name = ''] = argv;
  const words = argv.length > 3 ? argv.slice(3) : shell.positional;
  const at = Number(value(shell, 'OPTIND') ?? '1');
  const offset = Number(value(shell, '_OPTOFFSET') ?? '1');
  const word = words[at - 1];
  if (word === undefined || !/^-./.test(word) || word === '--') {
    assign(shell, 'OPTIND', String(word === '--' ? at + 1 : at));
    assign(shell, name, '?');
    return { status: 1 };
  }
  const letter = word[offset] as string;
  const isSilent = letters.startsWith(':');
  const known = letter === ':' ? -1 : letters.indexOf(letter, isSilent ? 1 : 0);
  const more = offset + 1 < word.length;
  let next = more ? at : at + 1;
  let found = known < 0 ? '?' : letter;
  if (known >= 0 && letters[known + 1] === ':') {
    const isMissing = !more && words[at] === undefined;
    if (isMissing) found = isSilent ? ':' : '?';
    assign(shell, 'OPTARG', more ? word.slice(offset + 1) : (words[at] ?? (isSilent ? letter : '')));
    if (isMissing && !isSilent) yield* complain(shell, `No arg for -${letter} option`);
    next = more || isMissing ? at + 1 : at + 2;
    assign(shell, '_OPTOFFSET', '1');
  } else {
    assign(shell, '_OPTOFFSET', more ? String(offset + 1) : '1');
  }
  assign(shell, 'OPTIND', String(next));
  if (known < 0 && isSilent) assign(shell, 'OPTARG', letter);
  else if (known < 0) yield* complain(shell, `Illegal option -${letter}`);
  assign(shell, name, found);
  return ok;
}
