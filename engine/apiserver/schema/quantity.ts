import { remembered } from '../../remembered.ts';

/**
 * Quantities in the canonical form in which Go writes them (`k8s.io/apimachinery/pkg/api/resource`):
 * `0.5` becomes `500m`, `1024Mi` becomes `1Gi`, `1000m` becomes `1`.
 */

const CANONICAL = /^(?:0|[1-9]\d{0,2}(?:m|k|M|G|Ki|Mi|Gi|Ti)?)$/;
const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei)|([numkMGTPE])|([eE])([+-]?\d+))?$/;

const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_SUFFIXES: Readonly<Record<number, string>> = {
  [-9]: 'n',
  [-6]: 'u',
  [-3]: 'm',
  0: '',
  3: 'k',
  6: 'M',
  9: 'G',
  12: 'T',
  15: 'P',
  18: 'E',
};
const NANO = 1_000_000_000n;

/** Exponents keep the letter they were written with. */
type Format = 'binary' | 'decimal' | 'e' | 'E';

/** What Go answers to anything that is no quantity. */
export const QUANTITY_FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** A quantity in billionths, or undefined where the text is none. Finer digits round away from zero. */
export function nanoValue(text: string): bigint | undefined {
  return parse(text)?.nanos;
}

/** The canonical text, or undefined where the text is no quantity. */
export function canonicalQuantity(text: string): string | undefined {
  if (CANONICAL.test(text)) return text;
  const quantity = parse(text.trim());
  return quantity === undefined ? undefined : format(quantity.nanos, quantity.format);
}

interface ParsedQuantity {
  readonly nanos: bigint;
  readonly format: Format;
}

const parse = remembered(parsedQuantity);

function parsedQuantity(text: string): ParsedQuantity | undefined {
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', binary, decimal, exponentLetter, exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction || '0');
  let nanos: bigint;
  if (binary !== undefined) {
    nanos = divideUp(digits * 1024n ** BigInt(BINARY[binary] as number) * NANO, 10n ** BigInt(fraction.length));
  } else {
    const power = (decimal === undefined ? Number(exponent ?? 0) : (DECIMAL[decimal] as number)) - fraction.length + 9;
    nanos = power >= 0 ? digits * 10n ** BigInt(power) : divideUp(digits, 10n ** BigInt(-power));
  }
  const form: Format = binary !== undefined ? 'binary' : ((exponentLetter as 'e' | 'E' | undefined) ?? 'decimal');
  return { nanos: sign === '-' ? -nanos : nanos, format: form };
}

/** The canonical sum of quantities. */
export function quantitySum(quantities: readonly string[]): string {
  let nanos = 0n;
  let form: Format = 'decimal';
  for (const quantity of quantities) {
    const addend = parse(quantity);
    nanos += addend?.nanos ?? 0n;
    if (nanos === (addend?.nanos ?? 0n)) form = addend?.format ?? form;
  }
  return format(nanos, form);
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function format(nanos: bigint, form: Format): string {
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const magnitude = nanos < 0n ? -nanos : nanos;
  if (form === 'binary' && magnitude >= 1024n * NANO && magnitude % NANO === 0n)
    return sign + binaryText(magnitude / NANO);
  let mantissa = magnitude;
  let exponent = -9;
  const isExponent = form === 'e' || form === 'E';
  while (mantissa % 1000n === 0n && (isExponent || exponent < 18)) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (isExponent) return `${sign}${mantissa}${exponent === 0 ? '' : `${form}${exponent}`}`;
  return `${sign}${mantissa}${DECIMAL_SUFFIXES[exponent]}`;
}

function binaryText(units: bigint): string {
  let mantissa = units;
  let exponent = 0;
  while (mantissa % 1024n === 0n && exponent < 6) {
    mantissa /= 1024n;
    exponent++;
  }
  return `${mantissa}${BINARY_SUFFIXES[exponent]}`;
}
