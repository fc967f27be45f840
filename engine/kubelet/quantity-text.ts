const SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** A number of bytes as Go prints a quantity of format BinarySI: the largest suffix that leaves a whole number. */
export function binaryQuantity(bytes: number): string {
  let value = bytes;
  let at = 0;
  for (; value !== 0 && value % 1024 === 0 && at < SUFFIXES.length - 1; at++) value /= 1024;
  return `${value}${SUFFIXES[at]}`;
}
