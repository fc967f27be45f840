import { complain, print, read, type Script } from '../program.ts';
import { type AppletTable, linesOf, readInputs } from './applet.ts';
import { AwkError, type Expression, parseAwk, type Rule, type Statement } from './awk-parser.ts';
import { calculated, compared, isTrue, number, pieces, regex, shown, type Value } from './awk-value.ts';
import { formatted } from './format.ts';

/** How a statement ended. */
type Flow = 'next' | 'break' | 'continue' | 'exit' | undefined;

/** Loops that go on for longer than this are given up. */
const MOST_STEPS = 1_000_000;

/** A running awk program: its variables, its arrays, the record at hand, what it has printed. */
class Awk {
  output = '';
  status = 0;
  private readonly variables: Record<string, Value> = {
    FS: ' ',
    OFS: ' ',
    ORS: '\n',
    NR: 0,
    NF: 0,
    SUBSEP: '\x1c',
    RSTART: 0,
    RLENGTH: -1,
  };
  private readonly arrays: Record<string, Map<string, Value>> = {};
  private record = '';
  private fields: string[] = [];
  private readonly ranges = new Set<Rule>();
  private steps = 0;

  set(name: string, value: Value): void {
    this.variables[name] = value;
    if (name === 'NF') {
      this.fields.length = Number(value);
      this.join();
    }
  }

  /** Runs rules on a record. False: the program has ended. */
  feed(rules: readonly Rule[], line: string): boolean {
    this.variables['NR'] = Number(this.variables['NR']) + 1;
    this.split(line);
    for (const rule of rules) {
      if (rule.pattern === 'BEGIN' || rule.pattern === 'END' || !this.applies(rule)) continue;
      const flow = this.run(rule.action);
      if (flow === 'exit') return false;
      if (flow === 'next') break;
    }
    return true;
  }

  special(rules: readonly Rule[], when: 'BEGIN' | 'END'): boolean {
    return rules.filter((rule) => rule.pattern === when).every((rule) => this.run(rule.action) !== 'exit');
  }

  private applies(rule: Rule): boolean {
    if (rule.pattern === undefined || typeof rule.pattern === 'string') return true;
    if (rule.until === undefined) return isTrue(this.value(rule.pattern));
    if (!this.ranges.has(rule) && !isTrue(this.value(rule.pattern))) return false;
    this.ranges.add(rule);
    if (isTrue(this.value(rule.until))) this.ranges.delete(rule);
    return true;
  }

  private split(line: string): void {
    this.record = line;
    this.fields = pieces(line, String(this.variables['FS']));
    this.variables['NF'] = this.fields.length;
  }

  private join(): void {
    this.record = Array.from(this.fields, (field) => field ?? '').join(String(this.variables['OFS']));
  }

  private run(statement: Statement): Flow {
    if (++this.steps > MOST_STEPS) throw new AwkError('too many steps: a loop without an end');
    switch (statement.type) {
      case 'expression':
        this.value(statement.value);
        return undefined;
      case 'print':
        this.print(statement);
        return undefined;
      case 'if':
        if (isTrue(this.value(statement.test))) return this.run(statement.yes);
        return statement.no && this.run(statement.no);
      case 'while':
        return this.loop(() => isTrue(this.value(statement.test)), statement.body);
      case 'for':
        if (statement.first) this.run(statement.first);
        return this.loop(
          () => statement.test === undefined || isTrue(this.value(statement.test)),
          statement.body,
          statement.next,
        );
      case 'each': {
        const keys = [...this.array(statement.list).keys()];
        return this.loop(() => {
          const key = keys.shift();
          if (key !== undefined) this.variables[statement.name] = key;
          return key !== undefined;
        }, statement.body);
      }
      case 'block':
        for (const inner of statement.body) {
          const flow = this.run(inner);
          if (flow !== undefined) return flow;
        }
        return undefined;
      case 'delete':
        if (statement.key === undefined) this.array(statement.name).clear();
        else this.array(statement.name).delete(shown(this.value(statement.key)));
        return undefined;
      case 'exit':
        this.status = statement.status === undefined ? this.status : number(this.value(statement.status)) & 255;
        return 'exit';
      default:
        return statement.type;
    }
  }

  private loop(goesOn: () => boolean, body: Statement, next?: Statement): Flow {
    while (goesOn()) {
      const flow = this.run(body);
      if (flow === 'break') return undefined;
      if (flow === 'next' || flow === 'exit') return flow;
      if (next) this.run(next);
    }
    return undefined;
  }

  private print(statement: Extract<Statement, { type: 'print' }>): void {
    const values = statement.values.map((value) => shown(this.value(value)));
    if (statement.formatted) this.output += formatted(values[0] ?? '', values.slice(1)).text;
    else
      this.output +=
        (values.length === 0 ? this.record : values.join(String(this.variables['OFS']))) +
        String(this.variables['ORS']);
  }

  private array(name: string): Map<string, Value> {
    const found = this.arrays[name] ?? new Map<string, Value>();
    this.arrays[name] = found;
    return found;
  }

  private key(keys: readonly Expression[]): string {
    return keys.map((key) => shown(this.value(key))).join(String(this.variables['SUBSEP']));
  }

  private value(expression: Expression): Value {
    switch (expression.type) {
      case 'number':
      case 'text':
        return expression.value;
      case 'regex':
        return Number(regex(expression.source).test(this.record));
      case 'field':
        return this.field(number(this.value(expression.index)));
      case 'variable':
        return this.variables[expression.name] ?? '';
      case 'element':
        return this.array(expression.name).get(this.key(expression.keys)) ?? '';
      case 'in':
        return Number(this.array(expression.name).has(shown(this.value(expression.key))));
      case 'assign': {
        const right = this.value(expression.value);
        const operator = expression.operator.slice(0, -1);
        return this.store(
          expression.target,
          operator === '' ? right : calculated(operator, number(this.value(expression.target)), number(right)),
        );
      }
      case 'step': {
        const before = number(this.value(expression.target));
        this.store(expression.target, before + expression.by);
        return expression.before ? before + expression.by : before;
      }
      case 'unary': {
        const operand = this.value(expression.operand);
        return expression.operator === '!'
          ? Number(!isTrue(operand))
          : expression.operator === '-'
            ? 0 - number(operand)
            : number(operand);
      }
      case 'choice':
        return this.value(isTrue(this.value(expression.test)) ? expression.yes : expression.no);
      case 'binary':
        return this.binary(expression);
      case 'call':
        return this.call(expression.name, expression.values);
    }
  }

  private field(index: number): string {
    return index === 0 ? this.record : (this.fields[index - 1] ?? '');
  }

  private store(target: Expression, value: Value): Value {
    if (target.type === 'variable') this.set(target.name, value);
    else if (target.type === 'element') this.array(target.name).set(this.key(target.keys), value);
    else if (target.type === 'field') {
      const index = number(this.value(target.index));
      if (index === 0) this.split(shown(value));
      else {
        this.fields[index - 1] = shown(value);
        this.variables['NF'] = this.fields.length;
        this.join();
      }
    } else throw new AwkError('syntax error: cannot assign');
    return value;
  }

  private binary({ operator, left, right }: Extract<Expression, { type: 'binary' }>): Value {
    const one = this.value(left);
    if (operator === '&&') return Number(isTrue(one) && isTrue(this.value(right)));
    if (operator === '||') return Number(isTrue(one) || isTrue(this.value(right)));
    if (operator === '~' || operator === '!~') {
      const source = right.type === 'regex' ? right.source : shown(this.value(right));
      return Number(regex(source).test(shown(one)) === (operator === '~'));
    }
    const other = this.value(right);
    if (operator === 'concatenation') return shown(one) + shown(other);
    return ['<', '<=', '==', '!=', '>', '>='].includes(operator)
      ? Number(compared(operator, one, other))
      : calculated(operator, number(one), number(other));
  }

  private call(name: string, values: readonly Expression[]): Value {
    const text = (index: number) => (values[index] === undefined ? this.record : shown(this.value(values[index])));
    const amount = (index: number) => number(this.value(values[index] as Expression));
    switch (name) {
      case 'length':
        return values[0]?.type === 'variable' && this.arrays[values[0].name] !== undefined
          ? this.array(values[0].name).size
          : text(0).length;
      case 'substr':
        return values[2] === undefined
          ? text(0).slice(Math.max(amount(1) - 1, 0))
          : text(0).slice(Math.max(amount(1) - 1, 0), Math.max(amount(1) - 1 + amount(2), 0));
      case 'index':
        return text(0).indexOf(text(1)) + 1;
      case 'split':
        return this.splitInto(text(0), values);
      case 'toupper':
        return text(0).toUpperCase();
      case 'tolower':
        return text(0).toLowerCase();
      case 'int':
        return Math.trunc(amount(0));
      case 'sqrt':
        return Math.sqrt(amount(0));
      case 'sprintf':
        return formatted(
          text(0),
          values.slice(1).map((value) => shown(this.value(value))),
        ).text;
      case 'match': {
        const found = regex(this.source(values[1])).exec(text(0));
        this.variables['RLENGTH'] = found === null ? -1 : found[0].length;
        this.variables['RSTART'] = found === null ? 0 : found.index + 1;
        return this.variables['RSTART'];
      }
      case 'sub':
      case 'gsub':
        return this.substitute(name === 'gsub', values);
      default:
        throw new AwkError(`function '${name}' is not defined`);
    }
  }

  private source(value: Expression | undefined): string {
    return value?.type === 'regex' ? value.source : shown(this.value(value ?? { type: 'text', value: '' }));
  }

  private splitInto(text: string, values: readonly Expression[]): number {
    const [, target, separator] = values;
    if (target?.type !== 'variable') throw new AwkError('split needs an array');
    const found = pieces(text, separator === undefined ? String(this.variables['FS']) : this.source(separator));
    this.arrays[target.name] = new Map(found.map((piece, index) => [String(index + 1), piece]));
    return found.length;
  }

  private substitute(all: boolean, values: readonly Expression[]): number {
    const target = values[2] ?? { type: 'field', index: { type: 'number', value: 0 } };
    const replacement = shown(this.value(values[1] as Expression));
    let count = 0;
    const changed = shown(this.value(target)).replace(
      new RegExp(regex(this.source(values[0])).source, all ? 'g' : ''),
      (whole: string) => {
        count++;
        return replacement.replace(/\\&|&/g, (mark) => (mark === '&' ? whole : '&'));
      },
    );
    if (count > 0) this.store(target, changed);
    return count;
  }
}

const awk: Script = function* ({ argv }) {
  const program = new Awk();
  const words = argv.slice(1);
  const assigned: [string, string][] = [];
  for (let option = words[0]; option !== undefined && /^-[Fv]/.test(option); option = words[0]) {
    words.shift();
    const value = option.length > 2 ? option.slice(2) : (words.shift() ?? '');
    const equals = value.indexOf('=');
    assigned.push(
      option.startsWith('-F')
        ? ['FS', value === 't' ? '\t' : value]
        : [value.slice(0, equals), value.slice(equals + 1)],
    );
  }
  const [source, ...files] = words;
  if (source === undefined) {
    yield* complain('awk: no program given\n');
    return 1;
  }
  for (const [name, value] of assigned) program.set(name, value.replaceAll('\\t', '\t').replaceAll('\\n', '\n'));
  try {
    const rules = parseAwk(source);
    let goesOn = program.special(rules, 'BEGIN');
    const needsInput = rules.some((rule) => rule.pattern !== 'BEGIN');
    let failed = false;
    if (needsInput && files.length === 0) {
      let waiting = '';
      for (let part = yield* read(0); goesOn && part !== null; part = yield* read(0)) {
        const lines = (waiting + part).split('\n');
        waiting = lines.pop() as string;
        goesOn = lines.every((line) => program.feed(rules, line));
        yield* print(program.output);
        program.output = '';
      }
      if (goesOn && waiting !== '') goesOn = program.feed(rules, waiting);
    } else if (needsInput && goesOn) {
      const found = yield* readInputs('awk', files);
      failed = found.failed;
      goesOn = found.inputs.flatMap(({ text }) => linesOf(text)).every((line) => program.feed(rules, line));
    }
    program.special(rules, 'END');
    yield* print(program.output);
    return failed ? 2 : program.status;
  } catch (error) {
    if (!(error instanceof AwkError)) throw error;
    yield* complain(`awk: ${error.message}\n`);
    return 2;
  }
};

export const awkApplets: AppletTable = { awk };
