import { arithmetic } from './arithmetic.ts';
import { isPattern, matches, quotePattern, replaced, trimmed, unquotePattern } from './pattern.ts';
import { assign, type Running, type Shell, ShellError, value } from './shell.ts';
import type { Part, Word } from './syntax.ts';

/** Runs a command substitution: the owner of the subshells provides it. Answers its output. */
export interface Substitutions {
  output(shell: Shell, source: string): Running<string>;
  /** A path under which the output (or input) of a command can be opened. */
  path(shell: Shell, source: string, direction: '<' | '>'): Running<string>;
}

/** A piece of an expanded word. `split`: unquoted result of an expansion, open to field splitting. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  readonly split?: boolean;
  /** Starts a new field: between the parameters of `"$@"`. */
  readonly apart?: boolean;
}

const DEFAULT_IFS = ' \t\n';

/** Expands the words of a command into its arguments. */
export function* expandWords(shell: Shell, words: readonly Word[], substitutions: Substitutions): Running<string[]> {
  const result: string[] = [];
  for (const word of words) {
    for (const braced of braces(word)) {
      const only = braced.length === 1 ? braced[0] : undefined;
      if (only?.type === 'text' && (only.quoted || !/[*?[~\\]/.test(only.text))) {
        result.push(only.text);
        continue;
      }
      if (shell.positional.length === 0 && isAllParameters(braced)) continue;
      const pieces = yield* expandParts(shell, tilde(shell, braced), substitutions);
      for (const field of fields(pieces, value(shell, 'IFS') ?? DEFAULT_IFS)) {
        const found = !shell.options['f'] && isPattern(field) ? yield* paths(shell, field) : [];
        if (found.length > 0) result.push(...found);
        else result.push(unquotePattern(field));
      }
    }
  }
  return result;
}

/** Whether a word is nothing but `"$@"`: without parameters it is no word at all. */
function isAllParameters(word: Word): boolean {
  return (
    word.some((part) => part.type === 'parameter' && part.name === '@' && part.operator === undefined) &&
    word.every((part) => (part.type === 'text' ? part.text === '' : part.type === 'parameter' && part.name === '@'))
  );
}

/** Expands a word to one text: assignments, redirections, `case`. */
export function* expandText(shell: Shell, word: Word, substitutions: Substitutions): Running<string> {
  const pieces = yield* expandParts(shell, tilde(shell, word), substitutions);
  return pieces.map((piece) => (piece.apart ? ` ${piece.text}` : piece.text)).join('');
}

/** Expands a word to a pattern: what was quoted matches itself. */
export function* expandPattern(shell: Shell, word: Word, substitutions: Substitutions): Running<string> {
  const pieces = yield* expandParts(shell, tilde(shell, word), substitutions);
  return pieces.map((piece) => (piece.quoted ? quotePattern(piece.text) : piece.text)).join('');
}

function tilde(shell: Shell, word: Word): Word {
  const [first, ...rest] = word;
  if (first?.type !== 'text' || first.quoted || !/^~(?:\/|$)/.test(first.text)) return word;
  if (first.text === '~' && rest.length > 0) return word;
  return [
    { ...first, text: value(shell, 'HOME') ?? '~', quoted: true },
    { ...first, text: first.text.slice(1) },
    ...rest,
  ];
}

function* expandParts(shell: Shell, parts: Word, substitutions: Substitutions): Running<Piece[]> {
  const pieces: Piece[] = [];
  for (const part of parts) {
    switch (part.type) {
      case 'text':
        pieces.push({ text: part.text, quoted: part.quoted });
        break;
      case 'parameter':
        pieces.push(...(yield* parameter(shell, part, substitutions)));
        break;
      case 'command': {
        const output = yield* substitutions.output(shell, part.source);
        pieces.push(result(output.replace(/\n+$/, ''), part.quoted));
        break;
      }
      case 'arithmetic': {
        const expression = yield* expandText(shell, part.expression, substitutions);
        pieces.push(result(String(calculated(shell, expression)), part.quoted));
        break;
      }
      case 'process':
        pieces.push({ text: yield* substitutions.path(shell, part.source, part.direction), quoted: true });
    }
  }
  return pieces;
}

function result(text: string, quoted: boolean): Piece {
  return quoted ? { text, quoted } : { text, quoted, split: true };
}

export function calculated(shell: Shell, expression: string): bigint {
  return arithmetic(expression, {
    get: (name) => special(shell, name),
    set: (name, text) => assign(shell, name, text),
  });
}

/** The value of a parameter; undefined when it is unset. */
function special(shell: Shell, name: string): string | undefined {
  if (/^\d/.test(name)) return name === '0' ? shell.name : shell.positional[Number(name) - 1];
  switch (name) {
    case '?':
      return String(shell.status);
    case '#':
      return String(shell.positional.length);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackground === 0 ? undefined : String(shell.lastBackground);
    case '-':
      return (
        Object.keys(shell.options)
          .filter((option) => option.length === 1 && shell.options[option])
          .join('') + (shell.interactive ? 'i' : '')
      );
    case '@':
    case '*':
      return shell.positional.length === 0 ? undefined : shell.positional.join(' ');
    case 'PPID':
      return value(shell, name) ?? '0';
    default:
      return value(shell, name);
  }
}

function* parameter(
  shell: Shell,
  part: Extract<Part, { type: 'parameter' }>,
  substitutions: Substitutions,
): Running<Piece[]> {
  const { name, operator, quoted } = part;
  if (name === '$' && shell.pid === 0) shell.pid = ((yield { call: 'self' }) as { pid: number }).pid;
  if (name === 'RANDOM' && value(shell, name) === undefined)
    return [result(String(Math.floor(((yield { call: 'random' }) as number) * 32_768)), quoted)];
  if (name === '@' && operator === undefined)
    return shell.positional.map((text, index) => ({ text, quoted, split: !quoted, apart: index > 0 }));
  if (name === '*' && quoted && operator === undefined)
    return [{ text: shell.positional.join((value(shell, 'IFS') ?? ' ').slice(0, 1)), quoted }];
  const text = special(shell, name);
  if (operator === undefined || operator === 'length') {
    if (text === undefined && shell.options['u'] && name !== '@' && name !== '*')
      throw new ShellError(`${name}: parameter not set`);
    if (operator === undefined) return text === undefined && !quoted ? [] : [result(text ?? '', quoted)];
    return [result(String(name === '@' || name === '*' ? shell.positional.length : [...(text ?? '')].length), quoted)];
  }
  const missing = text === undefined || (operator.length === 2 && operator.startsWith(':') && text === '');
  const word = part.word ?? [];
  switch (operator.replace(/^:(?=.)/, '')) {
    case '-':
      return missing ? yield* inner(shell, word, quoted, substitutions) : [result(text, quoted)];
    case '+':
      return missing ? [result('', quoted)] : yield* inner(shell, word, quoted, substitutions);
    case '=':
      if (missing) assign(shell, name, yield* expandText(shell, word, substitutions));
      return [result(special(shell, name) ?? '', quoted)];
    case '?':
      if (missing)
        throw new ShellError(`${name}: ${(yield* expandText(shell, word, substitutions)) || 'parameter not set'}`);
      return [result(text, quoted)];
    default:
      if (text === undefined && shell.options['u']) throw new ShellError(`${name}: parameter not set`);
      return [result(yield* edited(shell, text ?? '', operator, part, substitutions), quoted)];
  }
}

function* inner(shell: Shell, word: Word, quoted: boolean, substitutions: Substitutions): Running<Piece[]> {
  const pieces = yield* expandParts(shell, tilde(shell, word), substitutions);
  return pieces.map((piece) =>
    quoted ? { ...piece, quoted: true, split: false } : piece.quoted ? piece : { ...piece, split: true },
  );
}

function* edited(
  shell: Shell,
  text: string,
  operator: string,
  part: Extract<Part, { type: 'parameter' }>,
  substitutions: Substitutions,
): Running<string> {
  const word = part.word ?? [];
  if (operator === ':') {
    const start = Number(calculated(shell, yield* expandText(shell, word, substitutions)));
    const from = start < 0 ? Math.max(text.length + start, 0) : start;
    if (part.second === undefined) return text.slice(from);
    const length = Number(calculated(shell, yield* expandText(shell, part.second, substitutions)));
    return length < 0 ? text.slice(from, length) : text.slice(from, from + length);
  }
  const pattern = yield* expandPattern(shell, word, substitutions);
  if (operator === '/' || operator === '//') {
    const replacement = part.second === undefined ? '' : yield* expandText(shell, part.second, substitutions);
    return replaced(text, pattern, replacement, operator === '//');
  }
  return trimmed(text, operator, pattern);
}

/** Field splitting. The fields are patterns: quoted letters are escaped. */
function fields(pieces: readonly Piece[], separators: string): string[] {
  const found: string[] = [];
  let current: string | undefined;
  const blanks = [...separators].filter((letter) => DEFAULT_IFS.includes(letter)).join('');
  for (const piece of pieces) {
    if (piece.apart) {
      if (current !== undefined || piece.quoted) found.push(current ?? '');
      current = undefined;
    }
    if (piece.split !== true) {
      if (piece.quoted || piece.text !== '')
        current = (current ?? '') + (piece.quoted ? quotePattern(piece.text) : piece.text);
      continue;
    }
    for (const letter of piece.text) {
      if (!separators.includes(letter)) {
        current = (current ?? '') + (letter === '\\' ? '\\\\' : letter);
      } else if (current !== undefined || !blanks.includes(letter)) {
        found.push(current ?? '');
        current = undefined;
      }
    }
  }
  if (current !== undefined) found.push(current);
  return found;
}

/** Paths that match a pattern, sorted. */
function* paths(shell: Shell, pattern: string): Running<string[]> {
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const name of pattern.split('/').filter((part) => part !== '')) {
    const next: string[] = [];
    for (const folder of found) {
      if (!isPattern(name)) {
        const path = `${folder}${unquotePattern(name)}`;
        const answer = (yield { call: 'stat', path: path.startsWith('/') ? path : `${shell.directory}/${path}` }) as {
          error?: string;
        };
        if (answer.error === undefined) next.push(`${path}/`);
        continue;
      }
      const answer = (yield {
        call: 'listDirectory',
        path: folder === '' ? shell.directory : folder.startsWith('/') ? folder : `${shell.directory}/${folder}`,
      }) as string[] | { error: string };
      if (!Array.isArray(answer)) continue;
      for (const entry of answer)
        if ((!entry.startsWith('.') || name.startsWith('.')) && matches(name, entry)) next.push(`${folder}${entry}/`);
    }
    found = next;
  }
  return found.map((path) => path.slice(0, -1)).sort();
}

/** `{a,b}` and `{1..3}` of bash. */
function braces(word: Word): Word[] {
  const index = word.findIndex((part) => part.type === 'text' && !part.quoted && part.text.includes('{'));
  const part = word[index];
  if (part?.type !== 'text') return [word];
  const match = /^([^{]*)\{([^{}\s]*)\}(.*)$/s.exec(part.text);
  if (match === null) return [word];
  const choices = alternatives(match[2] as string);
  if (choices === undefined) return [word];
  return choices.flatMap((choice) => {
    const text = `${match[1]}${choice}${match[3]}`;
    return braces([...word.slice(0, index), { ...part, text }, ...word.slice(index + 1)]);
  });
}

function alternatives(body: string): string[] | undefined {
  const range = /^(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(?:\.\.(-?\d+))?$/.exec(body);
  if (range === null) return body.includes(',') ? body.split(',') : undefined;
  const [, first = '', last = '', step] = range;
  const letters = !/\d/.test(first);
  if (letters === /\d/.test(last)) return undefined;
  const from = letters ? first.charCodeAt(0) : Number(first);
  const to = letters ? last.charCodeAt(0) : Number(last);
  const by = Math.max(Math.abs(Number(step ?? 1)), 1);
  const width = !letters && /^-?0\d/.test(`${first} ${last}`) ? Math.max(first.length, last.length) : 0;
  const count = Math.min(Math.floor(Math.abs(to - from) / by), 100_000);
  return Array.from({ length: count + 1 }, (_, index) => {
    const number = from + (to >= from ? index * by : -index * by);
    return letters ? String.fromCharCode(number) : String(number).padStart(width, '0');
  });
}
