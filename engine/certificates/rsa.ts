import { hash32, nextRandom } from '../sim/random.ts';
import { bitString, type DerNode, derOf, integer, nothing, objectIdentifier, sequence, small } from './der.ts';

/** Names an RSA key in a `SubjectPublicKeyInfo`. */
export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/** The public half, as numbers. */
export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** Bytes instead of numbers, so that a key is plain data. */
export interface RsaKey {
  readonly type: 'RSA';
  /** PKCS #1 `RSAPrivateKey`. */
  readonly bytes: Uint8Array;
}

const EXPONENT = 65537n;

/** ASN.1 of `DigestInfo` with SHA-256, SHA-384 and SHA-512, up to the digest (RFC 8017, 9.2). */
const DIGEST_PREFIXES: Readonly<Record<number, readonly number[]>> = {
  32: [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
  ],
  48: [
    0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30,
  ],
  64: [
    0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
  ],
};

/** Numbers with one of these factors are not worth a closer look. */
const SMALL_PRIMES: readonly bigint[] = primesBelow(2000).map(BigInt);

function primesBelow(limit: number): number[] {
  const primes: number[] = [];
  for (let number = 3; number < limit; number += 2) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  return primes;
}

const known = new Map<string, RsaKey>();
const KNOWN = 8;

/** The same text makes the same key. Takes half a second for 2048 bits: for commands that people type. */
export function rsaKey(seed: string, bits: number): RsaKey {
  const id = `${bits} ${seed}`;
  const present = known.get(id);
  if (present !== undefined) return present;
  const made = newKey(seed, bits);
  if (known.size >= KNOWN) known.delete(known.keys().next().value as string);
  known.set(id, made);
  return made;
}

function newKey(seed: string, bits: number): RsaKey {
  const random = bitSource(seed);
  for (;;) {
    const p = prime(random, bits >> 1);
    const q = prime(random, bits - (bits >> 1));
    const totient = (p - 1n) * (q - 1n);
    if (p === q || (p * q).toString(2).length !== bits || totient % EXPONENT === 0n) continue;
    const [larger, smaller] = p > q ? [p, q] : [q, p];
    return { type: 'RSA', bytes: privateKeyBytes(larger, smaller, inverse(EXPONENT, totient)) };
  }
}

function privateKeyBytes(p: bigint, q: bigint, d: bigint): Uint8Array {
  const numbers = [p * q, EXPONENT, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  return derOf(sequence(small(0), ...numbers.map((number) => integer(bytesOf(number)))));
}

/** The numbers of a PKCS #1 private key: version, modulus, exponent, d, p, q, dP, dQ, inverse of q. */
export function rsaNumbers(node: DerNode): readonly bigint[] {
  return node.children.map(({ content }) => numberOf(content));
}

/** `SubjectPublicKeyInfo`. */
export function rsaPublicKeyInfo({ modulus, exponent }: RsaPublicKey): Uint8Array {
  const key = derOf(sequence(integer(bytesOf(modulus)), integer(bytesOf(exponent))));
  return derOf(sequence(sequence(objectIdentifier(RSA_ENCRYPTION), nothing()), bitString(key)));
}

/** RSASSA-PKCS1-v1_5 over a digest. */
export function rsaSign(modulus: bigint, privateExponent: bigint, digest: Uint8Array): Uint8Array {
  const length = bytesOf(modulus).length;
  return bytesOf(power(numberOf(padded(digest, length)), privateExponent, modulus), length);
}

export function rsaVerify({ modulus, exponent }: RsaPublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const length = bytesOf(modulus).length;
  if (signature.length !== length) return false;
  const found = bytesOf(power(numberOf(signature), exponent, modulus), length);
  return padded(digest, length).every((byte, at) => found[at] === byte);
}

function padded(digest: Uint8Array, length: number): Uint8Array {
  const prefix = DIGEST_PREFIXES[digest.length] ?? [];
  const fill = length - prefix.length - digest.length - 3;
  return Uint8Array.from([0, 1, ...new Array<number>(Math.max(0, fill)).fill(0xff), 0, ...prefix, ...digest]);
}

export function numberOf(bytes: Uint8Array): bigint {
  let digits = '0x0';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return BigInt(digits);
}

/** Big-endian, with leading zeros up to `length`. */
function bytesOf(number: bigint, length = 0): Uint8Array {
  const digits = number.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const filled = even.padStart(length * 2, '0');
  return Uint8Array.from(filled.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** By Euclid's extended algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [left, right, first, second] = [value % modulus, modulus, 1n, 0n];
  while (left > 1n) {
    const quotient = right / left;
    [left, right] = [right - quotient * left, left];
    [first, second] = [second - quotient * first, first];
  }
  return ((first % modulus) + modulus) % modulus;
}

function bitSource(text: string): (bits: number) => bigint {
  let seed = hash32(text);
  return (bits) => {
    let digits = '';
    while (digits.length * 4 < bits) {
      const next = nextRandom(seed);
      seed = next.seed;
      digits += Math.floor(next.value * 0x10000)
        .toString(16)
        .padStart(4, '0');
    }
    return BigInt(`0x${digits}`) >> BigInt(digits.length * 4 - bits);
  };
}

/** An odd prime with its two highest bits set, so that a product of two has all its bits. */
function prime(random: (bits: number) => bigint, bits: number): bigint {
  const start = random(bits) | (3n << BigInt(bits - 2)) | 1n;
  for (let candidate = start; ; candidate += 2n) if (isPrime(candidate)) return candidate;
}

function isPrime(candidate: bigint): boolean {
  if (SMALL_PRIMES.some((small) => candidate % small === 0n)) return false;
  let odd = candidate - 1n;
  let twos = 0;
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  // Eight bases are plenty for numbers that nobody has chosen to deceive (FIPS 186-4, table C.2).
  return SMALL_PRIMES.slice(0, 8).every((base) => isStrongProbablePrime(candidate, base, odd, twos));
}

function isStrongProbablePrime(candidate: bigint, base: bigint, odd: bigint, twos: number): boolean {
  let value = power(base, odd, candidate);
  if (value === 1n || value === candidate - 1n) return true;
  for (let count = 1; count < twos; count++) {
    value = (value * value) % candidate;
    if (value === candidate - 1n) return true;
  }
  return false;
}
