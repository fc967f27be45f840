const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A number of bytes as Go prints a quantity of format BinarySI: the largest suffix that leaves a whole number. */
export function binaryQuantity(bytes: number): string {
  return withSuffix(bytes, 1024, BINARY);
}

/** A number as Go prints a quantity of format DecimalSI: 32000 is `32k`. */
export function decimalQuantity(amount: number): string {
  return withSuffix(amount, 1000, DECIMAL);
}

function withSuffix(amount: number, base: number, suffixes: readonly string[]): string {
  let value = amount;
  let at = 0;
  for (; value !== 0 && value % base === 0 && at < suffixes.length - 1; at++) value /= base;
  return `${value}${suffixes[at]}`;
}
