import { CLASSES } from '../letters.ts';

/** A pattern of the shell with quoted letters escaped by a backslash -> regular expression source. */
function source(pattern: string, greedy: boolean): string {
  let result = '';
  for (let index = 0; index < pattern.length; index++) {
    const letter = pattern[index] as string;
    if (letter === '\\') result += escaped(pattern[++index] ?? '\\');
    else if (letter === '*') result += greedy ? '[^]*' : '[^]*?';
    else if (letter === '?') result += '[^]';
    else if (letter === '[') {
      const end = classEnd(pattern, index);
      if (end < 0) {
        result += '\\[';
        continue;
      }
      result += classSource(pattern.slice(index + 1, end));
      index = end;
    } else result += escaped(letter);
  }
  return result;
}

function escaped(letter: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter;
}

function classEnd(pattern: string, start: number): number {
  let index = start + 1;
  if (pattern[index] === '!' || pattern[index] === '^') index++;
  if (pattern[index] === ']') index++;
  while (index < pattern.length && pattern[index] !== ']')
    index += pattern.startsWith('[:', index) ? Math.max(pattern.indexOf(':]', index) + 2 - index, 1) : 1;
  return index < pattern.length ? index : -1;
}

/** `[:alpha:]` and its kin inside a bracket expression -> ranges of a regular expression. */
export function namedClasses(text: string): string {
  return text.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole);
}

function classSource(text: string): string {
  const negated = text.startsWith('!') || text.startsWith('^');
  const body = (negated ? text.slice(1) : text)
    .replace(/\\(.)/g, '$1')
    .replace(/[\\\]^]/g, '\\$&')
    .replace(/\[(?!:)/g, '\\[');
  return `[${negated ? '^' : ''}${namedClasses(body.replace(/\[:(\w+):\\\]/g, '[:$1:]'))}]`;
}

/** Whether a text matches a pattern as a whole (fnmatch). */
export function matches(pattern: string, text: string): boolean {
  return expression(`^(?:${source(pattern, true)})$`).test(text);
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    return /(?!)/;
  }
}

/** Whether a pattern has anything to match by: an unescaped `*`, `?` or `[`. */
export function isPattern(pattern: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[]/.test(pattern);
}

/** `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`. */
export function trimmed(text: string, operator: string, pattern: string): string {
  const front = operator.startsWith('#');
  const longest = operator.length === 2;
  for (let step = 0; step <= text.length; step++) {
    const length = longest ? text.length - step : step;
    const part = front ? text.slice(0, length) : text.slice(text.length - length);
    if (matches(pattern, part)) return front ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** `${x^p}`, `${x^^p}`, `${x,p}`, `${x,,p}`: the first letter or all, where they match; without a pattern any. */
export function recased(text: string, operator: string, pattern: string): string {
  const change = (letter: string) => (operator.startsWith('^') ? letter.toUpperCase() : letter.toLowerCase());
  return [...text]
    .map((letter, at) => {
      const isMeant = (at === 0 || operator.length === 2) && (pattern === '' || matches(pattern, letter));
      return isMeant ? change(letter) : letter;
    })
    .join('');
}

/** `${x/p/r}` and `${x//p/r}`. */
export function replaced(text: string, pattern: string, replacement: string, all: boolean): string {
  const anchored = /^[#%]/.exec(pattern)?.[0];
  const body = source(anchored === undefined ? pattern : pattern.slice(1), true);
  if (body === '' && anchored !== undefined) return anchored === '#' ? replacement + text : text + replacement;
  if (body === '') return text;
  const whole = anchored === '#' ? `^${body}` : anchored === '%' ? `${body}$` : body;
  const found = expression(whole).source;
  return text.replace(new RegExp(found, all ? 'g' : ''), () => replacement);
}

/** Text with everything special to patterns escaped. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\]!-]/g, '\\$&');
}

/** The text a pattern stands for when it matches nothing. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}
