import { type ECDSA, ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  bitString,
  type DerNode,
  derOf,
  dotted,
  objectIdentifier,
  octetString,
  sequence,
  small,
  tagged,
} from './der.ts';

/** `ecdsa-with-…` needs no parameters; this names the kind of key in a `SubjectPublicKeyInfo`. */
export const EC_PUBLIC_KEY = '1.2.840.10045.2.1';

/** NIST's curves by their object identifiers, each with the hash that signing with it draws its numbers from (RFC 6979). */
const NIST_CURVES = {
  '1.2.840.10045.3.1.7': { Point: p256.Point, hash: sha256 },
  '1.3.132.0.34': { Point: p384.Point, hash: sha384 },
  '1.3.132.0.35': { Point: p521.Point, hash: sha512 },
} as const;

export type CurveIdentifier = keyof typeof NIST_CURVES;

const curves = new Map<CurveIdentifier, ECDSA>();

/**
 * A curve that computes with nothing but its input. The library's own blinds what it multiplies with random numbers, and
 * no engine may draw any. The results are the same; whoever measures how long signing takes may learn more of the key.
 */
function curveFor(identifier: CurveIdentifier): ECDSA {
  let curve = curves.get(identifier);
  if (curve === undefined) {
    const { Point, hash } = NIST_CURVES[identifier];
    const withoutChance = { randomBytes: () => new Uint8Array() };
    curve = ecdsa(weierstrass(Point.CURVE(), withoutChance), hash, withoutChance);
    // A session signs once or twice: a table of multiples would cost more than it saves.
    curve.Point.BASE.precompute(1);
    curves.set(identifier, curve);
  }
  return curve;
}

export const P256: CurveIdentifier = '1.2.840.10045.3.1.7';

/** Names as OpenSSL prints and takes them. */
export const CURVE_NAMES: Readonly<Record<CurveIdentifier, { readonly nist: string; readonly name: string }>> = {
  '1.2.840.10045.3.1.7': { nist: 'P-256', name: 'prime256v1' },
  '1.3.132.0.34': { nist: 'P-384', name: 'secp384r1' },
  '1.3.132.0.35': { nist: 'P-521', name: 'secp521r1' },
};

export interface EllipticKey {
  readonly type: 'EC';
  readonly curve: CurveIdentifier;
  readonly secret: Uint8Array;
}

/** The same text makes the same key: whoever knows the seed of a session knows its keys. */
export function ellipticKey(seed: string, curve: CurveIdentifier = P256): EllipticKey {
  const first = sha512(utf8ToBytes(`key 0 ${seed}`));
  const second = sha512(utf8ToBytes(`key 1 ${seed}`));
  const { lengths, utils } = curveFor(curve);
  const material = Uint8Array.from([...first, ...second]).subarray(0, lengths.seed);
  return { type: 'EC', curve, secret: utils.randomSecretKey(material) };
}

const points = new WeakMap<EllipticKey, Uint8Array>();

/** The point of the public key, uncompressed. Worked out once for each key: it is asked for with everything signed. */
export function ellipticPoint(key: EllipticKey): Uint8Array {
  let point = points.get(key);
  if (point === undefined) {
    point = curveFor(key.curve).getPublicKey(key.secret, false);
    points.set(key, point);
  }
  return point;
}

/** Deterministic ECDSA (RFC 6979) over a digest. `der` is what certificates carry, `compact` what tokens carry. */
export function ellipticSign(key: EllipticKey, digest: Uint8Array, format: 'der' | 'compact'): Uint8Array {
  return curveFor(key.curve).sign(digest, key.secret, { prehash: false, lowS: false, format });
}

export function ellipticVerify(
  curve: CurveIdentifier,
  point: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
  format: 'der' | 'compact',
): boolean {
  try {
    return curveFor(curve).verify(signature, digest, point, { prehash: false, lowS: false, format });
  } catch {
    return false;
  }
}

/** A curve by its identifier; `undefined` for those of other people. */
export function curveOf(identifier: string): CurveIdentifier | undefined {
  return identifier in NIST_CURVES ? (identifier as CurveIdentifier) : undefined;
}

/** `SubjectPublicKeyInfo`. */
export function ellipticPublicKeyInfo(key: EllipticKey): Uint8Array {
  const algorithm = sequence(objectIdentifier(EC_PUBLIC_KEY), objectIdentifier(key.curve));
  return derOf(sequence(algorithm, bitString(ellipticPoint(key))));
}

/** `ECPrivateKey` of RFC 5915, the content of `EC PRIVATE KEY`. */
export function ellipticPrivateKeyBytes(key: EllipticKey): Uint8Array {
  return derOf(
    sequence(
      small(1),
      octetString(key.secret),
      tagged(0, objectIdentifier(key.curve)),
      tagged(1, bitString(ellipticPoint(key))),
    ),
  );
}

/** The inverse of `ellipticPrivateKeyBytes`; the curve may stand outside, as in PKCS #8. */
export function ellipticKeyOf(node: DerNode, outside?: string): EllipticKey | undefined {
  const [version, secret, parameters] = node.children;
  const named = parameters?.tag === 0 && parameters.isContext ? parameters.children[0] : undefined;
  const curve = curveOf(outside ?? (named === undefined ? '' : dotted(named)));
  if (version === undefined || secret === undefined || curve === undefined) return undefined;
  return { type: 'EC', curve, secret: secret.content.slice() };
}
