const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const DASH = '-'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const LETTER_A = 'a'.charCodeAt(0);
/** The digits that may tell the variant of a UUID. */
const VARIANTS = '89ab';

/** A version 4 UUID from a random stream, as `metadata.uid`. */
export function uid(random: () => number): string {
  const digits = digitCodes(random, 32);
  digits[12] = ZERO + 4;
  digits[16] = VARIANTS.charCodeAt(Math.floor(random() * 4));
  const codes = new Array<number>(36);
  for (let at = 0, place = 0; at < digits.length; at++) {
    if (at === 8 || at === 12 || at === 16 || at === 20) codes[place++] = DASH;
    codes[place++] = digits[at] as number;
  }
  return String.fromCharCode(...codes);
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
  return String.fromCharCode(...digitCodes(random, length));
}

/** Six digits from each number that is drawn. Made from codes, a text is one piece of memory: most are kept for ever. */
function digitCodes(random: () => number, length: number): number[] {
  const codes = new Array<number>(length);
  for (let at = 0; at < length; ) {
    const drawn = Math.floor(random() * 0x1000000);
    for (let shift = 20; shift >= 0 && at < length; shift -= 4) {
      const digit = (drawn >> shift) & 0xf;
      codes[at++] = digit < 10 ? ZERO + digit : LETTER_A - 10 + digit;
    }
  }
  return codes;
}
