import { type Piece, pieces, type Token } from './lex.ts';
import {
  type Command,
  type Definition,
  type Node,
  type Operand,
  ParseFailure,
  type Pipeline,
  type Place,
} from './node.ts';

/**
 * Reads a file of templates: the file's own under its name, and those that it defines. `isKnown` says which functions
 * there are. Source: `text/template/parse/parse.go`.
 */
export function parseTemplates(file: string, source: string, isKnown: (name: string) => boolean): Definition[] {
  const parser = new Parser(file, pieces(file, source), isKnown);
  const nodes = parser.list([]);
  return [...parser.definitions, { name: file, file, nodes: nodes.nodes }];
}

/** What ended a list of parts: `{{end}}`, or `{{else …}}` with what follows the word. */
interface Ended {
  readonly nodes: readonly Node[];
  readonly word: '' | 'end' | 'else';
  readonly rest: Tokens;
}

class Parser {
  readonly definitions: Definition[] = [];
  private readonly file: string;
  private readonly parts: readonly Piece[];
  private readonly isKnown: (name: string) => boolean;
  private at = 0;

  constructor(file: string, parts: readonly Piece[], isKnown: (name: string) => boolean) {
    this.file = file;
    this.parts = parts;
    this.isKnown = isKnown;
  }

  /** Parts up to one of the words, which must come where any is given. */
  list(words: readonly ('end' | 'else')[]): Ended {
    const nodes: Node[] = [];
    let line = 1;
    for (; this.at < this.parts.length; ) {
      const part = this.parts[this.at++] as Piece;
      if (part.kind === 'text') {
        nodes.push(part);
        continue;
      }
      line = part.line;
      const tokens = new Tokens(this.file, part.tokens, part.line, this.isKnown);
      const word = tokens.keyword();
      if (word === 'end' || word === 'else') {
        if (!words.includes(word)) throw new ParseFailure(this.file, line, `unexpected {{${word}}}`);
        return { nodes, word, rest: tokens };
      }
      const node = this.node(word, tokens);
      if (node) nodes.push(node);
    }
    if (words.length > 0) throw new ParseFailure(this.file, this.lastLine(), 'unexpected EOF');
    return { nodes, word: '', rest: new Tokens(this.file, [], line, this.isKnown) };
  }

  /** The line on which the file ends. */
  private lastLine(): number {
    const at = this.parts.findLastIndex(({ kind }) => kind === 'action');
    const action = this.parts[at];
    const after = this.parts[at + 1];
    return (
      (action?.kind === 'action' ? action.line : 1) + (after?.kind === 'text' ? after.text.split('\n').length - 1 : 0)
    );
  }

  private node(word: string, tokens: Tokens): Node | undefined {
    if (word === 'if' || word === 'with' || word === 'range') return this.control(word, tokens);
    if (word === 'define') {
      this.define(tokens.string('define clause'));
      return undefined;
    }
    if (word === 'template' || word === 'block') {
      const { place } = tokens;
      const name = tokens.string(`${word} clause`);
      const pipeline = tokens.isAtEnd ? undefined : tokens.pipeline(word);
      if (word === 'block') this.define(name);
      return { kind: 'template', name, place, pipeline };
    }
    if (word === 'break' || word === 'continue') return { kind: word };
    return { kind: 'action', pipeline: tokens.pipeline('command') };
  }

  private define(name: string): void {
    const { nodes } = this.list(['end']);
    this.definitions.push({ name, file: this.file, nodes });
  }

  private control(kind: 'if' | 'with' | 'range', tokens: Tokens): Node {
    const pipeline = tokens.pipeline(kind);
    const body = this.list(['end', 'else']);
    if (body.word === 'end') return { kind, pipeline, body: body.nodes, otherwise: [] };
    const chained = body.rest.keyword();
    if ((chained === 'if' && kind !== 'range') || (chained === 'with' && kind === 'with')) {
      return { kind, pipeline, body: body.nodes, otherwise: [this.control(chained, body.rest)] };
    }
    return { kind, pipeline, body: body.nodes, otherwise: this.list(['end']).nodes };
  }
}

const KEYWORDS = new Set('if with range else end define template block break continue'.split(' '));

/** The tokens of one action, read from the left. */
class Tokens {
  readonly place: Place;
  private readonly file: string;
  private readonly tokens: readonly Token[];
  private readonly line: number;
  private readonly isKnown: (name: string) => boolean;
  private at = 0;

  constructor(file: string, tokens: readonly Token[], line: number, isKnown: (name: string) => boolean) {
    this.file = file;
    this.tokens = tokens;
    this.line = line;
    this.isKnown = isKnown;
    this.skipSpace();
    this.place = { line: tokens[this.at]?.line ?? line, column: tokens[this.at]?.column ?? 0 };
  }

  get isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.tokens.length;
  }

  /** The word that says what the action is; empty when it is a pipeline. */
  keyword(): string {
    this.skipSpace();
    const token = this.tokens[this.at];
    if (token?.kind !== 'word' || !KEYWORDS.has(token.text)) return '';
    this.at++;
    this.skipSpace();
    return token.text;
  }

  string(where: string): string {
    this.skipSpace();
    const token = this.tokens[this.at++];
    if (token?.kind !== 'string') throw this.fault(`unexpected ${describe(token)} in ${where}`);
    return unquoted(token.text);
  }

  pipeline(where: string): Pipeline {
    this.skipSpace();
    const first = this.tokens[this.at];
    const place = { line: first?.line ?? this.line, column: first?.column ?? 0 };
    const { variables, isAssignment } = this.variables();
    const commands: Command[] = [];
    for (;;) {
      this.skipSpace();
      const token = this.tokens[this.at];
      if (token === undefined || token.text === ')') break;
      commands.push(this.command());
      this.skipSpace();
      if (this.tokens[this.at]?.text !== '|') break;
      this.at++;
      this.skipSpace();
      if (this.isAtEnd) throw this.fault(`missing value for ${where}`);
    }
    if (commands.length === 0) throw this.fault(`missing value for ${where}`);
    for (const { operands } of commands.slice(1)) {
      if (operands[0]?.kind === 'literal' || operands[0]?.kind === 'dot')
        throw this.fault(
          `non executable command in pipeline stage ${commands.findIndex((one) => one.operands === operands) + 1}`,
        );
    }
    return { commands, variables, isAssignment, place };
  }

  /** `$x :=`, `$x =`, `$key, $value :=`. */
  private variables(): { readonly variables: readonly string[]; readonly isAssignment: boolean } {
    const start = this.at;
    const names: string[] = [];
    for (;;) {
      this.skipSpace();
      const token = this.tokens[this.at];
      if (token?.kind !== 'variable') break;
      names.push(token.text);
      this.at++;
      this.skipSpace();
      const sign = this.tokens[this.at]?.text;
      if (sign === ',') {
        this.at++;
        continue;
      }
      if (sign !== ':=' && sign !== '=') break;
      this.at++;
      return { variables: names, isAssignment: sign === '=' };
    }
    this.at = start;
    return { variables: [], isAssignment: false };
  }

  private command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      this.skipSpace();
      const token = this.tokens[this.at];
      if (token === undefined || token.text === '|' || token.text === ')') break;
      operands.push(this.operand(token));
      const next = this.tokens[this.at];
      if (next !== undefined && next.kind !== 'space' && next.text !== '|' && next.text !== ')')
        throw this.fault(`unexpected ${describe(next)} in operand`);
    }
    const first = operands[0];
    if (first === undefined) throw this.fault('empty command');
    return { operands, place: first.place, text: operands.map(({ text }) => text).join(' ') };
  }

  private operand(token: Token): Operand {
    this.at++;
    const place = { line: token.line, column: token.column };
    const base = { place, text: token.text };
    if (token.text === '(') return this.parenthesised(place);
    if (token.kind === 'field' || token.kind === 'variable') return this.chain(token);
    if (token.text === '.') return { kind: 'dot', ...base };
    if (token.kind === 'string') return { kind: 'literal', value: unquoted(token.text), ...base };
    if (token.kind === 'number') return { kind: 'literal', value: this.number(token.text), ...base };
    if (token.kind === 'character')
      return { kind: 'literal', value: BigInt(unquoted(`"${token.text.slice(1, -1)}"`).codePointAt(0) ?? 0), ...base };
    if (token.kind !== 'word') throw this.fault(`unexpected ${describe(token)} in operand`);
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true', ...base };
    if (token.text === 'nil') return { kind: 'literal', value: null, ...base };
    if (!this.isKnown(token.text)) throw this.fault(`function ${JSON.stringify(token.text)} not defined`, token.line);
    return { kind: 'function', name: token.text, ...base };
  }

  private number(text: string): bigint | number {
    const digits = text.replaceAll('_', '').replace(/^\+/, '');
    if (/^-?(?:0[xXoObB][\da-fA-F]+|\d+)$/.test(digits)) {
      const isNegative = digits.startsWith('-');
      const value = BigInt(digits.replace(/^-/, '').replace(/^0(?=[0-7]+$)/, '0o'));
      return isNegative ? -value : value;
    }
    return Number(digits);
  }

  private parenthesised(place: Place): Operand {
    const start = this.at;
    const pipeline = this.pipeline('parenthesized pipeline');
    this.skipSpace();
    if (this.tokens[this.at]?.text !== ')') throw this.fault('unclosed left paren');
    const inside = this.tokens.slice(start, this.at).map(({ text }) => text);
    this.at++;
    const fields = this.fields();
    const text = `(${inside.join('')})${fields.map((field) => `.${field}`).join('')}`;
    return { kind: 'pipeline', pipeline, fields, place, text };
  }

  /** A field or a variable with the fields behind it. Go says it stands where its second field does. */
  private chain(first: Token): Operand {
    const second = this.tokens[this.at];
    const fields = this.fields();
    const at = second?.kind === 'field' ? second : first;
    const place = { line: at.line, column: at.column };
    const text = first.text + fields.map((field) => `.${field}`).join('');
    if (first.kind === 'variable') return { kind: 'variable', name: first.text, fields, place, text };
    return { kind: 'field', fields: [first.text.slice(1), ...fields], place, text };
  }

  private fields(): string[] {
    const fields: string[] = [];
    for (; this.tokens[this.at]?.kind === 'field'; this.at++)
      fields.push((this.tokens[this.at] as Token).text.slice(1));
    return fields;
  }

  private skipSpace(): void {
    while (this.tokens[this.at]?.kind === 'space') this.at++;
  }

  private fault(problem: string, line = this.line): ParseFailure {
    return new ParseFailure(this.file, line, problem);
  }
}

function describe(token: Token | undefined): string {
  return token === undefined ? '"}}"' : JSON.stringify(token.text);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** What a Go string literal stands for. */
function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/g,
      (_, hex, short, long, octal, letter) => {
        const code = hex ?? short ?? long;
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
        return ESCAPES[letter] ?? letter;
      },
    );
}
