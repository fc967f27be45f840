import { utf8Bytes } from './text.ts';

/** The first 32 bits of the fractional parts of a root of the first primes: the constants of FIPS 180-4. */
function constants(count: number, power: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (prime) found.push(fraction(candidate, power));
  }
  return found;
}

/** Exact in integers: floor(2^32 * root(n)) mod 2^32. */
function fraction(number: number, power: number): number {
  const scaled = BigInt(number) << BigInt(32 * power);
  let low = 0n;
  let high = 1n << 40n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** BigInt(power) <= scaled) low = middle;
    else high = middle - 1n;
  }
  return Number(low & 0xffffffffn);
}

const ROUND = constants(64, 3);
const START = constants(8, 2);

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export function sha256(text: string): string {
  const bytes = utf8Bytes(text);
  const length = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let shift = 56; shift >= 0; shift -= 8) bytes.push(shift >= 32 ? Math.floor(length / 2 ** shift) & 255 : (length >>> shift) & 255);
  const hash = [...START];
  for (let offset = 0; offset < bytes.length; offset += 64) block(hash, bytes, offset);
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function block(hash: number[], bytes: readonly number[], offset: number): void {
  const words: number[] = [];
  for (let index = 0; index < 16; index++) {
    const at = offset + index * 4;
    words.push(((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
  }
  for (let index = 16; index < 64; index++) {
    const early = words[index - 15] as number;
    const late = words[index - 2] as number;
    const small = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const large = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    words.push(((words[index - 16] as number) + small + (words[index - 7] as number) + large) | 0);
  }
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number];
  for (let index = 0; index < 64; index++) {
    const first = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + (ROUND[index] as number) + (words[index] as number)) | 0;
    const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) hash[index] = ((hash[index] as number) + word) | 0;
}
