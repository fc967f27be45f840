import { type Expression, type ListItem, type Literal, type MapItem, OPERATORS, type StructItem } from './ast.ts';
import { type Token, tokens } from './lexer.ts';
import { expanded } from './macros.ts';
import { ProblemError } from './problem.ts';
import { bytesOf, textOf } from './text-literal.ts';

/** What an operand may begin with, as the grammar's messages list it. */
const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const RESERVED =
  'as break const continue else for function if import let loop package namespace return var void while'.split(' ');

/** Operators by how tightly they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['<', '<=', '>=', '>', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

const MOST_DEPTH = 250;

/** Reads an expression; macros are expanded. Throws `ProblemError`. Grammar: `cel-go/parser/gen/CEL.g4`. */
export function parse(source: string): Expression {
  const parser = new Parser(tokens(source));
  const expression = parser.expression();
  parser.end();
  return expression;
}

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;

  constructor(list: readonly Token[]) {
    this.tokens = list;
  }

  expression(): Expression {
    if (++this.depth > MOST_DEPTH)
      throw new ProblemError(this.next.at, `expression recursion limit exceeded: ${MOST_DEPTH}`);
    const condition = this.binary(0);
    const question = this.next;
    if (!this.accept('?')) {
      this.depth--;
      return condition;
    }
    const yes = this.binary(0);
    this.expect(':');
    const no = this.expression();
    this.depth--;
    return { kind: 'call', at: question.at, name: '_?_:_', arguments: [condition, yes, no] };
  }

  end(): void {
    const { text, kind, at } = this.next;
    if (kind === 'EOF') return;
    const isExtra = this.tokens[this.position + 1]?.kind === 'EOF';
    const what = isExtra ? 'extraneous' : 'mismatched';
    throw new ProblemError(at, `Syntax error: ${what} input '${text}' expecting <EOF>`);
  }

  private get next(): Token {
    return this.tokens[this.position] as Token;
  }

  private is(text: string): boolean {
    return this.next.kind === 'symbol' && this.next.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.position++;
    return true;
  }

  private expect(text: string): Token {
    const token = this.next;
    if (this.accept(text)) return token;
    const what =
      token.kind === 'EOF' ? `missing '${text}' at '<EOF>'` : `mismatched input '${token.text}' expecting '${text}'`;
    throw new ProblemError(token.at, `Syntax error: ${what}`);
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    while (this.next.kind === 'symbol' && operators.includes(this.next.text)) {
      const { text, at } = this.next;
      this.position++;
      const right = this.binary(level + 1);
      left = { kind: 'call', at, name: OPERATORS[text] as string, arguments: [left, right] };
    }
    return left;
  }

  private unary(): Expression {
    const { at, text } = this.next;
    const operator = this.is('!') ? '!_' : this.is('-') ? '-_' : undefined;
    if (operator === undefined || (operator === '-_' && this.isNegativeNumber())) return this.member();
    let count = 0;
    while (this.accept(text)) count++;
    const operand = this.member();
    return count % 2 === 0 ? operand : { kind: 'call', at, name: operator, arguments: [operand] };
  }

  private isNegativeNumber(): boolean {
    const kind = this.tokens[this.position + 1]?.kind;
    return kind === 'NUM_INT' || kind === 'NUM_FLOAT';
  }

  private member(): Expression {
    let operand = this.primary();
    for (;;) {
      const { at } = this.next;
      if (this.accept('.')) operand = this.selected(operand, at);
      else if (this.accept('[')) {
        const isOptional = this.accept('?');
        const index = this.expression();
        this.expect(']');
        operand = { kind: 'call', at, name: isOptional ? '_[?_]' : '_[_]', arguments: [operand, index] };
      } else return operand;
    }
  }

  private selected(operand: Expression, at: number): Expression {
    const isOptional = this.accept('?');
    const field = this.identifier();
    const open = this.next;
    if (isOptional || !this.accept('(')) return { kind: 'select', at, operand, field, isTest: false, isOptional };
    const parts = this.arguments(')');
    const qualified = qualifiedName(operand);
    const call = { at: open.at, name: field, target: operand, arguments: parts };
    const macro = expanded(call);
    if (macro !== undefined) return macro;
    return QUALIFIED.includes(`${qualified}.${field}`)
      ? { kind: 'call', at: open.at, name: `${qualified}.${field}`, arguments: parts }
      : { kind: 'call', ...call };
  }

  private identifier(): string {
    const { kind, text, at } = this.next;
    if (kind !== 'IDENTIFIER') throw this.unexpected(at, text, 'IDENTIFIER');
    this.position++;
    return text.startsWith('`') ? text.slice(1, -1) : text;
  }

  private unexpected(at: number, text: string, expected: string): ProblemError {
    return new ProblemError(at, `Syntax error: mismatched input '${text}' expecting ${expected}`);
  }

  private arguments(end: string): Expression[] {
    const parts: Expression[] = [];
    if (this.accept(end)) return parts;
    do parts.push(this.expression());
    while (this.accept(','));
    this.expect(end);
    return parts;
  }

  private primary(): Expression {
    const { at } = this.next;
    if (this.accept('(')) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    if (this.accept('[')) return { kind: 'list', at, items: this.listItems() };
    if (this.accept('{')) return { kind: 'map', at, items: this.mapItems() };
    const literal = this.literal();
    if (literal !== undefined) return { kind: 'literal', at, literal };
    return this.named();
  }

  private literal(): Literal | undefined {
    const isNegative = this.is('-') && this.isNegativeNumber();
    if (isNegative) this.position++;
    const { kind, text, at } = this.next;
    const value = literalOf(kind, isNegative ? `-${text}` : text, at);
    if (value !== undefined) this.position++;
    return value;
  }

  private named(): Expression {
    const { at } = this.next;
    const isRooted = this.accept('.');
    const { kind, text } = this.next;
    if (kind !== 'IDENTIFIER') throw this.noOperand();
    const name = this.identifier();
    if (RESERVED.includes(text)) throw new ProblemError(at, `Syntax error: reserved identifier: ${name}`);
    const open = this.next;
    if (this.accept('(')) {
      const call = { at: open.at, name, arguments: this.arguments(')') };
      return expanded(call) ?? { kind: 'call', ...call };
    }
    const type = this.structName(name);
    if (type !== undefined) return { kind: 'struct', at: open.at, type, items: this.structItems() };
    return { kind: 'name', at, name: isRooted ? `.${name}` : name };
  }

  /** The dotted name before `{`: what follows is a struct. */
  private structName(first: string): string | undefined {
    let name = first;
    let position = this.position;
    while (this.tokens[position]?.text === '.' && this.tokens[position + 1]?.kind === 'IDENTIFIER') {
      name += `.${this.tokens[position + 1]?.text}`;
      position += 2;
    }
    if (this.tokens[position]?.text !== '{') return undefined;
    this.position = position + 1;
    return name;
  }

  private noOperand(): ProblemError {
    const { text, at } = this.next;
    const follows = this.tokens[this.position + 1];
    const isExtra = follows !== undefined && this.next.kind !== 'EOF' && isOperandStart(follows);
    const what = isExtra ? 'extraneous' : 'mismatched';
    return new ProblemError(at, `Syntax error: ${what} input '${text}' expecting ${OPERAND}`);
  }

  private listItems(): ListItem[] {
    return this.sequence(']', () => {
      const isOptional = this.accept('?');
      return { value: this.expression(), isOptional };
    });
  }

  private mapItems(): MapItem[] {
    return this.sequence('}', () => {
      const isOptional = this.accept('?');
      const key = this.expression();
      const { at } = this.expect(':');
      return { at, key, value: this.expression(), isOptional };
    });
  }

  private structItems(): StructItem[] {
    return this.sequence('}', () => {
      const isOptional = this.accept('?');
      const field = this.identifier();
      const { at } = this.expect(':');
      return { at, field, value: this.expression(), isOptional };
    });
  }

  private sequence<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.accept(end)) {
      items.push(item());
      if (!this.accept(',')) {
        this.expect(end);
        break;
      }
    }
    return items;
  }
}

function isOperandStart(token: Token): boolean {
  return token.kind === 'symbol' ? ['[', '{', '(', '.', '-', '!'].includes(token.text) : token.kind !== 'EOF';
}

/** Functions whose names contain a dot: what stands before it is no variable. */
const QUALIFIED: readonly string[] = [
  'optional.of',
  'optional.none',
  'optional.ofNonZeroValue',
  'sets.contains',
  'sets.equivalent',
  'sets.intersects',
  'lists.range',
  'strings.quote',
  'ip.isCanonical',
  'jsonpatch.escapeKey',
  'format.named',
  ...[
    'dns1123Label dns1123Subdomain dns1035Label qualifiedName dns1123LabelPrefix dns1123SubdomainPrefix',
    'dns1035LabelPrefix labelValue uri uuid byte date datetime',
  ].flatMap((names) => names.split(' ').map((name) => `format.${name}`)),
];

function qualifiedName(expression: Expression): string {
  return expression.kind === 'name' ? expression.name : '';
}

const MOST_INT = 2n ** 63n;

function literalOf(kind: Token['kind'], text: string, at: number): Literal | undefined {
  switch (kind) {
    case 'NUM_INT': {
      const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
      if (value >= MOST_INT || value < -MOST_INT) throw new ProblemError(at, 'Syntax error: invalid int literal');
      return { type: 'int', value };
    }
    case 'NUM_UINT': {
      const value = BigInt(text.slice(0, -1));
      if (value >= 2n * MOST_INT) throw new ProblemError(at, 'Syntax error: invalid uint literal');
      return { type: 'uint', value };
    }
    case 'NUM_FLOAT':
      return { type: 'double', value: Number(text) };
    case 'STRING':
      return { type: 'string', value: textOf(text, at) };
    case 'BYTES':
      return { type: 'bytes', value: bytesOf(text, at) };
    case 'IDENTIFIER':
      if (text === 'true' || text === 'false') return { type: 'bool', value: text === 'true' };
      return text === 'null' ? { type: 'null_type', value: null } : undefined;
    default:
      return undefined;
  }
}
