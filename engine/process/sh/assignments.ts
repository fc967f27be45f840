import { type ArrayElement, type Assignment, UnfinishedInput, type Word } from './syntax.ts';
import { Tokens } from './tokens.ts';
import { readSubscript, readWord } from './words.ts';

/** Reads assignments; those of arrays are bash's alone. */
export class Assignments extends Tokens {
  protected readonly isBash: boolean;

  constructor(text: string, position: number, isWhole: boolean, isBash: boolean) {
    super(text, position, isWhole);
    this.isBash = isBash;
  }

  /** `NAME=value`, `NAME+=value`, `NAME[key]=value` or `NAME=(…)` at the cursor. */
  protected assignment(): Assignment | undefined {
    const start = this.cursor.position;
    const name = /^[A-Za-z_]\w*(?=\+?=|\[)/.exec(this.cursor.text.slice(start, start + 200))?.[0];
    if (name === undefined) return undefined;
    this.cursor.position += name.length;
    const subscript = this.isBash ? this.subscript() : undefined;
    const sign = /^\+?=/.exec(this.cursor.text.slice(this.cursor.position, this.cursor.position + 2))?.[0];
    if (sign === undefined) {
      this.cursor.position = start;
      return undefined;
    }
    this.cursor.position += sign.length;
    const append = sign === '+=';
    if (this.isBash && subscript === undefined && this.cursor.text[this.cursor.position] === '(')
      return { name, append, word: [], elements: this.elements() };
    const word = readWord(this.cursor) ?? [];
    return { name, append, word, ...(subscript === undefined ? {} : { subscript }) };
  }

  /** `NAME=(…)` among the arguments of `declare` and the like. */
  protected arrayArgument(): Assignment | undefined {
    const ahead = this.cursor.text.slice(this.cursor.position, this.cursor.position + 200);
    return this.isBash && /^[A-Za-z_]\w*\+?=\(/.test(ahead) ? this.assignment() : undefined;
  }

  /** A bracket that is never closed belongs to an ordinary word. */
  private subscript(): Word | undefined {
    try {
      return readSubscript(this.cursor);
    } catch (error) {
      if (error instanceof UnfinishedInput) return undefined;
      throw error;
    }
  }

  private elements(): ArrayElement[] {
    const elements: ArrayElement[] = [];
    this.cursor.position++;
    for (;;) {
      this.newlines();
      if (this.accept(')')) return elements;
      elements.push(this.element());
    }
  }

  private element(): ArrayElement {
    const start = this.cursor.position;
    const key = readSubscript(this.cursor);
    if (key !== undefined && this.cursor.text[this.cursor.position] === '=') {
      this.cursor.position++;
      return { key, word: readWord(this.cursor) ?? [] };
    }
    this.cursor.position = start;
    const word = readWord(this.cursor);
    if (word === undefined) this.unexpected(')');
    return { word };
  }
}
