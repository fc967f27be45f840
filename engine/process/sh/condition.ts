import type { FileInformation } from '../program.ts';
import { matches, quotePattern } from './pattern.ts';
import type { Running } from './shell.ts';

/** A wrong expression of `test`: status 2. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

/** What an expression may ask about its surroundings. */
export interface Surroundings {
  readonly directory: string;
  readonly user: number;
  isTerminal(fd: number): boolean;
  isSet(name: string): boolean;
  /** What the pattern of `=~` and its groups have matched. */
  remember?(groups: readonly string[]): void;
}

const UNARY = /^-[bcdefghknoprstuvwxzLSGON]$/;
const BINARY = ['=', '==', '!=', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '<', '>', '-nt', '-ot', '-ef', '=~'];

/** Evaluates the arguments of `test` (POSIX), or of `[[` where `extended`: patterns, `=~`, `&&`, `||`. */
export function* condition(words: readonly string[], surroundings: Surroundings, extended = false): Running<boolean> {
  const evaluation = new Condition(words, surroundings, extended);
  if (words.length === 0) return false;
  const result = yield* evaluation.or();
  evaluation.end();
  return result;
}

class Condition {
  private readonly words: readonly string[];
  private readonly surroundings: Surroundings;
  private readonly extended: boolean;
  private position = 0;

  constructor(words: readonly string[], surroundings: Surroundings, extended: boolean) {
    this.words = words;
    this.surroundings = surroundings;
    this.extended = extended;
  }

  end(): void {
    const rest = this.words[this.position];
    if (rest !== undefined) throw new ConditionError(`${rest}: unknown operand`);
  }

  *or(): Running<boolean> {
    let result = yield* this.and();
    while (this.accept('-o', '||')) {
      const right = yield* this.and();
      result = result || right;
    }
    return result;
  }

  private *and(): Running<boolean> {
    let result = yield* this.not();
    while (this.accept('-a', '&&')) {
      const right = yield* this.not();
      result = result && right;
    }
    return result;
  }

  private accept(plain: string, extended: string): boolean {
    const word = this.words[this.position];
    if (word !== (this.extended ? extended : plain) || this.position + 1 >= this.words.length) return false;
    this.position++;
    return true;
  }

  private *not(): Running<boolean> {
    const left = this.words.length - this.position;
    if (
      this.words[this.position] === '!' &&
      left > 1 &&
      !(left === 3 && BINARY.includes(this.words[this.position + 1] ?? ''))
    ) {
      this.position++;
      return !(yield* this.not());
    }
    return yield* this.primary();
  }

  private *primary(): Running<boolean> {
    const [first, second, third] = this.words.slice(this.position, this.position + 3);
    if (first === undefined) throw new ConditionError('argument expected');
    if (second !== undefined && BINARY.includes(second) && third !== undefined) {
      this.position += 3;
      return yield* this.compare(first, second, third);
    }
    if (first === '(' && second !== undefined) {
      this.position++;
      const result = yield* this.or();
      if (this.words[this.position++] !== ')') throw new ConditionError('closing paren expected');
      return result;
    }
    if (UNARY.test(first) && second !== undefined) {
      this.position += 2;
      return yield* this.unary(first, second);
    }
    this.position++;
    return first !== '';
  }

  private *unary(operator: string, operand: string): Running<boolean> {
    if (operator === '-n') return operand !== '';
    if (operator === '-z') return operand === '';
    if (operator === '-t') return this.surroundings.isTerminal(Number(operand));
    if (operator === '-v') return this.surroundings.isSet(operand);
    const found = yield* this.file(operand, operator === '-L' || operator === '-h');
    if (found === undefined) return false;
    switch (operator) {
      case '-f':
        return found.type === 'file';
      case '-d':
        return found.type === 'directory';
      case '-L':
      case '-h':
        return found.type === 'link';
      case '-s':
        return found.size > 0;
      case '-x':
        return (found.mode & 0o111) !== 0;
      case '-r':
        return this.surroundings.user === 0 || (found.mode & 0o444) !== 0;
      case '-w':
        return this.surroundings.user === 0 || (found.mode & 0o222) !== 0;
      case '-e':
        return true;
      default:
        return false;
    }
  }

  private *file(path: string, keepLink: boolean): Running<FileInformation | undefined> {
    let at = path.startsWith('/') ? path : `${this.surroundings.directory}/${path}`;
    for (let links = 0; links < 40; links++) {
      const found = (yield { call: 'stat', path: at }) as FileInformation | { readonly error: string };
      if ('error' in found) return undefined;
      if (found.type !== 'link' || keepLink) return found;
      const target = found.target ?? '';
      at = target.startsWith('/') ? target : `${at.slice(0, at.lastIndexOf('/'))}/${target}`;
    }
    return undefined;
  }

  private fits(text: string, pattern: string): boolean {
    const match = regular(pattern).exec(text);
    this.surroundings.remember?.((match ?? []).map((group) => group ?? ''));
    return match !== null;
  }

  private *compare(left: string, operator: string, right: string): Running<boolean> {
    switch (operator) {
      case '=':
      case '==':
        return matches(this.extended ? right : quotePattern(right), left);
      case '!=':
        return !matches(this.extended ? right : quotePattern(right), left);
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '=~':
        return this.fits(left, right);
      case '-nt':
      case '-ot': {
        const one = (yield* this.file(left, false))?.modified ?? -1;
        const other = (yield* this.file(right, false))?.modified ?? -1;
        return operator === '-nt' ? one > other : one < other;
      }
      case '-ef':
        return left === right;
      default:
        return compared(whole(left), operator, whole(right));
    }
  }
}

function regular(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new ConditionError(`${source}: invalid regular expression`);
  }
}

function whole(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new ConditionError(`Illegal number: ${text}`);
  return Number(text);
}

function compared(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    default:
      return left >= right;
  }
}
