import { CLASSES } from '../letters.ts';

/** A POSIX regular expression that cannot be understood. */
export class RegexError extends Error {
  override readonly name = 'RegexError';
}

/** Characters that are ordinary without a backslash in a basic expression, and special with one. */
const SWAPPED = '(){}+?|';

/**
 * A POSIX regular expression as JavaScript's. Basic ones (`sed`, `grep`) write groups `\(…\)` and counts `\{2\}`;
 * extended ones (`-E`) write `(…)` and `{2}`.
 */
export function posixRegex(pattern: string, isExtended: boolean, flags = ''): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === '[') {
      const end = bracketEnd(pattern, at);
      source += bracketSource(pattern.slice(at + 1, end));
      at = end;
    } else if (character === '\\') {
      at++;
      source += escapedSource(pattern[at], isExtended);
    } else if (SWAPPED.includes(character)) {
      source += isExtended ? character : `\\${character}`;
    } else if (character === '*' && isAtStart(source)) {
      source += '\\*';
    } else if (!isExtended && character === '^' && at > 0 && !isAtStart(source)) {
      source += '\\^';
    } else if (!isExtended && character === '$' && at < pattern.length - 1 && !/^\\[)|]/.test(pattern.slice(at + 1))) {
      source += '\\$';
    } else {
      source += character === '/' ? '\\/' : character;
    }
  }
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RegexError(`bad regex '${pattern}'`);
  }
}

function isAtStart(source: string): boolean {
  return source === '' || source === '^' || source.endsWith('(') || source.endsWith('|');
}

function escapedSource(character: string | undefined, isExtended: boolean): string {
  if (character === undefined) throw new RegexError('Trailing backslash');
  if (SWAPPED.includes(character)) return isExtended ? `\\${character}` : character;
  if (/[1-9wWsSbBntrfv]/.test(character)) return `\\${character}`;
  if (character === '<' || character === '>') return '\\b';
  if (character === 'x') return '\\x';
  return `\\${character}`.replace(/^\\([a-zA-Z"'#,:;=@%&!~_ <>-])$/, '$1');
}

/** Index of the bracket that closes the one at `start`; `[]abc]` and `[^]abc]` hold a bracket. */
function bracketEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '[' && pattern[at + 1] === ':') at = pattern.indexOf(':]', at) + 1;
    at++;
  }
  if (at >= pattern.length) throw new RegexError('Unmatched [ or [^');
  return at;
}

function bracketSource(content: string): string {
  const isNegated = content.startsWith('^');
  const body = (isNegated ? content.slice(1) : content)
    .replace(/\\(?![nt])/g, '\\\\')
    .replace(/\[:(\w+):\]/g, (_whole, name: string) => {
      const characters = CLASSES[name];
      if (characters === undefined) throw new RegexError(`unknown character class ${name}`);
      return `\ue000${name}\ue000`;
    })
    .replace(/[[\]]/g, '\\$&')
    .replace(/\ue000(\w+)\ue000/g, (_whole, name: string) => CLASSES[name] as string);
  return `[${isNegated ? '^' : ''}${body}]`;
}
