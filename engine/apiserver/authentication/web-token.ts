import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64Bytes, base64Decode, base64Encode, base64OfBytes } from '../../base64.ts';
import {
  type EllipticKey,
  ellipticKey,
  ellipticPoint,
  ellipticSign,
  ellipticVerify,
} from '../../certificates/elliptic.ts';
import { publicKeyInfo } from '../../certificates/keys.ts';

/** The claims of a token: JSON, with sorted names. */
export type Claims = Readonly<Record<string, unknown>>;

interface SigningKey {
  readonly key: EllipticKey;
  readonly point: Uint8Array;
  /** `kid`: SHA-256 of the public key. */
  readonly identifier: string;
}

const keys = new Map<string, SigningKey>();
const KNOWN_KEYS = 8;

function signingKey(seed: string): SigningKey {
  const known = keys.get(seed);
  if (known !== undefined) return known;
  const key = ellipticKey(seed);
  const identifier = urlSafe(base64OfBytes(sha256(publicKeyInfo(key))));
  const made = { key, point: ellipticPoint(key), identifier };
  if (keys.size >= KNOWN_KEYS) keys.delete(keys.keys().next().value as string);
  keys.set(seed, made);
  return made;
}

/** A signed JSON Web Token (RFC 7515, ES256). The same claims give the same token. Takes a millisecond. */
export function signedToken(seed: string, claims: Claims): string {
  return signedText(seed, JSON.stringify(claims));
}

function signedText(seed: string, claims: string): string {
  const { key, identifier } = signingKey(seed);
  const head = JSON.stringify({ alg: 'ES256', kid: identifier });
  const content = `${urlSafe(base64Encode(head))}.${urlSafe(base64Encode(claims))}`;
  const signature = ellipticSign(key, sha256(utf8ToBytes(content)), 'compact');
  return `${content}.${urlSafe(base64OfBytes(signature))}`;
}

/** Signatures that held: tokens come again with each request. */
const verified = new Map<string, Claims>();
const KNOWN_TOKENS = 256;

/** The claims of a token that this key has signed; `undefined` for anything else. */
export function verifiedClaims(seed: string, token: string): Claims | undefined {
  const id = `${seed}\n${token}`;
  const known = verified.get(id);
  if (known !== undefined) return known;
  const claims = checkedClaims(seed, token);
  if (claims === undefined) return undefined;
  if (verified.size >= KNOWN_TOKENS) verified.delete(verified.keys().next().value as string);
  verified.set(id, claims);
  return claims;
}

function checkedClaims(seed: string, token: string): Claims | undefined {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (signature === '' || rest.length > 0) return undefined;
  const { key, point, identifier } = signingKey(seed);
  const header = parsed(head);
  if (header?.alg !== 'ES256' || header.kid !== identifier) return undefined;
  const bytes = base64Bytes(plain(signature));
  const digest = sha256(utf8ToBytes(`${head}.${body}`));
  if (bytes?.length !== 64 || !ellipticVerify(key.curve, point, digest, bytes, 'compact')) return undefined;
  return parsed(body);
}

function parsed(part: string): Claims | undefined {
  try {
    const value = JSON.parse(base64Decode(plain(part)) ?? '');
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Claims of a token nobody has checked: to see whose it says to be. */
export function unverifiedClaims(token: string): Claims | undefined {
  return parsed(token.split('.')[1] ?? '');
}

/** The public key as a JSON Web Key (RFC 7517). */
export function webKey(seed: string): Readonly<Record<string, string>> {
  const { point, identifier } = signingKey(seed);
  return {
    use: 'sig',
    kty: 'EC',
    kid: identifier,
    crv: 'P-256',
    alg: 'ES256',
    x: urlSafe(base64OfBytes(point.subarray(1, 33))),
    y: urlSafe(base64OfBytes(point.subarray(33))),
  };
}

function urlSafe(encoded: string): string {
  return encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function plain(urlSafeText: string): string {
  return urlSafeText.replaceAll('-', '+').replaceAll('_', '/');
}

/** Begins a token that nobody has read yet: the key's seed and the claims follow. */
const UNSIGNED = '\u0001token ';

/**
 * A token for a file that perhaps nobody ever reads: what it will say, without the work of signing it. `tokenText` makes
 * the token of it; only the model itself ever sees the short form.
 */
export function unsignedToken(seed: string, claims: Claims): string {
  return `${UNSIGNED}${seed}\n${JSON.stringify(claims)}`;
}

/** How long the token of such a text will be; `undefined` for every other text. */
export function tokenLength(text: string): number | undefined {
  if (!text.startsWith(UNSIGNED)) return undefined;
  const claims = utf8ToBytes(text.slice(text.indexOf('\n') + 1)).length;
  return encodedLength(HEAD_LENGTH) + encodedLength(claims) + encodedLength(64) + 2;
}

/** Of `{"alg":"ES256","kid":"…"}`. */
const HEAD_LENGTH = 67;

/** Base64 without padding. */
function encodedLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

/** A file's text as a reader sees it: tokens are signed now. */
export function tokenText(text: string): string {
  if (!text.startsWith(UNSIGNED)) return text;
  const end = text.indexOf('\n');
  return signedText(text.slice(UNSIGNED.length, end), text.slice(end + 1));
}
