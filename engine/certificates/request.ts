import {
  bitString,
  type DerNode,
  derOf,
  dotted,
  encoded,
  objectIdentifier,
  readDer,
  sequence,
  set,
  small,
  tagged,
} from './der.ts';
import {
  type AlternativeNames,
  alternativeNamesExtension,
  alternativeNamesOf,
  type Extension,
  extensionsOf,
  isAuthority,
  usagesOf,
} from './extensions.ts';
import { type PrivateKey, publicKeyInfo, sign, signatureAlgorithm, signatureFault } from './keys.ts';
import { type DistinguishedName, nameOf } from './name.ts';
import { pemBlocks, pemOf } from './pem.ts';

/** What somebody asks to have certified: PKCS #10. */
export interface CertificateRequest extends AlternativeNames {
  readonly subject: DistinguishedName;
  readonly publicKeyInfo: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly usages: readonly string[];
  readonly isAuthority: boolean;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** Asks for a certificate. `subject` comes from `subjectName` or `orderedName`. */
export function certificateRequest(
  key: PrivateKey,
  subject: Uint8Array,
  names: Partial<AlternativeNames> = {},
): string {
  const alternative = alternativeNamesExtension(names);
  const attributes =
    alternative === undefined ? [] : [sequence(objectIdentifier(EXTENSION_REQUEST), set(sequence(alternative)))];
  const body = sequence(small(0), encoded(subject), encoded(publicKeyInfo(key)), tagged(0, ...attributes));
  const bytes = derOf(body);
  const signed = sequence(encoded(bytes), signatureAlgorithm(key), bitString(sign(key, bytes)));
  return pemOf('CERTIFICATE REQUEST', derOf(signed));
}

/**
 * Reads a request and checks that who asks has the key; otherwise says what is wrong with it, as
 * `pkg/apis/certificates/validation` does.
 */
export function parseCertificateRequest(pem: string): CertificateRequest | { readonly fault: string } {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') return { fault: 'PEM block type must be CERTIFICATE REQUEST' };
  const node = readDer(block.bytes);
  const [body, algorithm, signature] = node?.children ?? [];
  const [version, subject, key, attributes] = body?.children ?? [];
  const identifier = algorithm?.children[0];
  if (!body || !version || !subject || !key || !identifier || !signature) {
    return { fault: 'x509: malformed certificate request' };
  }
  const fault = signatureFault(key.bytes, dotted(identifier), body.bytes, signature.content.subarray(1));
  if (fault !== undefined) return { fault };
  const extensions = extensionsOf(requestedExtensions(attributes));
  return {
    subject: nameOf(subject),
    publicKeyInfo: key.bytes,
    extensions,
    usages: usagesOf(extensions),
    isAuthority: isAuthority(extensions),
    ...alternativeNamesOf(extensions),
    signatureAlgorithm: dotted(identifier),
    signature: signature.content.subarray(1),
  };
}

function requestedExtensions(attributes: DerNode | undefined): DerNode | undefined {
  const attribute = attributes?.children.find(({ children: [type] }) => type && dotted(type) === EXTENSION_REQUEST);
  return attribute?.children[1]?.children[0];
}
