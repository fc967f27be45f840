/** An expression of awk. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'field'; readonly index: Expression }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'element'; readonly name: string; readonly keys: readonly Expression[] }
  | { readonly type: 'assign'; readonly target: Expression; readonly operator: string; readonly value: Expression }
  | { readonly type: 'step'; readonly target: Expression; readonly by: number; readonly before: boolean }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly type: 'in'; readonly name: string; readonly key: Expression }
  | { readonly type: 'call'; readonly name: string; readonly values: readonly Expression[] };

export type Statement =
  | { readonly type: 'expression'; readonly value: Expression }
  | { readonly type: 'print'; readonly values: readonly Expression[]; readonly formatted: boolean }
  | { readonly type: 'if'; readonly test: Expression; readonly yes: Statement; readonly no?: Statement }
  | { readonly type: 'while'; readonly test: Expression; readonly body: Statement }
  | {
      readonly type: 'for';
      readonly first?: Statement;
      readonly test?: Expression;
      readonly next?: Statement;
      readonly body: Statement;
    }
  | { readonly type: 'each'; readonly name: string; readonly list: string; readonly body: Statement }
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'delete'; readonly name: string; readonly key?: Expression }
  | { readonly type: 'exit'; readonly status?: Expression }
  | { readonly type: 'next' | 'break' | 'continue' };

export interface Rule {
  readonly pattern: 'BEGIN' | 'END' | Expression | undefined;
  /** The end of a range `from, to`. */
  readonly until?: Expression;
  readonly action: Statement;
}

export class AwkError extends Error {
  override readonly name = 'AwkError';
}

interface Token {
  readonly type: 'number' | 'text' | 'regex' | 'name' | 'call' | 'operator' | 'newline' | 'end';
  readonly text: string;
}

const OPERATOR = /^(?:\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|!=|<=|>=|&&|\|\||!~|[-+*/%^!<>?:~=,;(){}[\]$])/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', '/': '/' };
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['~', '!~'],
  ['<', '<=', '==', '!=', '>', '>='],
  ['concatenation'],
  ['+', '-'],
  ['*', '/', '%'],
];
const PRINT_ENDS = [';', '}', 'newline', 'end'];

/** Parses an awk program: patterns with actions; user functions, getline and output redirection are refused. */
export function parseAwk(source: string): readonly Rule[] {
  return new AwkParser(source).program();
}

class AwkParser {
  private readonly tokens: Token[] = [];
  private position = 0;

  constructor(source: string) {
    let rest = source;
    while (rest !== '') {
      const taken = this.token(rest);
      rest = rest.slice(taken);
    }
    this.tokens.push({ type: 'end', text: 'end' });
  }

  /** Reads one token at the start of a text; how long it is. */
  private token(rest: string): number {
    const skipped = /^(?:[ \t\r]+|#[^\n]*|\\\n)/.exec(rest);
    if (skipped) return skipped[0].length;
    const add = (type: Token['type'], text: string, length: number): number => {
      this.tokens.push({ type, text });
      return length;
    };
    if (rest.startsWith('\n')) return add('newline', 'newline', 1);
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest);
    if (number) return add('number', number[0], number[0].length);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (name) return add(rest[name[0].length] === '(' ? 'call' : 'name', name[0], name[0].length);
    const text = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(rest);
    if (text)
      return add(
        'text',
        (text[1] as string).replace(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole),
        text[0].length,
      );
    const last = this.tokens[this.tokens.length - 1];
    const isOperand =
      last !== undefined &&
      (['number', 'text', 'name', 'regex'].includes(last.type) || [')', ']', '$'].includes(last.text));
    const regex = isOperand ? null : /^\/((?:[^/\\\n]|\\.)*)\//.exec(rest);
    if (regex) return add('regex', regex[1] as string, regex[0].length);
    const operator = OPERATOR.exec(rest);
    if (operator) return add('operator', operator[0], operator[0].length);
    throw new AwkError(`syntax error at '${rest.slice(0, 10)}'`);
  }

  private get ahead(): Token {
    return this.tokens[this.position] as Token;
  }

  private is(text: string): boolean {
    const { type } = this.ahead;
    return this.ahead.text === text && (type === 'operator' || type === 'newline' || type === 'end');
  }

  private accept(...texts: string[]): string | undefined {
    const found = texts.find((text) => this.is(text));
    if (found !== undefined) this.position++;
    return found;
  }

  private word(...words: string[]): string | undefined {
    const { type, text } = this.ahead;
    if ((type !== 'name' && type !== 'call') || !words.includes(text)) return undefined;
    this.position++;
    return text;
  }

  private expect(text: string): void {
    if (this.accept(text) === undefined)
      throw new AwkError(`syntax error: '${text}' expected before '${this.ahead.text}'`);
  }

  private skip(): void {
    while (this.accept(';', 'newline'));
  }

  program(): Rule[] {
    const rules: Rule[] = [];
    for (this.skip(); !this.is('end'); this.skip()) rules.push(this.rule());
    return rules;
  }

  private rule(): Rule {
    if (this.word('function', 'func') !== undefined) throw new AwkError("'function' is not supported by this awk");
    const special = this.word('BEGIN', 'END') as 'BEGIN' | 'END' | undefined;
    const pattern = special ?? (this.is('{') ? undefined : this.expression());
    const until = special === undefined && pattern !== undefined && this.accept(',') ? this.expression() : undefined;
    const action: Statement = this.is('{') ? this.block() : { type: 'print', values: [], formatted: false };
    return { pattern, action, ...(until === undefined ? {} : { until }) };
  }

  private block(): Statement {
    this.expect('{');
    const body: Statement[] = [];
    for (this.skip(); !this.accept('}'); this.skip()) body.push(this.statement());
    return { type: 'block', body };
  }

  private statement(): Statement {
    while (this.accept('newline'));
    if (this.is('{')) return this.block();
    const word = this.word(
      'if',
      'while',
      'for',
      'print',
      'printf',
      'next',
      'break',
      'continue',
      'exit',
      'delete',
      'function',
      'getline',
      'return',
    );
    switch (word) {
      case undefined:
        return { type: 'expression', value: this.expression() };
      case 'if':
        return this.choice();
      case 'while': {
        const test = this.bracketed();
        return { type: 'while', test, body: this.statement() };
      }
      case 'for':
        return this.loop();
      case 'print':
      case 'printf':
        return { type: 'print', values: this.printed(), formatted: word === 'printf' };
      case 'next':
      case 'break':
      case 'continue':
        return { type: word };
      case 'exit':
        return PRINT_ENDS.some((end) => this.is(end)) ? { type: 'exit' } : { type: 'exit', status: this.expression() };
      case 'delete': {
        const name = (this.tokens[this.position++] as Token).text;
        if (!this.accept('[')) return { type: 'delete', name };
        const key = this.expression();
        this.expect(']');
        return { type: 'delete', name, key };
      }
      default:
        throw new AwkError(`'${word}' is not supported by this awk`);
    }
  }

  private bracketed(): Expression {
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    return test;
  }

  private choice(): Statement {
    const test = this.bracketed();
    const yes = this.statement();
    const before = this.position;
    this.skip();
    if (this.word('else') !== undefined) return { type: 'if', test, yes, no: this.statement() };
    this.position = before;
    return { type: 'if', test, yes };
  }

  private loop(): Statement {
    this.expect('(');
    const [name, word, list] = this.tokens.slice(this.position, this.position + 3) as [Token, Token, Token];
    if (name.type === 'name' && word.text === 'in') {
      this.position += 3;
      this.expect(')');
      return { type: 'each', name: name.text, list: list.text, body: this.statement() };
    }
    const first = this.is(';') ? undefined : this.statement();
    this.expect(';');
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    const next = this.is(')') ? undefined : this.statement();
    this.expect(')');
    return {
      type: 'for',
      body: this.statement(),
      ...(first ? { first } : {}),
      ...(test ? { test } : {}),
      ...(next ? { next } : {}),
    };
  }

  private printed(): Expression[] {
    if (PRINT_ENDS.some((end) => this.is(end))) return [];
    const start = this.position;
    if (this.accept('(')) {
      const values = [this.expression()];
      while (this.accept(',')) values.push(this.expression());
      if (this.accept(')') && PRINT_ENDS.some((end) => this.is(end))) return values;
      this.position = start;
    }
    const values = [this.expression()];
    while (this.accept(',')) values.push(this.expression());
    return values;
  }

  private expression(): Expression {
    const left = this.binary(0);
    if (this.accept('?')) {
      const yes = this.expression();
      this.expect(':');
      return { type: 'choice', test: left, yes, no: this.expression() };
    }
    const operator = this.accept('=', '+=', '-=', '*=', '/=', '%=', '^=');
    return operator === undefined ? left : { type: 'assign', target: left, operator, value: this.expression() };
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      if (level === 2 && this.word('in') !== undefined) {
        left = { type: 'in', key: left, name: (this.tokens[this.position++] as Token).text };
        continue;
      }
      const joins = operators[0] === 'concatenation';
      const operator = joins ? (this.startsOperand() ? 'concatenation' : undefined) : this.accept(...operators);
      if (operator === undefined) return left;
      left = { type: 'binary', operator, left, right: this.binary(level + 1) };
    }
  }

  private startsOperand(): boolean {
    const { type, text } = this.ahead;
    if (type === 'name' || type === 'call') return text !== 'in';
    return (
      type === 'number' ||
      type === 'text' ||
      type === 'regex' ||
      (type === 'operator' && ['$', '(', '!', '++', '--'].includes(text))
    );
  }

  private unary(): Expression {
    const operator = this.accept('!', '-', '+');
    if (operator !== undefined) return { type: 'unary', operator, operand: this.unary() };
    const step = this.accept('++', '--');
    if (step !== undefined) return { type: 'step', target: this.unary(), by: step === '++' ? 1 : -1, before: true };
    const operand = this.primary();
    const after = this.accept('++', '--');
    const value: Expression =
      after === undefined ? operand : { type: 'step', target: operand, by: after === '++' ? 1 : -1, before: false };
    return this.accept('^') ? { type: 'binary', operator: '^', left: value, right: this.unary() } : value;
  }

  private primary(): Expression {
    const token = this.ahead;
    this.position++;
    switch (token.type) {
      case 'number':
        return { type: 'number', value: Number(token.text) };
      case 'text':
        return { type: 'text', value: token.text };
      case 'regex':
        return { type: 'regex', source: token.text };
      case 'call':
        return { type: 'call', name: token.text, values: this.list('(', ')') };
      case 'name':
        if (this.is('[')) return { type: 'element', name: token.text, keys: this.list('[', ']') };
        return token.text === 'length'
          ? { type: 'call', name: 'length', values: [] }
          : { type: 'variable', name: token.text };
      default:
        if (token.text === '$') return { type: 'field', index: this.primary() };
        if (token.text !== '(') throw new AwkError(`syntax error at '${token.text}'`);
    }
    const inner = this.expression();
    this.expect(')');
    return inner;
  }

  private list(open: string, close: string): Expression[] {
    this.expect(open);
    const values: Expression[] = [];
    while (!this.accept(close)) {
      values.push(this.expression());
      this.accept(',');
    }
    return values;
  }
}
