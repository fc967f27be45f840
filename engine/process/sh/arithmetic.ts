import { ShellError } from './shell.ts';

/** Access to the variables of an expression. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
}

const TOKEN =
  /\s*(?:(\d+#\w+|0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_]\w*(?:\[(?:[^\][]|\[[^\][]*\])*\])?)|(\*\*|<<=|>>=|&&|\|\||<<|>>|<=|>=|==|!=|\+\+|--|[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),]))/y;

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

/** The value of `$((…))`: C's operators on 64-bit integers, which turn over at their ends. */
export function arithmetic(text: string, variables: Variables): bigint {
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

  whole(): bigint {
    if (this.tokens.length === 0) return 0n;
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

  private comma(): bigint {
    let result = this.assignment();
    while (this.accept(',')) result = this.assignment();
    return result;
  }

  private assignment(): bigint {
    const name = this.tokens[this.position] ?? '';
    const operator = this.tokens[this.position + 1] ?? '';
    if (!/^[A-Za-z_]/.test(name) || !/^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) return this.conditional();
    this.position += 2;
    const right = this.assignment();
    const result = operator === '=' ? right : this.apply(operator.slice(0, -1), this.variable(name), right);
    return this.store(name, result);
  }

  private store(name: string, result: bigint): bigint {
    if (this.idle === 0) this.variables.set(name, String(result));
    return result;
  }

  private conditional(): bigint {
    const test = this.binary(0);
    if (!this.accept('?')) return test;
    const yes = this.branch(test === 0n, () => this.assignment());
    if (!this.accept(':')) throw new ShellError(`arithmetic expression: expecting ':': "${this.text}"`);
    const no = this.branch(test !== 0n, () => this.assignment());
    return test === 0n ? no : yes;
  }

  private branch(idle: boolean, run: () => bigint): bigint {
    if (idle) this.idle++;
    const result = run();
    if (idle) this.idle--;
    return result;
  }

  private binary(level: number): bigint {
    const operators = LEVELS[level];
    if (operators === undefined) return this.power();
    let left = this.binary(level + 1);
    for (let operator = this.accept(...operators); operator !== undefined; operator = this.accept(...operators)) {
      const decided = (operator === '&&' && left === 0n) || (operator === '||' && left !== 0n);
      const right = this.branch(decided, () => this.binary(level + 1));
      left = this.apply(operator, left, right);
    }
    return left;
  }

  private apply(operator: string, left: bigint, right: bigint): bigint {
    switch (operator) {
      case '||':
        return truth(left !== 0n || right !== 0n);
      case '&&':
        return truth(left !== 0n && right !== 0n);
      case '==':
        return truth(left === right);
      case '!=':
        return truth(left !== right);
      case '<':
        return truth(left < right);
      case '>':
        return truth(left > right);
      case '<=':
        return truth(left <= right);
      case '>=':
        return truth(left >= right);
      case '/':
      case '%':
        if (right === 0n) {
          if (this.idle > 0) return 0n;
          throw new ShellError('divide by zero');
        }
        return wrapped(operator === '/' ? left / right : left % right);
      default:
        return wrapped(computed(operator, left, right));
    }
  }

  private power(): bigint {
    const base = this.unary();
    return this.accept('**') ? powerOf(base, this.power()) : base;
  }

  private unary(): bigint {
    const operator = this.accept('-', '+', '!', '~', '++', '--');
    if (operator === undefined) return this.primary();
    if (operator === '++' || operator === '--') {
      const name = this.tokens[this.position++] ?? '';
      return this.store(name, wrapped(this.variable(name) + (operator === '++' ? 1n : -1n)));
    }
    const operand = this.unary();
    if (operator === '-') return wrapped(-operand);
    if (operator === '!') return truth(operand === 0n);
    return operator === '~' ? ~operand : operand;
  }

  private primary(): bigint {
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
    if (step !== undefined) this.store(token, wrapped(before + (step === '++' ? 1n : -1n)));
    return before;
  }

  private variable(name: string): bigint {
    const text = (this.variables.get(name) ?? '').trim();
    if (text === '') return 0n;
    if (/^[-+]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text))
      return text.startsWith('-') ? wrapped(-number(text.slice(1))) : number(text.replace(/^\+/, ''));
    if (/^[A-Za-z_]\w*$/.test(text) && text !== name) return this.variable(text);
    throw new ShellError(`Illegal number: ${text}`);
  }
}

const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value);
const truth = (value: boolean): bigint => (value ? 1n : 0n);

function computed(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '|':
      return left | right;
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '<<':
      return left << (right & 63n);
    default:
      return left >> (right & 63n);
  }
}

/** By squaring, so that no number grows beyond 128 bits on the way. */
function powerOf(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ShellError('exponent less than 0');
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = wrapped(square * square))
    if ((rest & 1n) === 1n) result = wrapped(result * square);
  return result;
}

/** A number in decimal, octal, hexadecimal, or to a base of its own: `2#101`. */
function number(text: string): bigint {
  const [, base, digits] = /^(\d+)#(\w+)$/.exec(text) ?? [];
  if (digits !== undefined) return inBase(digits, Number(base));
  if (/^0[0-9]*[89]/.test(text)) throw new ShellError('arithmetic syntax error');
  return wrapped(BigInt(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text));
}

function inBase(digits: string, base: number): bigint {
  let result = 0n;
  for (const digit of digits) {
    const value = Number.parseInt(digit, 36);
    if (Number.isNaN(value) || value >= base) throw new ShellError('arithmetic syntax error');
    result = wrapped(result * BigInt(base) + BigInt(value));
  }
  return result;
}
