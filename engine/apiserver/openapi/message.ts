import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Some fields of a message, written out. https://protobuf.dev/programming-guides/encoding/ */
export type Message = readonly Uint8Array[];

/** Puts fields together. */
export function message(...fields: readonly Message[]): Uint8Array {
  let length = 0;
  for (const field of fields) for (const part of field) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const field of fields) {
    for (const part of field) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/** A field of bytes: a message within the message. */
export function bytesField(number: number, content: Uint8Array): Message {
  return [varint((number << 3) | 2), varint(content.length), content];
}

/** A repeated text. */
export function texts(number: number, values: readonly string[]): Message {
  return values.flatMap((value) => bytesField(number, utf8ToBytes(value)));
}

/** A boolean that is true. */
export function flag(number: number): Message {
  return [varint(number << 3), Uint8Array.of(1)];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
