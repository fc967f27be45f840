import { type DerNode, type DerValue, derOf, dotted, objectIdentifier, sequence, set, stringOf, text } from './der.ts';

/** One attribute of a distinguished name: `CN`, `jane`. Types without a short name keep their object identifier. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** A distinguished name: its attributes in order, and the bytes that it is. */
export interface DistinguishedName {
  readonly attributes: readonly NameAttribute[];
  readonly bytes: Uint8Array;
}

/** Short names of attribute types (RFC 4514, section 3, and those that OpenSSL knows besides). */
const TYPES: Readonly<Record<string, string>> = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  CN: '2.5.4.3',
  SERIALNUMBER: '2.5.4.5',
  emailAddress: '1.2.840.113549.1.9.1',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
};

const SHORT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(TYPES).map(([name, identifier]) => [identifier, name]),
);

/** The object identifier behind a short name; `undefined` for names that nobody knows. */
export function attributeIdentifier(name: string): string | undefined {
  return TYPES[name];
}

/** A name as Kubernetes makes it: all organisations together, then the common name. */
export function subjectName(commonName: string, organizations: readonly string[] = []): Uint8Array {
  const groups = organizations.length === 0 ? [] : [set(...organizations.map((value) => attribute('O', value)))];
  return derOf(sequence(...groups, set(attribute('CN', commonName))));
}

/** A name with one attribute after the other, as OpenSSL makes it of `-subj /O=devs/CN=jane`. */
export function orderedName(attributes: readonly NameAttribute[]): Uint8Array {
  return derOf(sequence(...attributes.map(({ type, value }) => set(attribute(type, value)))));
}

function attribute(type: string, value: string): DerValue {
  return sequence(objectIdentifier(TYPES[type] ?? type), text(value));
}

export function nameOf(node: DerNode): DistinguishedName {
  const attributes = node.children.flatMap((relative) =>
    relative.children.flatMap(({ children: [type, value] }) =>
      type === undefined || value === undefined
        ? []
        : [{ type: SHORT_NAMES[dotted(type)] ?? dotted(type), value: stringOf(value) }],
    ),
  );
  return { attributes, bytes: node.bytes };
}

/** The last common name; `''` when there is none. */
export function commonNameOf({ attributes }: DistinguishedName): string {
  return attributes.findLast(({ type }) => type === 'CN')?.value ?? '';
}

export function organizationsOf({ attributes }: DistinguishedName): readonly string[] {
  return attributes.filter(({ type }) => type === 'O').map(({ value }) => value);
}
