import { posixRegex } from './regex.ts';

/** Which lines a command is for. */
export type SedAddress =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'match'; readonly expression: RegExp }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'plus'; readonly count: number };

export interface SedCommand {
  readonly from?: SedAddress;
  readonly to?: SedAddress;
  readonly isNegated: boolean;
  readonly name: string;
  /** `s`: expression, replacement and what its flags say. */
  readonly expression?: RegExp;
  readonly replacement?: string;
  readonly occurrence?: number;
  readonly isGlobal?: boolean;
  readonly prints?: boolean;
  /** `y`: from, to. `a`, `i`, `c`: the text. `b`, `t`, `:`: the label. */
  readonly text?: string;
  readonly other?: string;
  /** `{`: the index after its `}`. */
  readonly end?: number;
}

/** A sed script that cannot be understood. */
export class SedError extends Error {
  override readonly name = 'SedError';
}

/** Reads a sed script. */
export class SedParser {
  private readonly text: string;
  private readonly isExtended: boolean;
  private at = 0;
  private lastExpression: RegExp | undefined;
  private readonly commands: SedCommand[] = [];

  constructor(text: string, isExtended: boolean) {
    this.text = text;
    this.isExtended = isExtended;
  }

  parse(): SedCommand[] {
    const open: number[] = [];
    for (;;) {
      this.skip(/[\s;]/);
      if (this.at >= this.text.length) break;
      if (this.text[this.at] === '#') {
        this.untilLineEnd();
        continue;
      }
      if (this.text[this.at] === '}') {
        this.at++;
        const start = open.pop();
        if (start === undefined) throw new SedError("unexpected '}'");
        this.commands[start] = { ...(this.commands[start] as SedCommand), end: this.commands.length };
        continue;
      }
      const command = this.command();
      if (command.name === '{') open.push(this.commands.length);
      this.commands.push(command);
    }
    if (open.length > 0) throw new SedError("unmatched '{'");
    return this.commands;
  }

  private command(): SedCommand {
    const from = this.address();
    let to: SedAddress | undefined;
    if (from && this.text[this.at] === ',') {
      this.at++;
      this.skip(/ /);
      to = this.address();
    }
    this.skip(/\s/);
    const isNegated = this.text[this.at] === '!';
    if (isNegated) this.at++;
    this.skip(/\s/);
    const name = this.text[this.at++];
    if (name === undefined) throw new SedError('missing command');
    return { from, to, isNegated, name, ...this.operandsOf(name) };
  }

  private operandsOf(name: string): Partial<SedCommand> {
    if (name === 's') return this.substitution();
    if (name === 'y') {
      const separator = this.text[this.at++] as string;
      return { text: this.until(separator), other: this.until(separator) };
    }
    if (name === 'a' || name === 'i' || name === 'c') {
      this.skip(/[ \\]/);
      if (this.text[this.at] === '\n') this.at++;
      return { text: this.untilLineEnd() };
    }
    if (name === 'b' || name === 't' || name === ':') {
      this.skip(/ /);
      const label = /^[^\s;}]*/.exec(this.text.slice(this.at))?.[0] ?? '';
      this.at += label.length;
      return { text: label };
    }
    if (!'pdqQ=nNDPhHgGx{l'.includes(name)) throw new SedError(`unsupported command ${name}`);
    return {};
  }

  private substitution(): Partial<SedCommand> {
    const separator = this.text[this.at++];
    if (separator === undefined) throw new SedError('bad option in substitution expression');
    const pattern = this.until(separator);
    const replacement = this.until(separator);
    const flags = /^[gpiIm0-9]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += flags.length;
    const occurrence = /\d+/.exec(flags)?.[0];
    return {
      expression: this.expression(pattern, /i/i.test(flags) ? 'gi' : 'g'),
      replacement,
      occurrence: occurrence === undefined ? 1 : Number(occurrence),
      isGlobal: flags.includes('g'),
      prints: flags.includes('p'),
    };
  }

  /** An empty expression is the last one used. */
  private expression(pattern: string, flags: string): RegExp {
    if (pattern === '' && this.lastExpression) return this.lastExpression;
    this.lastExpression = posixRegex(pattern, this.isExtended, flags);
    return this.lastExpression;
  }

  private address(): SedAddress | undefined {
    const rest = this.text.slice(this.at);
    const number = /^(\d+)(~(\d+))?/.exec(rest);
    if (number) {
      this.at += number[0].length;
      if (number[3] !== undefined) return { kind: 'step', first: Number(number[1]), step: Number(number[3]) };
      return { kind: 'line', line: Number(number[1]) };
    }
    const plus = /^\+(\d+)/.exec(rest);
    if (plus) {
      this.at += plus[0].length;
      return { kind: 'plus', count: Number(plus[1]) };
    }
    if (rest.startsWith('$')) {
      this.at++;
      return { kind: 'last' };
    }
    if (rest.startsWith('/') || rest.startsWith('\\')) {
      this.at += rest.startsWith('/') ? 1 : 2;
      const pattern = this.until(rest.startsWith('/') ? '/' : (rest[1] as string));
      const isFolded = this.text[this.at] === 'I';
      if (isFolded) this.at++;
      return { kind: 'match', expression: this.expression(pattern, isFolded ? 'gi' : 'g') };
    }
    return undefined;
  }

  /** Text up to the separator, which is skipped; `\` before the separator takes its meaning away. */
  private until(separator: string): string {
    let text = '';
    for (let inBracket = false; this.at < this.text.length; this.at++) {
      const character = this.text[this.at] as string;
      if (character === '\\' && this.at + 1 < this.text.length) {
        const next = this.text[++this.at] as string;
        text += next === separator ? next : `\\${next}`;
        continue;
      }
      if (character === '[' && !inBracket) inBracket = true;
      else if (character === ']') inBracket = false;
      if (character === separator && !inBracket) {
        this.at++;
        return text;
      }
      text += character;
    }
    if (text.includes('[') && text.includes(separator)) return this.withoutBrackets(text, separator);
    throw new SedError(`unterminated address or substitution`);
  }

  /** A lone `[` is no bracket expression: go back and end at the first separator. */
  private withoutBrackets(text: string, separator: string): string {
    const end = text.indexOf(separator);
    this.at -= text.length - end - 1;
    return text.slice(0, end);
  }

  private untilLineEnd(): string {
    const end = this.text.indexOf('\n', this.at);
    const text = this.text.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.text.length : end + 1;
    return text;
  }

  private skip(pattern: RegExp): void {
    while (this.at < this.text.length && pattern.test(this.text[this.at] as string)) this.at++;
  }
}
