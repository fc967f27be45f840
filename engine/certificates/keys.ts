import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import {
  type DerNode,
  type DerValue,
  derOf,
  dotted,
  nothing,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  small,
  TAG,
} from './der.ts';
import {
  type CurveIdentifier,
  curveOf,
  EC_PUBLIC_KEY,
  type EllipticKey,
  ellipticKeyOf,
  ellipticPrivateKeyBytes,
  ellipticPublicKeyInfo,
  ellipticSign,
  ellipticVerify,
} from './elliptic.ts';
import { pemBlocks, pemOf } from './pem.ts';
import {
  numberOf,
  RSA_ENCRYPTION,
  type RsaKey,
  type RsaPublicKey,
  rsaNumbers,
  rsaPublicKeyInfo,
  rsaSign,
  rsaVerify,
} from './rsa.ts';

export type PrivateKey = EllipticKey | RsaKey;

/** What a `SubjectPublicKeyInfo` holds. */
export type PublicKey =
  | { readonly type: 'EC'; readonly curve: CurveIdentifier; readonly point: Uint8Array }
  | ({ readonly type: 'RSA' } & RsaPublicKey);

/** Signature algorithms by object identifier: kind of key and digest. */
const ALGORITHMS: Readonly<
  Record<string, { readonly type: PrivateKey['type']; readonly hash: (data: Uint8Array) => Uint8Array }>
> = {
  '1.2.840.10045.4.3.2': { type: 'EC', hash: sha256 },
  '1.2.840.10045.4.3.3': { type: 'EC', hash: sha384 },
  '1.2.840.10045.4.3.4': { type: 'EC', hash: sha512 },
  '1.2.840.113549.1.1.11': { type: 'RSA', hash: sha256 },
  '1.2.840.113549.1.1.12': { type: 'RSA', hash: sha384 },
  '1.2.840.113549.1.1.13': { type: 'RSA', hash: sha512 },
};

const WITH_SHA256 = { EC: '1.2.840.10045.4.3.2', RSA: '1.2.840.113549.1.1.11' } as const;

/** What keys of other kinds are told; Go's own words. */
const UNKNOWN = 'x509: unknown public key algorithm';

/** The key's public half, as certificates carry it. */
export function publicKeyInfo(key: PrivateKey): Uint8Array {
  if (key.type === 'EC') return ellipticPublicKeyInfo(key);
  const [, modulus = 0n, exponent = 0n] = rsaNumbers(readDer(key.bytes) as DerNode);
  return rsaPublicKeyInfo({ modulus, exponent });
}

/** Reads a `SubjectPublicKeyInfo`; `undefined` for keys of kinds that nobody here can use. */
export function parsePublicKeyInfo(bytes: Uint8Array): PublicKey | undefined {
  const [algorithm, key] = readDer(bytes)?.children ?? [];
  const [kind, parameters] = algorithm?.children ?? [];
  if (kind === undefined || key?.tag !== TAG.bitString) return undefined;
  // The first byte of a bit string counts its unused bits.
  const content = key.content.subarray(1);
  if (dotted(kind) === EC_PUBLIC_KEY) {
    const curve = parameters === undefined ? undefined : curveOf(dotted(parameters));
    return curve === undefined ? undefined : { type: 'EC', curve, point: content.slice() };
  }
  if (dotted(kind) !== RSA_ENCRYPTION) return undefined;
  const [modulus, exponent] = readDer(content)?.children ?? [];
  if (modulus === undefined || exponent === undefined) return undefined;
  return { type: 'RSA', modulus: numberOf(modulus.content), exponent: numberOf(exponent.content) };
}

/** The `AlgorithmIdentifier` of the signatures that a key makes. */
export function signatureAlgorithm(key: PrivateKey): DerValue {
  const identifier = objectIdentifier(WITH_SHA256[key.type]);
  return key.type === 'EC' ? sequence(identifier) : sequence(identifier, nothing());
}

/** Signs with SHA-256, deterministically. */
export function sign(key: PrivateKey, data: Uint8Array): Uint8Array {
  const digest = sha256(data);
  if (key.type === 'EC') return ellipticSign(key, digest, 'der');
  const [, modulus = 0n, , privateExponent = 0n] = rsaNumbers(readDer(key.bytes) as DerNode);
  return rsaSign(modulus, privateExponent, digest);
}

/** Why a signature does not hold, in Go's words; `undefined` when it does. */
export function signatureFault(
  info: Uint8Array,
  algorithm: string,
  data: Uint8Array,
  signature: Uint8Array,
): string | undefined {
  const key = parsePublicKeyInfo(info);
  const known = ALGORITHMS[algorithm];
  if (key === undefined) return UNKNOWN;
  if (known === undefined) return 'x509: cannot verify signature: algorithm unimplemented';
  if (known.type !== key.type) {
    const wanted = known.type === 'EC' ? 'ECDSA' : 'RSA';
    const found = key.type === 'EC' ? '*ecdsa.PublicKey' : '*rsa.PublicKey';
    return `x509: signature algorithm specifies an ${wanted} public key, but have public key of type ${found}`;
  }
  const digest = known.hash(data);
  if (key.type === 'EC') {
    return ellipticVerify(key.curve, key.point, digest, signature, 'der')
      ? undefined
      : 'x509: ECDSA verification failure';
  }
  return rsaVerify(key, digest, signature) ? undefined : 'crypto/rsa: verification error';
}

/** As OpenSSL and kubeadm write private keys: `EC PRIVATE KEY` or `RSA PRIVATE KEY`. */
export function privateKeyPem(key: PrivateKey): string {
  return key.type === 'EC'
    ? pemOf('EC PRIVATE KEY', ellipticPrivateKeyBytes(key))
    : pemOf('RSA PRIVATE KEY', key.bytes);
}

/** As OpenSSL 3 writes new keys: PKCS #8, `PRIVATE KEY`. */
export function privateKeyPkcs8(key: PrivateKey): string {
  const [algorithm, content] =
    key.type === 'EC'
      ? [sequence(objectIdentifier(EC_PUBLIC_KEY), objectIdentifier(key.curve)), ellipticPrivateKeyBytes(key)]
      : [sequence(objectIdentifier(RSA_ENCRYPTION), nothing()), key.bytes];
  return pemOf('PRIVATE KEY', derOf(sequence(small(0), algorithm, octetString(content))));
}

/** Reads the first private key of a file: `EC PRIVATE KEY`, `RSA PRIVATE KEY`, or `PRIVATE KEY` (PKCS #8) as OpenSSL 3 writes it. */
export function parsePrivateKey(pem: string): PrivateKey | undefined {
  for (const { type, bytes } of pemBlocks(pem)) {
    const node = readDer(bytes);
    if (node === undefined) continue;
    if (type === 'EC PRIVATE KEY') return ellipticKeyOf(node);
    if (type === 'RSA PRIVATE KEY') return { type: 'RSA', bytes };
    if (type === 'PRIVATE KEY') return fromPkcs8(node);
  }
  return undefined;
}

function fromPkcs8(node: DerNode): PrivateKey | undefined {
  const [, algorithm, wrapped] = node.children;
  const [kind, parameters] = algorithm?.children ?? [];
  if (kind === undefined || wrapped === undefined) return undefined;
  if (dotted(kind) === RSA_ENCRYPTION) return { type: 'RSA', bytes: wrapped.content.slice() };
  const inner = readDer(wrapped.content);
  if (dotted(kind) !== EC_PUBLIC_KEY || inner === undefined || parameters === undefined) return undefined;
  return ellipticKeyOf(inner, dotted(parameters));
}

/** A public key as a file: `PUBLIC KEY`. */
export function publicKeyPem(info: Uint8Array): string {
  return pemOf('PUBLIC KEY', info);
}
