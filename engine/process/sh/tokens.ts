import { type Part, ShellSyntaxError, UnfinishedInput, type Word } from './syntax.ts';
import { type Cursor, readQuoted } from './words.ts';

const OPERATORS = [
  '&&',
  '||',
  ';;',
  '<<-',
  '<<<',
  '<<',
  '>>',
  '>|',
  '<>',
  '<&',
  '>&',
  '&>',
  '|&',
  '|',
  '&',
  ';',
  '<',
  '>',
  '(',
  ')',
];
const RESERVED = [
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'do',
  'done',
  'case',
  'esac',
  'while',
  'until',
  'for',
  '{',
  '}',
  '!',
  'in',
  'function',
  '[[',
];

/** A here-document that was announced and is still to be read. */
interface PendingDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly target: { word: Word };
}

/** Reads the tokens of a script: operators, reserved words, newlines with the here-documents behind them. */
export class Tokens {
  readonly cursor: Cursor;
  protected documents: PendingDocument[] = [];

  private readonly isWhole: boolean;

  constructor(text: string, position: number, isWhole: boolean) {
    this.isWhole = isWhole;
    this.cursor = { text, position };
  }

  protected atEnd(): boolean {
    return this.cursor.position >= this.cursor.text.length;
  }

  /** Skips blanks, continued lines and comments. */
  protected blanks(): void {
    const { text } = this.cursor;
    for (;;) {
      const letter = text[this.cursor.position];
      if (letter === ' ' || letter === '\t' || letter === '\r') this.cursor.position++;
      else if (letter === '\\' && text[this.cursor.position + 1] === '\n') this.cursor.position += 2;
      else if (letter === '#') {
        const end = text.indexOf('\n', this.cursor.position);
        this.cursor.position = end < 0 ? text.length : end;
      } else return;
    }
  }

  protected newline(): boolean {
    this.blanks();
    if (this.cursor.text[this.cursor.position] !== '\n') return false;
    this.cursor.position++;
    if (this.documents.length > 0) this.readDocuments();
    return true;
  }

  protected newlines(): void {
    while (this.newline());
    this.blanks();
  }

  protected operator(): string | undefined {
    this.blanks();
    const { text, position } = this.cursor;
    const found = OPERATORS.find((operator) => text.startsWith(operator, position));
    if ((found === '<' || found === '>') && text[position + 1] === '(') return undefined;
    return found;
  }

  protected accept(operator: string): boolean {
    if (this.operator() !== operator) return false;
    this.cursor.position += operator.length;
    return true;
  }

  /** The word ahead if it is reserved. */
  protected reserved(): string | undefined {
    this.blanks();
    const match = /^(?:[a-z]+|\{|\}|!|\[\[)(?=[\s;&|<>()]|$)/.exec(
      this.cursor.text.slice(this.cursor.position, this.cursor.position + 12),
    );
    return match !== null && RESERVED.includes(match[0]) ? match[0] : undefined;
  }

  protected acceptWord(word: string): boolean {
    if (this.reserved() !== word) return false;
    this.cursor.position += word.length;
    return true;
  }

  protected expect(word: string): void {
    if (!this.acceptWord(word)) this.unexpected(word);
  }

  protected unexpected(expected?: string): never {
    this.blanks();
    const hint = expected === undefined ? '' : ` (expecting "${expected}")`;
    if (this.atEnd()) throw new UnfinishedInput(`unexpected end of file${hint}`);
    const operator = this.operator();
    if (operator !== undefined) throw new ShellSyntaxError(`unexpected "${operator}"${hint}`);
    if (this.cursor.text[this.cursor.position] === '\n') throw new ShellSyntaxError(`unexpected newline${hint}`);
    const reserved = this.reserved();
    if (reserved !== undefined) throw new ShellSyntaxError(`unexpected "${reserved}"${hint}`);
    throw new ShellSyntaxError(`unexpected word${hint}`);
  }

  /** The here-documents that were announced on the line just read. */
  protected readDocuments(): void {
    const documents = this.documents;
    this.documents = [];
    for (const { delimiter, quoted, stripTabs, target } of documents) {
      let body = '';
      for (;;) {
        // The end of a script also ends a here-document; an interactive shell reads on.
        if (this.atEnd() && !this.isWhole) throw new UnfinishedInput('here-document unfinished');
        if (this.atEnd()) break;
        const end = this.cursor.text.indexOf('\n', this.cursor.position);
        const raw = this.cursor.text.slice(this.cursor.position, end < 0 ? undefined : end);
        this.cursor.position = end < 0 ? this.cursor.text.length : end + 1;
        const line = stripTabs ? raw.replace(/^\t+/, '') : raw;
        if (line === delimiter) break;
        body += `${line}\n`;
      }
      const parts: Part[] = [];
      if (quoted) parts.push({ type: 'text', text: body, quoted: true });
      else readQuoted({ text: body, position: 0 }, parts, '');
      target.word = parts;
    }
  }
}
