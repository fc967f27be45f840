import { type Dialect, JQ } from './dialect.ts';

/** A jq program as a tree. */
export type Filter =
  | { readonly kind: 'identity' }
  | { readonly kind: 'recurse' }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'text'; readonly format: string; readonly parts: readonly (string | Filter)[] }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Filter; readonly key: Filter }
  | { readonly kind: 'slice'; readonly of: Filter; readonly from?: Filter; readonly to?: Filter }
  | { readonly kind: 'iterate'; readonly of: Filter }
  | { readonly kind: 'optional'; readonly of: Filter }
  | { readonly kind: 'negate'; readonly of: Filter }
  | { readonly kind: 'array'; readonly of: Filter }
  | { readonly kind: 'object'; readonly entries: readonly { readonly key: Filter; readonly value: Filter }[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Filter[] }
  | { readonly kind: 'bind'; readonly source: Filter; readonly name: string; readonly body: Filter }
  | {
      readonly kind: 'reduce';
      readonly source: Filter;
      readonly name: string;
      readonly init: Filter;
      readonly update: Filter;
    }
  | { readonly kind: 'if'; readonly condition: Filter; readonly then: Filter; readonly otherwise: Filter }
  | { readonly kind: 'try'; readonly body: Filter; readonly handler?: Filter };

/** The program cannot be read. */
export class JqSyntaxError extends Error {
  override readonly name = 'JqSyntaxError';
}

interface Token {
  readonly kind: 'name' | 'field' | 'variable' | 'format' | 'number' | 'text' | 'mark' | 'end';
  readonly text: string;
  /** Of a text: its pieces, programs between them. */
  readonly parts?: readonly (string | Filter)[];
}

const IDENTITY: Filter = { kind: 'identity' };
const EMPTY: Filter = { kind: 'call', name: 'empty', args: [] };

/** Reads a program. Throws `JqSyntaxError`. */
export function parseJq(program: string, dialect: Dialect = JQ): Filter {
  const parser = new Parser(tokensOf(program, dialect), dialect);
  const filter = parser.pipe();
  parser.expectEnd();
  return filter;
}

/** What the other kinds of tokens look like, the first that fits; a group is the part that counts. */
const SHAPES: readonly (readonly [Token['kind'], RegExp])[] = [
  ['variable', /^\$(\w+)/],
  ['format', /^@(\w+)/],
  ['number', /^((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/],
  ['name', /^([A-Za-z_]\w*)/],
];

function tokensOf(program: string, dialect: Dialect): Token[] {
  const tokens: Token[] = [];
  let rest = program;
  for (;;) {
    rest = rest.replace(/^(?:\s+|#[^\n]*)+/, '');
    if (rest === '') return [...tokens, { kind: 'end', text: '' }];
    const { token, length } = tokenAt(rest, dialect);
    tokens.push(token);
    rest = rest.slice(length);
  }
}

function tokenAt(rest: string, dialect: Dialect): { readonly token: Token; readonly length: number } {
  if (rest.startsWith('"')) {
    const { parts, length } = textAt(rest, dialect);
    return { token: { kind: 'text', text: rest.slice(0, length), parts }, length };
  }
  for (const [kind, shape] of [['field', dialect.field] as const, ...SHAPES, ['mark', dialect.marks] as const]) {
    const match = shape.exec(rest);
    if (match !== null) return { token: { kind, text: match[1] ?? match[0] }, length: match[0].length };
  }
  throw new JqSyntaxError(`syntax error, unexpected INVALID_CHARACTER ${JSON.stringify(rest[0])}`);
}

/** A text from its opening quote on; `\(…)` holds a program. */
function textAt(
  source: string,
  dialect: Dialect,
): { readonly parts: readonly (string | Filter)[]; readonly length: number } {
  const parts: (string | Filter)[] = [];
  let plain = '';
  let at = 1;
  for (; source[at] !== '"'; at++) {
    if (at >= source.length) throw new JqSyntaxError('syntax error, unexpected end of file, expecting QQSTRING_END');
    if (source[at] !== '\\') plain += source[at];
    else if (source[at + 1] === '(') {
      const end = closing(source, at + 1, dialect);
      parts.push(JSON.parse(`"${plain}"`), parseJq(source.slice(at + 2, end), dialect));
      plain = '';
      at = end;
    } else plain += source.slice(at, ++at + 1);
  }
  parts.push(JSON.parse(`"${plain.replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`));
  return { parts, length: at + 1 };
}

function closing(source: string, open: number, dialect: Dialect): number {
  let depth = 0;
  for (let at = open; at < source.length; at++) {
    if (source[at] === '"') at += textAt(source.slice(at), dialect).length - 1;
    else if (source[at] === '(') depth++;
    else if (source[at] === ')' && --depth === 0) return at;
  }
  throw new JqSyntaxError('syntax error, unexpected end of file');
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly dialect: Dialect;
  private at = 0;

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.tokens = tokens;
    this.dialect = dialect;
  }

  private get token(): Token {
    return this.tokens[this.at] as Token;
  }

  private is(text: string): boolean {
    const { kind } = this.token;
    return (kind === 'mark' || kind === 'name') && this.token.text === text;
  }

  private take(text: string): boolean {
    const isNext = this.is(text);
    if (isNext) this.at++;
    return isNext;
  }

  private expect(text: string): void {
    if (!this.take(text)) this.unexpected(`, expecting '${text}'`);
  }

  private unexpected(more = ''): never {
    const { kind, text } = this.token;
    throw new JqSyntaxError(`syntax error, unexpected ${kind === 'end' ? 'end of file' : `'${text}'`}${more}`);
  }

  expectEnd(): void {
    if (this.token.kind !== 'end') this.unexpected();
  }

  pipe(): Filter {
    if (this.is('def')) throw new JqSyntaxError('functions of your own (def) are not simulated');
    return this.level(0);
  }

  private variable(): string {
    if (this.token.kind !== 'variable') this.unexpected(', expecting a variable');
    return (this.tokens[this.at++] as Token).text;
  }

  private level(number: number): Filter {
    const operators = this.dialect.levels[number];
    if (operators === undefined) return this.bound();
    let left = this.level(number + 1);
    for (;;) {
      const operator = operators.find((each) => this.is(each));
      if (operator === undefined) return left;
      this.at++;
      const right = this.level(this.dialect.rightAssociative.includes(operator) ? number : number + 1);
      left = { kind: 'binary', operator, left, right };
    }
  }

  /** A term; `as $name` gives its values a name in all that follows, or in yq's `ireduce`. */
  private bound(): Filter {
    const source = this.postfix();
    if (!this.take('as')) return source;
    const name = this.variable();
    if (this.take('ireduce')) return this.reducing(source, name);
    this.expect('|');
    return { kind: 'bind', source, name, body: this.pipe() };
  }

  private postfix(): Filter {
    let filter = this.term();
    for (;;) {
      const next = this.suffix(filter);
      if (next === undefined) return filter;
      filter = next;
    }
  }

  private suffix(of: Filter): Filter | undefined {
    const { kind, text, parts } = this.token;
    if (kind === 'field') {
      this.at++;
      return { kind: 'index', of, key: { kind: 'literal', value: text } };
    }
    if (this.take('?')) return { kind: 'optional', of };
    if (this.take('[')) return this.bracket(of);
    if (!this.is('.') || !['text', 'mark'].includes(this.tokens[this.at + 1]?.kind ?? '')) return undefined;
    this.at++;
    if (this.token.kind === 'text') return this.named(of, (this.tokens[this.at++] as Token).parts ?? parts ?? []);
    this.expect('[');
    return this.bracket(of);
  }

  private named(of: Filter, parts: readonly (string | Filter)[]): Filter {
    return { kind: 'index', of, key: { kind: 'text', format: 'text', parts } };
  }

  private bracket(of: Filter): Filter {
    if (this.take(']')) return { kind: 'iterate', of };
    if (this.take(':')) {
      const to = this.pipe();
      this.expect(']');
      return { kind: 'slice', of, to };
    }
    const key = this.pipe();
    if (this.take(']')) return { kind: 'index', of, key };
    this.expect(':');
    const to = this.is(']') ? undefined : this.pipe();
    this.expect(']');
    return { kind: 'slice', of, from: key, ...(to === undefined ? {} : { to }) };
  }

  private term(): Filter {
    const { kind, text, parts = [] } = this.token;
    if (kind === 'end') this.unexpected();
    this.at++;
    switch (kind) {
      case 'number':
        return { kind: 'literal', value: Number(text) };
      case 'text':
        return { kind: 'text', format: 'text', parts };
      case 'variable':
        return { kind: 'variable', name: text };
      case 'field':
        return { kind: 'index', of: IDENTITY, key: { kind: 'literal', value: text } };
      case 'format':
        return this.formatted(text);
      case 'name':
        return this.word(text);
      default:
        return this.mark(text);
    }
  }

  private formatted(name: string): Filter {
    const { kind, parts = [] } = this.token;
    if (kind !== 'text') return { kind: 'format', name };
    this.at++;
    return { kind: 'text', format: name, parts };
  }

  private mark(text: string): Filter {
    if (text === '..') return { kind: 'recurse' };
    if (text === '-') return { kind: 'negate', of: this.postfix() };
    if (text === '{') return this.object();
    if (text === '(') return this.closed(this.pipe(), ')');
    if (text === '[') {
      if (this.take(']')) return { kind: 'array', of: EMPTY };
      return { kind: 'array', of: this.closed(this.pipe(), ']') };
    }
    if (text !== '.') {
      this.at--;
      this.unexpected();
    }
    if (this.token.kind === 'text') return this.named(IDENTITY, (this.tokens[this.at++] as Token).parts ?? []);
    return this.take('[') ? this.bracket(IDENTITY) : IDENTITY;
  }

  private closed(filter: Filter, mark: string): Filter {
    this.expect(mark);
    return filter;
  }

  private word(name: string): Filter {
    if (name === 'null') return { kind: 'literal', value: null };
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'if') return this.condition();
    if (name === 'reduce') return this.reduction();
    if (name === 'try') {
      const body = this.postfix();
      return { kind: 'try', body, ...(this.take('catch') ? { handler: this.postfix() } : {}) };
    }
    const args: Filter[] = [];
    if (this.take('(')) {
      do args.push(this.pipe());
      while (this.take(';'));
      this.expect(')');
    }
    return { kind: 'call', name, args };
  }

  private condition(): Filter {
    const condition = this.pipe();
    this.expect('then');
    const then = this.pipe();
    if (this.take('elif')) return { kind: 'if', condition, then, otherwise: this.condition() };
    const otherwise = this.take('else') ? this.pipe() : IDENTITY;
    this.expect('end');
    return { kind: 'if', condition, then, otherwise };
  }

  private reduction(): Filter {
    const source = this.postfix();
    this.expect('as');
    return this.reducing(source, this.variable());
  }

  private reducing(source: Filter, name: string): Filter {
    this.expect('(');
    const init = this.pipe();
    this.expect(';');
    const update = this.pipe();
    this.expect(')');
    return { kind: 'reduce', source, name, init, update };
  }

  private object(): Filter {
    const entries: { key: Filter; value: Filter }[] = [];
    while (!this.take('}')) {
      entries.push(this.entry());
      if (!this.is('}')) this.expect(',');
    }
    return { kind: 'object', entries };
  }

  /** `name: value`, `"text": value`, `(program): value`; without a value, the field or variable of that name. */
  private entry(): { readonly key: Filter; readonly value: Filter } {
    const { kind, text, parts = [] } = this.token;
    this.at++;
    let key: Filter = { kind: 'literal', value: text };
    if (kind === 'text') key = { kind: 'text', format: 'text', parts };
    else if (kind === 'mark' && text === '(') key = this.closed(this.pipe(), ')');
    else if (!['name', 'variable', 'number', 'format'].includes(kind)) {
      this.at--;
      this.unexpected();
    }
    if (this.take(':')) return { key, value: this.entryValue() };
    return {
      key,
      value: kind === 'variable' ? { kind: 'variable', name: text } : { kind: 'index', of: IDENTITY, key },
    };
  }

  private entryValue(): Filter {
    const { valueLevel } = this.dialect;
    let value = this.level(valueLevel);
    while (this.take('|')) value = { kind: 'binary', operator: '|', left: value, right: this.level(valueLevel) };
    return value;
  }
}
