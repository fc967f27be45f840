import * as asn1 from 'asn1js';

/** One ASN.1 value, to be written as DER. */
export type DerValue = asn1.AsnType;

/** One ASN.1 value that was read: its tag, its content, and the bytes that it was read from. */
export interface DerNode {
  /** Universal tags by number; context tags as `[0]`. */
  readonly tag: number;
  readonly isContext: boolean;
  readonly children: readonly DerNode[];
  /** The content without tag and length. */
  readonly content: Uint8Array;
  /** Tag, length and content, as they stood. */
  readonly bytes: Uint8Array;
}

/** Universal tag numbers that are looked at by number. */
export const TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  objectIdentifier: 6,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
  bmpString: 30,
} as const;

export function sequence(...values: readonly DerValue[]): DerValue {
  return new asn1.Sequence({ value: [...values] });
}

export function set(...values: readonly DerValue[]): DerValue {
  return new asn1.Set({ value: [...values] });
}

export function objectIdentifier(value: string): DerValue {
  return new asn1.ObjectIdentifier({ value });
}

export function small(value: number): DerValue {
  return new asn1.Integer({ value });
}

/** A positive integer from its big-endian bytes: no leading zeros but the one that keeps it positive. */
export function integer(bytes: Uint8Array): DerValue {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? [0] : [...bytes.subarray(first)];
  const signed = (digits[0] as number) & 0x80 ? [0, ...digits] : digits;
  return new asn1.Integer({ valueHex: Uint8Array.from(signed).buffer });
}

export function boolean(value: boolean): DerValue {
  return new asn1.Boolean({ value });
}

export function octetString(content: Uint8Array): DerValue {
  return new asn1.OctetString({ valueHex: exactBuffer(content) });
}

/** `unused` trailing bits of the last byte do not count. */
export function bitString(content: Uint8Array, unused = 0): DerValue {
  return new asn1.BitString({ valueHex: exactBuffer(content), unusedBits: unused });
}

export function nothing(): DerValue {
  return new asn1.Null();
}

/** The string type that Go chooses: PrintableString where its letters suffice, UTF-8 otherwise. */
export function text(value: string): DerValue {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
    ? new asn1.PrintableString({ value })
    : new asn1.Utf8String({ value });
}

/** UTCTime until 2049, GeneralizedTime afterwards (RFC 5280, 4.1.2.5). */
export function time(milliseconds: number): DerValue {
  const valueDate = new Date(Math.floor(milliseconds / 1000) * 1000);
  return valueDate.getUTCFullYear() < 2050 ? new asn1.UTCTime({ valueDate }) : new asn1.GeneralizedTime({ valueDate });
}

/** `[tag]` around values. */
export function tagged(tag: number, ...values: readonly DerValue[]): DerValue {
  return new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber: tag }, value: [...values] });
}

/** `[tag] IMPLICIT` bytes. */
export function taggedBytes(tag: number, content: Uint8Array): DerValue {
  return new asn1.Primitive({ idBlock: { tagClass: 3, tagNumber: tag }, valueHex: exactBuffer(content) });
}

/** The library's own raw value writes nothing when it stands within another one. */
class Verbatim extends asn1.RawData {
  override toBER(_sizeOnly?: boolean, writer?: asn1.ViewWriter): ArrayBuffer {
    const { data } = this;
    writer?.write(data);
    return data;
  }
}

/** A value that is DER already. */
export function encoded(bytes: Uint8Array): DerValue {
  return new Verbatim({ data: exactBuffer(bytes) }) as unknown as DerValue;
}

export function derOf(value: DerValue): Uint8Array {
  return new Uint8Array(value.toBER());
}

/** Reads one value and what is in it; `undefined` for anything that is not DER, or has something behind it. */
export function readDer(bytes: Uint8Array): DerNode | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const { offset, result } = asn1.fromBER(exactBuffer(bytes));
    return offset === bytes.length ? nodeOf(result as asn1.AsnType) : undefined;
  } catch {
    // The library throws where the content of a time or a string makes no sense.
    return undefined;
  }
}

function nodeOf(value: asn1.AsnType): DerNode {
  const bytes = new Uint8Array(value.valueBeforeDecodeView);
  const { tagNumber, tagClass, isConstructed } = value.idBlock;
  const inner = isConstructed ? (value.valueBlock as { readonly value?: readonly asn1.AsnType[] }).value : undefined;
  return {
    tag: tagNumber,
    isContext: tagClass === 3,
    children: (inner ?? []).map(nodeOf),
    content: bytes.subarray(value.idBlock.blockLength + value.lenBlock.blockLength),
    bytes,
  };
}

/** The dotted form of an object identifier that was read. */
export function dotted(node: DerNode): string {
  let value = 0;
  const parts: number[] = [];
  for (const byte of node.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length === 0) {
      const root = Math.min(2, Math.floor(value / 40));
      parts.push(root, value - root * 40);
    } else {
      parts.push(value);
    }
    value = 0;
  }
  return parts.join('.');
}

/** The text of a string of any type; undefined where its bytes are none of it. */
export function stringOf(node: DerNode): string {
  const { content } = node;
  if (node.tag === TAG.bmpString) {
    let wide = '';
    for (let at = 0; at + 1 < content.length; at += 2) {
      wide += String.fromCharCode(((content[at] as number) << 8) | (content[at + 1] as number));
    }
    return wide;
  }
  const bytes = String.fromCharCode(...content);
  try {
    return decodeURIComponent([...content].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return bytes;
  }
}

/** Milliseconds of a UTCTime or GeneralizedTime. */
export function timeOf(node: DerNode): number {
  const digits = String.fromCharCode(...node.content);
  const year = node.tag === TAG.utcTime ? digits.slice(0, 2) : digits.slice(0, 4);
  const rest = digits.slice(year.length);
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  const part = (at: number) => rest.slice(at, at + 2);
  return Date.parse(`${full}-${part(0)}-${part(2)}T${part(4)}:${part(6)}:${part(8)}Z`);
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
