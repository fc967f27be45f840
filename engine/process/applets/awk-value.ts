import { AwkError } from './awk-parser.ts';
import { posixRegex } from './regex.ts';

/** awk's values: texts that may look like numbers, and numbers. */
export type Value = string | number;

/** An extended regular expression. */
export function regex(source: string): RegExp {
  return posixRegex(source, true);
}

/** Fields of a record by a separator: a blank stands for runs of white space. */
export function pieces(text: string, separator: string): string[] {
  if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/);
  if (text === '') return [];
  return text.split(separator.length === 1 ? separator : regex(separator));
}

/** A value as text (CONVFMT %.6g). */
export function shown(value: Value): string {
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** A value as a number: what its beginning says. */
export function number(value: Value): number {
  return typeof value === 'number'
    ? value
    : Number.parseFloat(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(value)?.[0] ?? '0');
}

/** Neither 0 nor empty. */
export function isTrue(value: Value): boolean {
  return typeof value === 'number' ? value !== 0 : looksNumeric(value) ? Number(value) !== 0 : value !== '';
}

function looksNumeric(value: Value): boolean {
  return typeof value === 'number' || /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(value);
}

/** As numbers where both look like numbers, as texts otherwise. */
export function compared(operator: string, left: Value, right: Value): boolean {
  const numeric = looksNumeric(left) && looksNumeric(right);
  const [one, other] = numeric ? [number(left), number(right)] : [shown(left), shown(right)];
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '==':
      return one === other;
    case '!=':
      return one !== other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}

/** One arithmetic operation. */
export function calculated(operator: string, left: number, right: number): number {
  if ((operator === '/' || operator === '%') && right === 0) throw new AwkError('Division by zero');
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return left ** right;
  }
}
