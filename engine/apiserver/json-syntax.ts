/** What a JSON text may continue with; each is how Go names the place in its message. */
type Place = 'value' | 'key' | 'firstKey' | 'colon' | 'firstElement' | 'afterValue';

const WHITESPACE = ' \t\r\n';
const LITERALS = ['true', 'false', 'null'];
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/;

/** The first syntax error of a JSON text in the words of Go's `encoding/json`; `undefined` when there is none. */
export function jsonSyntaxError(text: string): string | undefined {
  const open: ('{' | '[')[] = [];
  let place: Place = 'value';
  let at = 0;
  for (;;) {
    while (at < text.length && WHITESPACE.includes(text[at] as string)) at++;
    if (at >= text.length)
      return open.length > 0 || place !== 'afterValue' ? 'unexpected end of JSON input' : undefined;
    const character = text[at] as string;
    const container = open[open.length - 1];
    if (place === 'afterValue') {
      if (container === undefined) return unexpected(character, 'after top-level value');
      const isEnd = character === (container === '{' ? '}' : ']');
      if (!isEnd && character !== ',')
        return unexpected(character, container === '{' ? 'after object key:value pair' : 'after array element');
      if (isEnd) open.pop();
      else place = container === '{' ? 'key' : 'value';
      at++;
    } else if (place === 'colon') {
      if (character !== ':') return unexpected(character, 'after object key');
      place = 'value';
      at++;
    } else if ((place === 'firstKey' && character === '}') || (place === 'firstElement' && character === ']')) {
      open.pop();
      place = 'afterValue';
      at++;
    } else if (place === 'key' || place === 'firstKey') {
      if (character !== '"') return unexpected(character, 'looking for beginning of object key string');
      const end = endOfString(text, at);
      if (typeof end === 'string') return end;
      at = end;
      place = 'colon';
    } else if (character === '{' || character === '[') {
      open.push(character);
      place = character === '{' ? 'firstKey' : 'firstElement';
      at++;
    } else {
      const end = endOfScalar(text, at);
      if (typeof end === 'string') return end;
      at = end;
      place = 'afterValue';
    }
  }
}

function unexpected(character: string, where: string): string {
  const shown = character === "'" ? "'\\''" : character === '"' ? `'"'` : `'${character}'`;
  return `invalid character ${shown} ${where}`;
}

/** Where a string that starts at `at` ends, or what is wrong with it. */
function endOfString(text: string, at: number): number | string {
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index] as string;
    if (character === '"') return index + 1;
    if (character < ' ')
      return unexpected(character === '\n' ? '\\n' : character === '\t' ? '\\t' : character, 'in string literal');
    if (character === '\\') {
      index++;
      const escaped = text[index];
      if (escaped === undefined) break;
      if (!'"\\/bfnrtu'.includes(escaped)) return unexpected(escaped, 'in string escape code');
    }
  }
  return 'unexpected end of JSON input';
}

function endOfScalar(text: string, at: number): number | string {
  const character = text[at] as string;
  if (character === '"') return endOfString(text, at);
  const number = NUMBER.exec(text.slice(at));
  if (number !== null) return at + number[0].length;
  const literal = LITERALS.find((word) => word.startsWith(character));
  if (literal === undefined) return unexpected(character, 'looking for beginning of value');
  for (let index = 1; index < literal.length; index++) {
    const found = text[at + index];
    if (found === undefined) return 'unexpected end of JSON input';
    if (found !== literal[index]) return unexpected(found, `in literal ${literal} (expecting '${literal[index]}')`);
  }
  return at + literal.length;
}
