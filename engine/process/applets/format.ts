import { ESCAPES } from '../letters.ts';

/** What `printf` prints. */
export interface Formatted {
  readonly text: string;
  readonly errors: readonly string[];
  /** A `\c` ended the output. */
  readonly stopped: boolean;
}

/** The escape at `index` (a backslash): its text and length; `null` text for `\c`. */
function escapeAt(text: string, index: number): { readonly text: string | null; readonly length: number } {
  const rest = text.slice(index + 1);
  if (rest.startsWith('c')) return { text: null, length: 2 };
  const hexadecimal = /^x([0-9a-fA-F]{1,2})/.exec(rest);
  if (hexadecimal)
    return {
      text: String.fromCharCode(Number.parseInt(hexadecimal[1] as string, 16)),
      length: 1 + hexadecimal[0].length,
    };
  const octal = /^0?([0-7]{1,3})/.exec(rest);
  if (octal) return { text: String.fromCharCode(Number.parseInt(octal[1] as string, 8)), length: 1 + octal[0].length };
  const known = ESCAPES[rest[0] ?? ''];
  return known === undefined ? { text: '\\', length: 1 } : { text: known, length: 2 };
}

/** `printf FORMAT ARGUMENTS…`: the format is used again until the arguments are used up. */
export function formatted(format: string, words: readonly string[]): Formatted {
  const errors: string[] = [];
  let text = '';
  let next = 0;
  for (;;) {
    const start = next;
    for (let index = 0; index < format.length; ) {
      const letter = format[index] as string;
      if (letter === '\\') {
        const found = escapeAt(format, index);
        if (found.text === null) return { text, errors, stopped: true };
        text += found.text;
        index += found.length;
        continue;
      }
      const directive =
        letter === '%' ? /^%([-+ 0#]*)(\*|\d*)(?:\.(\*|\d*))?([a-zA-Z%])/.exec(format.slice(index)) : null;
      if (directive === null) {
        text += letter;
        index++;
        continue;
      }
      index += directive[0].length;
      if (directive[4] === '%') {
        text += '%';
        continue;
      }
      const width = directive[2] === '*' ? (words[next++] ?? '0') : (directive[2] as string);
      const precision = directive[3] === '*' ? words[next++] : directive[3];
      const piece = convert(directive[4] as string, directive[1] as string, precision, words[next++], errors);
      if (piece.stopped) return { text: text + piece.text, errors, stopped: true };
      text += padded(piece.text, directive[1] as string, Number(width || '0'));
    }
    if (next >= words.length || next === start) return { text, errors, stopped: false };
  }
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function convert(
  directive: string,
  flags: string,
  precision: string | undefined,
  word: string | undefined,
  errors: string[],
): { readonly text: string; readonly stopped: boolean } {
  const plain = (text: string) => ({ text, stopped: false });
  switch (directive) {
    case 's':
      return plain(precision === undefined ? (word ?? '') : (word ?? '').slice(0, Number(precision)));
    case 'c':
      return plain((word ?? '').slice(0, 1));
    case 'q':
      return plain(/^[\w@%+=:,./-]+$/.test(word ?? '') ? (word ?? '') : `'${(word ?? '').replaceAll("'", "'\\''")}'`);
    case 'b': {
      let text = '';
      for (let index = 0; index < (word ?? '').length; ) {
        const found =
          (word as string)[index] === '\\'
            ? escapeAt(word as string, index)
            : { text: (word as string)[index] as string, length: 1 };
        if (found.text === null) return { text, stopped: true };
        text += found.text;
        index += found.length;
      }
      return plain(text);
    }
    default:
      return plain(number(directive, flags, precision, word, errors));
  }
}

function number(
  directive: string,
  flags: string,
  precision: string | undefined,
  word: string | undefined,
  errors: string[],
): string {
  const text = (word ?? '0').trim();
  const parsed = /^["']/.test(text)
    ? (text.codePointAt(1) ?? 0)
    : text === ''
      ? 0
      : /^[-+]?0[0-7]+$/.test(text) && 'dixXou'.includes(directive)
        ? Number.parseInt(text, 8)
        : Number(text);
  const amount = Number.isNaN(parsed) ? Number.parseFloat(text) || 0 : parsed;
  if (Number.isNaN(parsed)) errors.push(`invalid number '${text}'`);
  const sign = amount >= 0 ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
  const digits = (whole: string) => whole.padStart(Number(precision ?? '0'), '0');
  const integer = Math.trunc(amount);
  switch (directive) {
    case 'd':
    case 'i':
    case 'u':
      return sign + (integer < 0 ? `-${digits(String(-integer))}` : digits(String(integer)));
    case 'x':
      return (flags.includes('#') ? '0x' : '') + digits(integer.toString(16));
    case 'X':
      return (flags.includes('#') ? '0X' : '') + digits(integer.toString(16).toUpperCase());
    case 'o':
      return digits(integer.toString(8));
    case 'e':
    case 'E':
      return sign + amount.toExponential(Number(precision ?? '6')).replace(/e([-+])(\d)$/, 'e$10$2');
    case 'g':
    case 'G':
      return sign + String(Number(amount.toPrecision(Number(precision ?? '6') || 1)));
    default:
      return sign + amount.toFixed(Number(precision || '6'));
  }
}
