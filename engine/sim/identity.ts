const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const HEX_DIGITS = '0123456789abcdef';

/** A version 4 UUID from a random stream, as `metadata.uid`. */
export function uid(random: () => number): string {
  const digits = hex(random, 32);
  const variant = HEX_DIGITS[8 + Math.floor(random() * 4)];
  // Joined, so that it is one piece of memory: most are kept for ever and never compared.
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}

/**
 * The five letters that `generateName` appends; no vowels and no look-alikes, as in
 * `k8s.io/apimachinery/pkg/util/rand`.
 */
export function nameSuffix(random: () => number): string {
  let suffix = '';
  for (let count = 0; count < 5; count++) suffix += SUFFIX_LETTERS[Math.floor(random() * SUFFIX_LETTERS.length)];
  return suffix;
}

/** `length` random hexadecimal digits. */
export function hex(random: () => number, length: number): string {
  let digits = '';
  while (digits.length < length) {
    // A one in front keeps the leading zeros.
    digits += (0x1000000 + Math.floor(random() * 0x1000000)).toString(16).slice(1);
  }
  return digits.slice(0, length);
}
