import type { Certificate } from '../../../certificates/certificate.ts';
import { CURVE_NAMES } from '../../../certificates/elliptic.ts';
import { EXTENSION, type Extension } from '../../../certificates/extensions.ts';
import { type PublicKey, parsePublicKeyInfo } from '../../../certificates/keys.ts';
import type { DistinguishedName } from '../../../certificates/name.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `O=devs, CN=jane`. */
export function nameText({ attributes }: DistinguishedName): string {
  return attributes.map(({ type, value }) => `${type}=${value}`).join(', ');
}

/** `Jan  1 00:00:00 2026 GMT`. */
export function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${MONTHS[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()} GMT`;
}

/** `AA:BB:CC`, in lines of so many bytes. */
export function octets(bytes: Uint8Array, perLine = bytes.length, indent = ''): string {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const lines: string[] = [];
  for (let at = 0; at < pairs.length; at += perLine) lines.push(indent + pairs.slice(at, at + perLine).join(':'));
  return lines.join(':\n');
}

/** Names of signature algorithms as OpenSSL prints them. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
};

function algorithmText(identifier: string): string {
  return ALGORITHMS[identifier] ?? identifier;
}

function keyLines(info: Uint8Array): string[] {
  const key = parsePublicKeyInfo(info);
  const lines = ['        Subject Public Key Info:'];
  if (key === undefined) return [...lines, '            Public Key Algorithm: unknown'];
  return [...lines, ...(key.type === 'EC' ? ellipticLines(key) : rsaLines(key))];
}

function ellipticLines({ curve, point }: Extract<PublicKey, { type: 'EC' }>): string[] {
  const { nist, name } = CURVE_NAMES[curve];
  return [
    '            Public Key Algorithm: id-ecPublicKey',
    `                Public-Key: (${nist.slice(2)} bit)`,
    '                pub:',
    octets(point, 15, ' '.repeat(20)),
    `                ASN1 OID: ${name}`,
    `                NIST CURVE: ${nist}`,
  ];
}

function rsaLines({ modulus, exponent }: Extract<PublicKey, { type: 'RSA' }>): string[] {
  const digits = modulus.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const signed = Number.parseInt(even.slice(0, 2), 16) & 0x80 ? `00${even}` : even;
  const bytes = Uint8Array.from(signed.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return [
    '            Public Key Algorithm: rsaEncryption',
    `                Public-Key: (${modulus.toString(2).length} bit)`,
    '                Modulus:',
    octets(bytes, 15, ' '.repeat(20)),
    `                Exponent: ${exponent} (0x${exponent.toString(16)})`,
  ];
}

const USAGES: Readonly<Record<string, string>> = {
  'digital signature': 'Digital Signature',
  'content commitment': 'Non Repudiation',
  'key encipherment': 'Key Encipherment',
  'data encipherment': 'Data Encipherment',
  'key agreement': 'Key Agreement',
  'cert sign': 'Certificate Sign',
  'crl sign': 'CRL Sign',
  'encipher only': 'Encipher Only',
  'decipher only': 'Decipher Only',
};

const PURPOSES: Readonly<Record<string, string>> = {
  any: 'Any Extended Key Usage',
  'server auth': 'TLS Web Server Authentication',
  'client auth': 'TLS Web Client Authentication',
  'code signing': 'Code Signing',
  'email protection': 'E-mail Protection',
  timestamping: 'Time Stamping',
  'ocsp signing': 'OCSP Signing',
};

/** What the extensions of a certificate or a request say. */
type Said = Pick<
  Certificate,
  'extensions' | 'usages' | 'isAuthority' | 'dnsNames' | 'ipAddresses' | 'emailAddresses' | 'uris'
>;

function listed(usages: readonly string[], names: Readonly<Record<string, string>>): string {
  return usages.flatMap((usage) => names[usage] ?? []).join(', ');
}

function alternativeText({ dnsNames, emailAddresses, ipAddresses, uris }: Said): string {
  return [
    ...dnsNames.map((name) => `DNS:${name}`),
    ...emailAddresses.map((name) => `email:${name}`),
    ...ipAddresses.map((address) => `IP Address:${address}`),
    ...uris.map((uri) => `URI:${uri}`),
  ].join(', ');
}

function extensionText({ identifier, content }: Extension, said: Said): readonly [string, string] | undefined {
  switch (identifier) {
    case EXTENSION.keyUsage:
      return ['X509v3 Key Usage', listed(said.usages, USAGES)];
    case EXTENSION.extendedKeyUsage:
      return ['X509v3 Extended Key Usage', listed(said.usages, PURPOSES)];
    case EXTENSION.basicConstraints:
      return ['X509v3 Basic Constraints', said.isAuthority ? 'CA:TRUE' : 'CA:FALSE'];
    case EXTENSION.subjectKeyIdentifier:
      return ['X509v3 Subject Key Identifier', octets(content?.content ?? new Uint8Array()).toUpperCase()];
    case EXTENSION.authorityKeyIdentifier:
      return [
        'X509v3 Authority Key Identifier',
        octets(content?.children[0]?.content ?? new Uint8Array()).toUpperCase(),
      ];
    case EXTENSION.subjectAlternativeName:
      return ['X509v3 Subject Alternative Name', alternativeText(said)];
  }
  return undefined;
}

function extensionLines(said: Said, indent: string): string[] {
  return said.extensions.flatMap((extension) => {
    const [name, text] = extensionText(extension, said) ?? [extension.identifier, '...'];
    return [`${indent}${name}: ${extension.isCritical ? 'critical' : ''}`, `${indent}    ${text}`];
  });
}

function serialLines(serial: string): string[] {
  const bytes = Uint8Array.from(serial.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  if (bytes.length < 8)
    return [`        Serial Number: ${BigInt(`0x${serial}`)} (0x${serial.replace(/^0+(?=.)/, '')})`];
  return ['        Serial Number:', octets(bytes, bytes.length, ' '.repeat(12))];
}

function signatureLines(algorithm: string, signature: Uint8Array): string[] {
  return [
    `    Signature Algorithm: ${algorithmText(algorithm)}`,
    '    Signature Value:',
    octets(signature, 18, ' '.repeat(8)),
  ];
}

/** As `openssl x509 -text` prints it. */
export function certificateText(certificate: Certificate): string {
  const { version, serialNumber, signatureAlgorithm, issuer, subject, notBefore, notAfter } = certificate;
  const hasExtensions = certificate.extensions.length > 0;
  const lines = [
    'Certificate:',
    '    Data:',
    `        Version: ${version} (0x${version - 1})`,
    ...serialLines(serialNumber),
    `        Signature Algorithm: ${algorithmText(signatureAlgorithm)}`,
    `        Issuer: ${nameText(issuer)}`,
    '        Validity',
    `            Not Before: ${timeText(notBefore)}`,
    `            Not After : ${timeText(notAfter)}`,
    `        Subject: ${nameText(subject)}`,
    ...keyLines(certificate.publicKeyInfo),
    ...(hasExtensions ? ['        X509v3 extensions:', ...extensionLines(certificate, ' '.repeat(12))] : []),
    ...signatureLines(signatureAlgorithm, certificate.signature),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is shown of a request. */
export interface ShownRequest extends Said {
  readonly subject: DistinguishedName;
  readonly publicKeyInfo: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/** As `openssl req -text` prints it. */
export function requestText(request: ShownRequest): string {
  const extensions = extensionLines(request, ' '.repeat(16));
  const lines = [
    'Certificate Request:',
    '    Data:',
    '        Version: 1 (0x0)',
    `        Subject: ${nameText(request.subject)}`,
    ...keyLines(request.publicKeyInfo),
    '        Attributes:',
    ...(extensions.length === 0 ? ['            (none)'] : ['            Requested Extensions:', ...extensions]),
    ...signatureLines(request.signatureAlgorithm, request.signature),
  ];
  return `${lines.join('\n')}\n`;
}
