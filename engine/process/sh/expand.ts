import { arithmetic } from './arithmetic.ts';
import { braces } from './braces.ts';
import { isPattern, matches, quotePattern, recased, replaced, trimmed, unquotePattern } from './pattern.ts';
import {
  arrayOf,
  asArray,
  assign,
  element,
  type Running,
  type Shell,
  ShellError,
  setArray,
  setElement,
  value,
} from './shell.ts';
import type { Part, Word } from './syntax.ts';
import { isAll } from './words.ts';

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
      if (isNothing(shell, braced)) continue;
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

/** Whether a word is `"$@"` or `"${x[@]}"` without anything to stand for: it is no word at all then. */
function isNothing(shell: Shell, word: Word): boolean {
  return (
    word.some((part) => part.type === 'parameter') &&
    word.every((part) => (part.type === 'text' ? part.text === '' : part.type === 'parameter' && isEmpty(shell, part)))
  );
}

function isEmpty(shell: Shell, { name, operator, subscript }: Parameter): boolean {
  if (operator !== undefined && operator !== ':' && operator !== 'keys') return false;
  if (subscript === undefined) return name === '@' && shell.positional.length === 0;
  return isAll(subscript) && Object.keys(asArray(shell, name).items).length === 0;
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
    get(name) {
      const place = placeOf(shell, name);
      return place === undefined ? special(shell, name) : element(asArray(shell, place.name), place.key);
    },
    set(name, text) {
      const place = placeOf(shell, name);
      if (place === undefined) assign(shell, name, text);
      else setElement(shell, place.name, place.key, text);
    },
  });
}

/** `x[1]` as array and key; undefined for anything else. */
function placeOf(shell: Shell, text: string): { readonly name: string; readonly key: string } | undefined {
  const [, name, subscript] = /^([A-Za-z_]\w*)\[([\s\S]+)\]$/.exec(text) ?? [];
  return name === undefined || subscript === undefined ? undefined : { name, key: keyOf(shell, name, subscript) };
}

/** The key that a subscript means: a number counts from the end where it is negative. */
export function keyOf(shell: Shell, name: string, subscript: string): string {
  if (arrayOf(shell, name)?.isAssociative === true) return subscript;
  const number = Number(calculated(shell, subscript));
  if (number >= 0) return String(number);
  const last = Number(Object.keys(asArray(shell, name).items).pop() ?? -1);
  if (last + 1 + number < 0) throw new ShellError(`${name}: bad array subscript`);
  return String(last + 1 + number);
}

/** `unset x[1]`; false for what is no element. */
export function unsetElement(shell: Shell, text: string): boolean {
  const place = placeOf(shell, text);
  if (place === undefined) return false;
  const array = asArray(shell, place.name);
  const { [place.key]: _gone, ...items } = array.items;
  setArray(shell, place.name, { ...array, items });
  return true;
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

type Parameter = Extract<Part, { type: 'parameter' }>;

function* parameter(shell: Shell, part: Parameter, substitutions: Substitutions): Running<Piece[]> {
  const { name, operator, quoted, subscript } = part;
  if (subscript !== undefined && isAll(subscript)) return yield* allElements(shell, part, substitutions);
  if (name === '$' && shell.pid === 0) shell.pid = ((yield { call: 'self' }) as { pid: number }).pid;
  if (name === 'RANDOM' && value(shell, name) === undefined)
    return [result(String(Math.floor(((yield { call: 'random' }) as number) * 32_768)), quoted)];
  if (name === '@' && operator === undefined) return apart(shell.positional, quoted);
  if (name === '*' && quoted && operator === undefined) return [joined(shell, shell.positional)];
  const key = subscript && keyOf(shell, name, yield* expandText(shell, subscript, substitutions));
  const text = key === undefined ? special(shell, name) : element(asArray(shell, name), key);
  if (operator === 'indirect') {
    const { operator: _indirect, subscript: _key, ...rest } = part;
    if (text === undefined) throw new ShellError(`${name}: invalid indirect expansion`);
    return yield* parameter(shell, { ...rest, name: text }, substitutions);
  }
  if (operator === undefined || operator === 'length') {
    if (text === undefined && shell.options['u'] && name !== '@' && name !== '*')
      throw new ShellError(`${name}: parameter not set`);
    if (operator === undefined) return text === undefined && !quoted ? [] : [result(text ?? '', quoted)];
    return [result(String(name === '@' || name === '*' ? shell.positional.length : [...(text ?? '')].length), quoted)];
  }
  const missing = text === undefined || (operator.length === 2 && operator.startsWith(':') && text === '');
  const word = part.word ?? [];
  switch (withoutColon(operator)) {
    case '-':
      return missing ? yield* inner(shell, word, quoted, substitutions) : [result(text, quoted)];
    case '+':
      return missing ? [result('', quoted)] : yield* inner(shell, word, quoted, substitutions);
    case '=':
      if (!missing) return [result(text, quoted)];
      return [result(yield* assigned(shell, part, key, substitutions), quoted)];
    case '?':
      if (missing)
        throw new ShellError(`${name}: ${(yield* expandText(shell, word, substitutions)) || 'parameter not set'}`);
      return [result(text, quoted)];
    default:
      if (text === undefined && shell.options['u']) throw new ShellError(`${name}: parameter not set`);
      return [result(yield* edited(shell, text ?? '', operator, part, substitutions), quoted)];
  }
}

/** `${x:=word}`. */
function* assigned(
  shell: Shell,
  { name, word = [] }: Parameter,
  key: string | undefined,
  substitutions: Substitutions,
): Running<string> {
  const text = yield* expandText(shell, word, substitutions);
  if (key === undefined) assign(shell, name, text);
  else setElement(shell, name, key, text);
  return text;
}

/** Each text as a field of its own. */
function apart(texts: readonly string[], quoted: boolean): Piece[] {
  return texts.map((text, index) => ({ text, quoted, split: !quoted, apart: index > 0 }));
}

/** `"$*"`. */
function joined(shell: Shell, texts: readonly string[]): Piece {
  return { text: texts.join((value(shell, 'IFS') ?? ' ').slice(0, 1)), quoted: true };
}

/** `${x[@]}` and `${x[*]}`: all elements, their keys or their number; operators work on each. */
function* allElements(shell: Shell, part: Parameter, substitutions: Substitutions): Running<Piece[]> {
  const { name, operator, quoted, word = [] } = part;
  const { items } = asArray(shell, name);
  const all = Object.values(items);
  const isJoined = quoted && part.subscript?.[0]?.type === 'text' && part.subscript[0].text === '*';
  const shown = (texts: readonly string[]) => (isJoined ? [joined(shell, texts)] : apart(texts, quoted));
  switch (withoutColon(operator)) {
    case 'length':
      return [result(String(all.length), quoted)];
    case 'keys':
      return shown(Object.keys(items));
    case '-':
    case '=':
      return all.length > 0 ? shown(all) : yield* inner(shell, word, quoted, substitutions);
    case '+':
      return all.length === 0 ? [result('', quoted)] : yield* inner(shell, word, quoted, substitutions);
    case undefined:
    case '?':
      return shown(all);
    case ':':
      return shown(yield* sliced(shell, all, part, substitutions));
    default: {
      const texts: string[] = [];
      for (const text of all) texts.push(yield* edited(shell, text, operator as string, part, substitutions));
      return shown(texts);
    }
  }
}

/** `:-` is for empty texts, too, what `-` is for missing ones. */
function withoutColon(operator: string | undefined): string | undefined {
  return operator?.replace(/^:(?=.)/, '');
}

/** `${x[@]:1:2}`. */
function* sliced(
  shell: Shell,
  texts: readonly string[],
  { word = [], second }: Parameter,
  substitutions: Substitutions,
): Running<string[]> {
  const from = Number(calculated(shell, yield* expandText(shell, word, substitutions)));
  if (second === undefined) return texts.slice(from);
  const length = Number(calculated(shell, yield* expandText(shell, second, substitutions)));
  return texts.slice(from).slice(0, length);
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
  part: Parameter,
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
  return /[\^,]/.test(operator) ? recased(text, operator, pattern) : trimmed(text, operator, pattern);
}

/** A text split as the result of an unquoted expansion is. */
export function splitFields(shell: Shell, text: string): string[] {
  return fields([result(text, false)], value(shell, 'IFS') ?? DEFAULT_IFS).map(unquotePattern);
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
