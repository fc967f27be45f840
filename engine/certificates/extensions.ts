import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  bitString,
  boolean,
  type DerNode,
  type DerValue,
  derOf,
  dotted,
  objectIdentifier,
  octetString,
  readDer,
  sequence,
  stringOf,
  TAG,
  taggedBytes,
} from './der.ts';

/** Names that a certificate is good for besides its subject. */
export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

/** One extension as it was read. */
export interface Extension {
  readonly identifier: string;
  readonly isCritical: boolean;
  readonly content: DerNode | undefined;
}

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Bits of the extension `keyUsage`, named as in the field `usages` of a CertificateSigningRequest. */
const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
};

/** Purposes of the extension `extendedKeyUsage`, named likewise. */
const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

export function extension(identifier: string, content: DerValue, isCritical = false): DerValue {
  const flags = isCritical ? [boolean(true)] : [];
  return sequence(objectIdentifier(identifier), ...flags, octetString(derOf(content)));
}

/** What a certificate may be used for: none, one or two extensions. */
export function usageExtensions(usages: readonly string[]): DerValue[] {
  const bits = usages.flatMap((usage) => KEY_USAGES[usage] ?? []);
  const purposes = [...new Set(usages.flatMap((usage) => EXTENDED_KEY_USAGES[usage] ?? []))];
  return [
    ...(bits.length === 0 ? [] : [extension(EXTENSION.keyUsage, namedBits(bits), true)]),
    ...(purposes.length === 0
      ? []
      : [extension(EXTENSION.extendedKeyUsage, sequence(...purposes.map(objectIdentifier)))]),
  ];
}

function namedBits(bits: readonly number[]): DerValue {
  const highest = Math.max(...bits);
  const bytes = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  return bitString(bytes, 7 - (highest & 7));
}

/** The usages that stand in a certificate's extensions, by Kubernetes' names. */
export function usagesOf(extensions: readonly Extension[]): string[] {
  const content = (identifier: string) => extensions.find((each) => each.identifier === identifier)?.content;
  const bits = content(EXTENSION.keyUsage)?.content.subarray(1) ?? new Uint8Array();
  const isSet = (bit: number) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  const purposes = (content(EXTENSION.extendedKeyUsage)?.children ?? []).map(dotted);
  return [
    ...Object.keys(KEY_USAGES).filter((usage) => usage !== 'signing' && isSet(KEY_USAGES[usage] as number)),
    ...Object.keys(EXTENDED_KEY_USAGES).filter(
      (usage) => usage !== 's/mime' && purposes.includes(EXTENDED_KEY_USAGES[usage] as string),
    ),
  ];
}

/** Whether the basic constraints say `CA:TRUE`. */
export function isAuthority(extensions: readonly Extension[]): boolean {
  const constraints = extensions.find(({ identifier }) => identifier === EXTENSION.basicConstraints)?.content;
  return constraints?.children[0]?.content[0] === 0xff;
}

/** Method 1 of RFC 7093: the leftmost 160 bits of the key's SHA-256. */
export function keyIdentifier(publicKeyInfo: Uint8Array): Uint8Array {
  const key = readDer(publicKeyInfo)?.children[1];
  return sha256(key?.content.subarray(1) ?? publicKeyInfo).subarray(0, 20);
}

/** `undefined` where there are no names: the extension must not be empty. */
export function alternativeNamesExtension(names: Partial<AlternativeNames>): DerValue | undefined {
  const values = [
    ...(names.dnsNames ?? []).map((name) => taggedBytes(2, utf8ToBytes(name))),
    ...(names.emailAddresses ?? []).map((name) => taggedBytes(1, utf8ToBytes(name))),
    ...(names.ipAddresses ?? []).map((address) => taggedBytes(7, addressBytes(address))),
    ...(names.uris ?? []).map((uri) => taggedBytes(6, utf8ToBytes(uri))),
  ];
  return values.length === 0 ? undefined : extension(EXTENSION.subjectAlternativeName, sequence(...values));
}

export function alternativeNamesOf(extensions: readonly Extension[]): AlternativeNames {
  const found = extensions.find(({ identifier }) => identifier === EXTENSION.subjectAlternativeName);
  const names = found?.content?.children ?? [];
  const texts = (tag: number) => names.filter((name) => name.tag === tag).map(stringOf);
  return {
    dnsNames: texts(2),
    emailAddresses: texts(1),
    ipAddresses: names.filter(({ tag }) => tag === 7).map(({ content }) => addressText(content)),
    uris: texts(6),
  };
}

/** Reads an `Extensions` sequence. */
export function extensionsOf(node: DerNode | undefined): Extension[] {
  return (node?.children ?? []).flatMap(({ children }) => {
    const [identifier] = children;
    const content = children.at(-1);
    if (identifier === undefined || content?.tag !== TAG.octetString) return [];
    const isCritical = children[1]?.tag === TAG.boolean && children[1].content[0] !== 0;
    return [{ identifier: dotted(identifier), isCritical, content: readDer(content.content) }];
  });
}

function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number);
  const [head = '', tail] = address.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...new Array<string>(Math.max(0, missing)).fill('0'), ...groups(tail)];
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 2) {
    groups.push((((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  }
  // The longest run of zeros is left out (RFC 5952).
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].sort((left, right) => right[0].length - left[0].length);
  const run = runs[0];
  if (run === undefined) return groups.join(':');
  const whole = groups.join(':');
  const before = whole.slice(0, run.index).replace(/:$/, '');
  const after = whole.slice(run.index + run[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
