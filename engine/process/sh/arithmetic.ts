import { ShellError } from './shell.ts';

/** Access to the variables of an expression. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
}

const TOKEN =
  /\s*(?:(\d+#\w+|0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_]\w*)|(\*\*|<<=|>>=|&&|\|\||<<|>>|<=|>=|==|!=|\+\+|--|[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),]))/y;

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** The value of `$((…))`: C's operators on 64-bit integers, of which 53 bits are exact here. */
export function arithmetic(text: string, variables: Variables): number {
  return new Evaluation(text, variables).whole();
}

class Evaluation {
  private readonly tokens: string[] = [];
  private readonly variables: Variables;
  private readonly text: string;
  private position = 0;
  /** Inside a branch that is not taken nothing is assigned. */
  private idle = 0;

  constructor(text: string, variables: Variables) {
    this.text = text;
    this.variables = variables;
    let index = 0;
    while (text.slice(index).trim() !== '') {
      TOKEN.lastIndex = index;
      const match = TOKEN.exec(text);
      if (match === null) throw new ShellError(`arithmetic expression: expecting primary: "${text}"`);
      this.tokens.push((match[1] ?? match[2] ?? match[3]) as string);
      index = TOKEN.lastIndex;
    }
  }

  whole(): number {
    if (this.tokens.length === 0) return 0;
    const result = this.comma();
    if (this.position < this.tokens.length)
      throw new ShellError(`arithmetic expression: expecting EOF: "${this.text}"`);
    return result;
  }

  private accept(...operators: string[]): string | undefined {
    const token = this.tokens[this.position];
    if (token === undefined || !operators.includes(token)) return undefined;
    this.position++;
    return token;
  }

  private comma(): number {
    let result = this.assignment();
    while (this.accept(',')) result = this.assignment();
    return result;
  }

  private assignment(): number {
    const name = this.tokens[this.position] ?? '';
    const operator = this.tokens[this.position + 1] ?? '';
    if (!/^[A-Za-z_]/.test(name) || !/^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) return this.conditional();
    this.position += 2;
    const right = this.assignment();
    const result = operator === '=' ? right : this.apply(operator.slice(0, -1), this.variable(name), right);
    return this.store(name, result);
  }

  private store(name: string, result: number): number {
    if (this.idle === 0) this.variables.set(name, String(result));
    return result;
  }

  private conditional(): number {
    const test = this.binary(0);
    if (!this.accept('?')) return test;
    const yes = this.branch(test === 0, () => this.assignment());
    if (!this.accept(':')) throw new ShellError(`arithmetic expression: expecting ':': "${this.text}"`);
    const no = this.branch(test !== 0, () => this.assignment());
    return test === 0 ? no : yes;
  }

  private branch(idle: boolean, run: () => number): number {
    if (idle) this.idle++;
    const result = run();
    if (idle) this.idle--;
    return result;
  }

  private binary(level: number): number {
    const operators = LEVELS[level];
    if (operators === undefined) return this.power();
    let left = this.binary(level + 1);
    for (let operator = this.accept(...operators); operator !== undefined; operator = this.accept(...operators)) {
      const decided = (operator === '&&' && left === 0) || (operator === '||' && left !== 0);
      const right = this.branch(decided, () => this.binary(level + 1));
      left = this.apply(operator, left, right);
    }
    return left;
  }

  private apply(operator: string, left: number, right: number): number {
    switch (operator) {
      case '||':
        return Number(left !== 0 || right !== 0);
      case '&&':
        return Number(left !== 0 && right !== 0);
      case '==':
        return Number(left === right);
      case '!=':
        return Number(left !== right);
      case '<':
        return Number(left < right);
      case '>':
        return Number(left > right);
      case '<=':
        return Number(left <= right);
      case '>=':
        return Number(left >= right);
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '/':
      case '%':
        if (right === 0) {
          if (this.idle > 0) return 0;
          throw new ShellError('divide by zero');
        }
        return operator === '/' ? Math.trunc(left / right) + 0 : (left % right) + 0;
      default:
        return this.bits(operator, BigInt(Math.trunc(left)), BigInt(Math.trunc(right)));
    }
  }

  private bits(operator: string, left: bigint, right: bigint): number {
    const result =
      operator === '|'
        ? left | right
        : operator === '&'
          ? left & right
          : operator === '^'
            ? left ^ right
            : operator === '<<'
              ? left << (right & 63n)
              : left >> (right & 63n);
    return Number(BigInt.asIntN(64, result));
  }

  private power(): number {
    const base = this.unary();
    return this.accept('**') ? base ** this.power() : base;
  }

  private unary(): number {
    const operator = this.accept('-', '+', '!', '~', '++', '--');
    if (operator === undefined) return this.primary();
    if (operator === '++' || operator === '--') {
      const name = this.tokens[this.position++] ?? '';
      return this.store(name, this.variable(name) + (operator === '++' ? 1 : -1));
    }
    const operand = this.unary();
    if (operator === '-') return 0 - operand;
    if (operator === '!') return Number(operand === 0);
    return operator === '~' ? -operand - 1 : operand;
  }

  private primary(): number {
    const token = this.tokens[this.position++];
    if (token === '(') {
      const result = this.comma();
      if (!this.accept(')')) throw new ShellError(`arithmetic expression: expecting ')': "${this.text}"`);
      return result;
    }
    if (token !== undefined && /^\d/.test(token)) return number(token);
    if (token === undefined || !/^[A-Za-z_]/.test(token))
      throw new ShellError(`arithmetic expression: expecting primary: "${this.text}"`);
    const before = this.variable(token);
    const step = this.accept('++', '--');
    if (step !== undefined) this.store(token, before + (step === '++' ? 1 : -1));
    return before;
  }

  private variable(name: string): number {
    const text = (this.variables.get(name) ?? '').trim();
    if (text === '') return 0;
    if (/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text))
      return text.startsWith('-') ? -number(text.slice(1)) : number(text.replace(/^\+/, ''));
    if (/^[A-Za-z_]\w*$/.test(text) && text !== name) return this.variable(text);
    throw new ShellError(`Illegal number: ${text}`);
  }
}

function number(text: string): number {
  const [, base, digits] = /^(\d+)#(\w+)$/.exec(text) ?? [];
  if (digits !== undefined) return Number.parseInt(digits, Number(base));
  if (/^0[0-9]*[89]/.test(text)) throw new ShellError('arithmetic syntax error');
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}
