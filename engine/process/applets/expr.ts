import { complain, print, type Script } from '../program.ts';
import type { AppletTable } from './applet.ts';
import { posixRegex } from './regex.ts';

class ExprError extends Error {
  override readonly name = 'ExprError';
}

const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

const INTEGER = /^-?\d+$/;

/** Works an expression out, word by word (`expr` of POSIX). */
class Expression {
  private readonly words: readonly string[];
  private at = 0;

  constructor(words: readonly string[]) {
    this.words = words;
  }

  whole(): string {
    const result = this.level(0);
    if (this.at < this.words.length || this.words.length === 0) throw new ExprError('syntax error');
    return result;
  }

  private level(depth: number): string {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.primary();
    let left = this.level(depth + 1);
    for (;;) {
      const operator = this.words[this.at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.at++;
      left = combined(left, operator, this.level(depth + 1));
    }
  }

  private next(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new ExprError('syntax error');
    return word;
  }

  private primary(): string {
    const word = this.next();
    if (word === '(') {
      const inner = this.level(0);
      if (this.next() !== ')') throw new ExprError('syntax error');
      return inner;
    }
    if (this.at >= this.words.length) return word;
    if (word === 'length') return String(this.primary().length);
    if (word === 'match') return combined(this.primary(), ':', this.primary());
    if (word === 'index') {
      const [text, letters] = [this.primary(), this.primary()];
      return String([...text].findIndex((letter) => letters.includes(letter)) + 1);
    }
    if (word === 'substr') {
      const [text, from, count] = [this.primary(), Number(this.primary()), Number(this.primary())];
      return from > 0 && count > 0 ? text.slice(from - 1, from - 1 + count) : '';
    }
    return word === 'quote' ? this.next() : word;
  }
}

const isNull = (text: string): boolean => text === '' || text === '0';

function combined(left: string, operator: string, right: string): string {
  if (operator === '|') return isNull(left) ? right : left;
  if (operator === '&') return isNull(left) || isNull(right) ? '0' : left;
  if (operator === ':') return matched(left, right);
  const isNumeric = INTEGER.test(left) && INTEGER.test(right);
  if (['<', '<=', '=', '==', '!=', '>=', '>'].includes(operator)) {
    const order = isNumeric ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0;
    const isSo: Readonly<Record<string, boolean>> = {
      '<': order < 0,
      '<=': order <= 0,
      '=': order === 0,
      '==': order === 0,
      '!=': order !== 0,
      '>=': order >= 0,
      '>': order > 0,
    };
    return isSo[operator] ? '1' : '0';
  }
  if (!isNumeric) throw new ExprError('non-numeric argument');
  return String(calculated(BigInt(left), operator, BigInt(right)));
}

function calculated(left: bigint, operator: string, right: bigint): bigint {
  if ((operator === '/' || operator === '%') && right === 0n) throw new ExprError('division by zero');
  const result =
    operator === '+'
      ? left + right
      : operator === '-'
        ? left - right
        : operator === '*'
          ? left * right
          : operator === '/'
            ? left / right
            : left % right;
  return BigInt.asIntN(64, result);
}

/** The first group, or the length of what matches at the beginning. */
function matched(text: string, pattern: string): string {
  const found = posixRegex(`^${pattern.replace(/^\^/, '')}`, false).exec(text);
  if (/\\\(/.test(pattern)) return found?.[1] ?? '';
  return String(found?.[0].length ?? 0);
}

/** `expr EXPRESSION`: 1 for what is null, 2 for what is wrong. */
const expr: Script = function* ({ argv }) {
  try {
    const result = new Expression(argv.slice(1)).whole();
    yield* print(`${result}\n`);
    return isNull(result) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprError)) throw error;
    yield* complain(`expr: ${error.message}\n`);
    return 2;
  }
};

export const exprApplets: AppletTable = { expr };
