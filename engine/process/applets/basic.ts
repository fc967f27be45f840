import { complain, print, read, sleep, write } from '../program.ts';
import { type AppletTable, isFailure, reasonOf } from './applet.ts';
import { formatted } from './format.ts';
import { condition, ConditionError } from '../sh/condition.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** echo, printf, true, false, yes, sleep, test, env and what else needs no files. */
export const BASIC: AppletTable = {
  *echo({ argv }) {
    const plain = argv[1] === '-n' || argv[1] === '-ne' || argv[1] === '-en';
    const escapes = argv[1] === '-e' || argv[1] === '-ne' || argv[1] === '-en';
    const text = argv.slice(plain || escapes ? 2 : 1).join(' ');
    yield* print((escapes ? formatted('%b', [text]).text : text) + (plain ? '' : '\n'));
    return 0;
  },
  *printf({ argv }) {
    const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
    const result = formatted(words[0] ?? '', words.slice(1));
    yield* print(result.text);
    for (const error of result.errors) yield* complain(`printf: ${error}\n`);
    return result.errors.length > 0 ? 1 : 0;
  },
  *test({ argv, directory }) {
    const bracket = argv[0]?.endsWith('[') === true;
    const words = bracket ? argv.slice(1, -1) : argv.slice(1);
    try {
      const result = yield* condition(words, { directory, user: 0, isTerminal: () => false, isSet: () => false });
      return result ? 0 : 1;
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      yield* complain(`${argv[0]}: ${error.message}\n`);
      return 2;
    }
  },
  *printenv({ argv, environment }) {
    if (argv.length === 1) {
      yield* print(Object.entries(environment).map(([name, value]) => `${name}=${value}\n`).join(''));
      return 0;
    }
    let status = 0;
    for (const name of argv.slice(1)) {
      if (environment[name] === undefined) status = 1;
      else yield* print(`${environment[name]}\n`);
    }
    return status;
  },
  *basename({ argv }) {
    const path = (argv[1] ?? '').replace(/\/+$/, '') || '/';
    const name = path === '/' ? path : path.slice(path.lastIndexOf('/') + 1);
    const suffix = argv[2] ?? '';
    yield* print(`${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
    return 0;
  },
  *dirname({ argv }) {
    const path = (argv[1] ?? '').replace(/(.)\/+$/, '$1');
    const slash = path.lastIndexOf('/');
    yield* print(`${slash < 0 ? '.' : path.slice(0, slash).replace(/\/+$/, '') || '/'}\n`);
    return 0;
  },
  *expr({ argv }) {
    const words = argv.slice(1);
    const [left = '', operator = '', right = ''] = words;
    let result: string | number = left;
    if (words[0] === 'length') result = (words[1] ?? '').length;
    else if (words.length === 3) {
      const [a, b] = [Number(left), Number(right)];
      if ('+-*/%'.includes(operator) && (Number.isNaN(a) || Number.isNaN(b))) {
        yield* complain('expr: non-numeric argument\n');
        return 2;
      }
      if ((operator === '/' || operator === '%') && b === 0) {
        yield* complain('expr: division by zero\n');
        return 2;
      }
      const numeric = !Number.isNaN(a) && !Number.isNaN(b);
      const table: Record<string, () => string | number> = {
        '+': () => a + b,
        '-': () => a - b,
        '*': () => a * b,
        '/': () => Math.trunc(a / b),
        '%': () => a % b,
        '=': () => Number(left === right),
        '!=': () => Number(left !== right),
        '<': () => Number(numeric ? a < b : left < right),
        '>': () => Number(numeric ? a > b : left > right),
        '<=': () => Number(numeric ? a <= b : left <= right),
        '>=': () => Number(numeric ? a >= b : left >= right),
        '|': () => (left !== '' && left !== '0' ? left : right),
        '&': () => (left !== '' && left !== '0' && right !== '' && right !== '0' ? left : 0),
      };
      result = table[operator]?.() ?? left;
    } else if (words.length !== 1) {
      yield* complain('expr: syntax error\n');
      return 2;
    }
    yield* print(`${result}\n`);
    return result === '' || result === 0 || result === '0' ? 1 : 0;
  },
  *clear() {
    yield* print('\x1b[H\x1b[2J');
    return 0;
  },
};
