import { complain, print, read, type Script } from '../program.ts';
import { parseOptions, refuseOption } from './applet.ts';

const CLASSES: Readonly<Record<string, string>> = {
  upper: 'A-Z',
  lower: 'a-z',
  digit: '0-9',
  alpha: 'A-Za-z',
  alnum: '0-9A-Za-z',
  space: ' \\t\\n\\v\\f\\r',
  blank: ' \\t',
  punct: '!-/:-@[-`{-~',
};

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
};

/** The characters of a set such as `a-z`, `[:upper:]`, `\n\000`. */
function charactersOf(set: string): string[] {
  const text = set
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replace(/\\([0-7]{1,3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
    .replace(/\\(.)/g, (_whole, letter: string) => ESCAPES[letter] ?? letter);
  const characters: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const from = text.charCodeAt(at);
    if (text[at + 1] === '-' && at + 2 < text.length) {
      for (let code = from; code <= text.charCodeAt(at + 2); code++) characters.push(String.fromCharCode(code));
      at += 2;
    } else characters.push(text[at] as string);
  }
  return characters;
}

/** `tr SET1 SET2`, `tr -d SET`, `tr -s SET`, `tr -c …`. Passes text on as it comes. */
export const tr: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'cCds');
  if (options.unknown) return yield* refuseOption('tr', options.unknown);
  const [first, second] = options.operands;
  if (first === undefined || (second === undefined && !options.flags.has('d') && !options.flags.has('s'))) {
    yield* complain('tr: missing operand\n');
    return 1;
  }
  const from = charactersOf(first);
  const to = second === undefined ? [] : charactersOf(second);
  const isComplement = options.flags.has('c') || options.flags.has('C');
  const isIn = (character: string) => from.includes(character) !== isComplement;
  const squeezed = new Set(options.flags.has('s') ? (second === undefined ? from : to) : []);
  let last = '';
  for (let part = yield* read(0); part !== null; part = yield* read(0)) {
    let result = '';
    for (const character of part) {
      let replaced = character;
      if (isIn(character)) {
        if (options.flags.has('d')) continue;
        if (to.length > 0)
          replaced = to[Math.min(isComplement ? to.length - 1 : from.indexOf(character), to.length - 1)] as string;
      }
      const isSqueezed = squeezed.has(replaced) || (options.flags.has('s') && second === undefined && isIn(replaced));
      if (isSqueezed && replaced === last) continue;
      last = replaced;
      result += replaced;
    }
    yield* print(result);
  }
  return 0;
};
