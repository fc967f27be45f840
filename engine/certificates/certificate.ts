import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  bitString,
  boolean,
  type DerNode,
  type DerValue,
  derOf,
  dotted,
  encoded,
  integer,
  octetString,
  readDer,
  sequence,
  small,
  tagged,
  taggedBytes,
  time,
  timeOf,
} from './der.ts';
import {
  type AlternativeNames,
  alternativeNamesExtension,
  alternativeNamesOf,
  EXTENSION,
  type Extension,
  extension,
  extensionsOf,
  isAuthority,
  keyIdentifier,
  usageExtensions,
  usagesOf,
} from './extensions.ts';
import { type PrivateKey, publicKeyInfo, sign, signatureAlgorithm, signatureFault } from './keys.ts';
import { type DistinguishedName, nameOf, subjectName } from './name.ts';
import { pemBlocks, pemOf } from './pem.ts';

/** Who signs: a certificate's subject and the key behind it. */
export interface Issuer {
  readonly subject: Uint8Array;
  readonly key: PrivateKey;
}

/** What is to be certified. Times are milliseconds since the Unix epoch. */
export interface CertificateTemplate extends Partial<AlternativeNames> {
  readonly commonName?: string;
  readonly organizations?: readonly string[];
  /** A ready subject, such as a request's, instead of the two. */
  readonly subject?: Uint8Array;
  readonly publicKeyInfo: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  /** As a CertificateSigningRequest names them: `digital signature`, `client auth`. */
  readonly usages: readonly string[];
  readonly isAuthority?: boolean;
}

/** A certificate that was read. */
export interface Certificate extends AlternativeNames {
  readonly version: number;
  /** Hexadecimal, as OpenSSL prints it. */
  readonly serialNumber: string;
  readonly signatureAlgorithm: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKeyInfo: Uint8Array;
  readonly usages: readonly string[];
  readonly isAuthority: boolean;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
  /** What is signed. */
  readonly body: Uint8Array;
  /** The whole certificate as DER. */
  readonly bytes: Uint8Array;
}

/** Signs a certificate, as PEM. The same template makes the same bytes: also the serial number comes from it. */
export function issueCertificate(issuer: Issuer, template: CertificateTemplate): string {
  const subject = template.subject ?? subjectName(template.commonName ?? '', template.organizations);
  const body = sequence(
    tagged(0, small(2)),
    integer(serialNumber(template, subject)),
    signatureAlgorithm(issuer.key),
    encoded(issuer.subject),
    sequence(time(template.notBefore), time(template.notAfter)),
    encoded(subject),
    encoded(template.publicKeyInfo),
    tagged(3, sequence(...certificateExtensions(issuer, template))),
  );
  const bytes = derOf(body);
  const signed = sequence(encoded(bytes), signatureAlgorithm(issuer.key), bitString(sign(issuer.key, bytes)));
  return pemOf('CERTIFICATE', derOf(signed));
}

function serialNumber(template: CertificateTemplate, subject: Uint8Array): Uint8Array {
  const times = Uint8Array.from(`${template.notBefore} ${template.notAfter}`, (letter) => letter.charCodeAt(0));
  const digest = sha256(Uint8Array.from([...subject, ...template.publicKeyInfo, ...times])).slice(0, 16);
  digest[0] = (digest[0] as number) & 0x7f;
  return digest;
}

function certificateExtensions(issuer: Issuer, template: CertificateTemplate): DerValue[] {
  const isIssuer = template.isAuthority === true;
  const alternative = alternativeNamesExtension(template);
  return [
    ...usageExtensions(template.usages),
    extension(EXTENSION.basicConstraints, sequence(...(isIssuer ? [boolean(true)] : [])), true),
    isIssuer
      ? extension(EXTENSION.subjectKeyIdentifier, octetString(keyIdentifier(template.publicKeyInfo)))
      : extension(EXTENSION.authorityKeyIdentifier, sequence(taggedBytes(0, keyIdentifier(publicKeyInfo(issuer.key))))),
    ...(alternative === undefined ? [] : [alternative]),
  ];
}

/** Reads the first certificate of a PEM text; `undefined` when there is none. */
export function parseCertificate(pem: string): Certificate | undefined {
  return parseCertificates(pem)[0];
}

/** All certificates of a PEM text; what is none is left out. */
export function parseCertificates(pem: string): readonly Certificate[] {
  const blocks = pemBlocks(pem).filter(({ type }) => type === 'CERTIFICATE');
  return blocks.map(({ bytes }) => certificateOf(bytes)).filter((certificate) => certificate !== undefined);
}

function certificateOf(bytes: Uint8Array): Certificate | undefined {
  const [body, algorithm, signature] = readDer(bytes)?.children ?? [];
  const identifier = algorithm?.children[0];
  if (body === undefined || identifier === undefined || signature === undefined) return undefined;
  const common = {
    bytes,
    signature: signature.content.subarray(1),
    signatureAlgorithm: dotted(identifier),
  };
  const fields = fieldsOf(body);
  return fields === undefined ? undefined : { ...fields, ...common };
}

function fieldsOf(body: DerNode): Omit<Certificate, 'bytes' | 'signature' | 'signatureAlgorithm'> | undefined {
  const [first] = body.children;
  const isVersioned = first?.isContext === true;
  const [serial, , issuer, validity, subject, key, ...rest] = body.children.slice(isVersioned ? 1 : 0);
  const [notBefore, notAfter] = validity?.children ?? [];
  if (!serial || !issuer || !notBefore || !notAfter || !subject || !key) return undefined;
  const extensions = extensionsOf(rest.find(({ tag, isContext }) => isContext && tag === 3)?.children[0]);
  return {
    version: isVersioned ? (first.children[0]?.content[0] ?? 0) + 1 : 1,
    serialNumber: bytesToHex(serial.content).replace(/^00(?=..)/, ''),
    issuer: nameOf(issuer),
    subject: nameOf(subject),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    publicKeyInfo: key.bytes,
    extensions,
    usages: usagesOf(extensions),
    isAuthority: isAuthority(extensions),
    ...alternativeNamesOf(extensions),
    body: body.bytes,
  };
}

/** Why a certificate is not the issuer's, in Go's words; `undefined` when it is. */
export function issueFault(certificate: Certificate, issuer: Certificate): string | undefined {
  const isNamed =
    certificate.issuer.bytes.length === issuer.subject.bytes.length &&
    certificate.issuer.bytes.every((byte, at) => issuer.subject.bytes[at] === byte);
  if (!isNamed) return 'x509: certificate signed by unknown authority';
  return signatureFault(issuer.publicKeyInfo, certificate.signatureAlgorithm, certificate.body, certificate.signature);
}
