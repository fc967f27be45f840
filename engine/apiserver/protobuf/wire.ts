/** A number (varint), or bytes: text, a message, or a number of fixed length. */
export type WireValue = bigint | Uint8Array;

/** A message that ends too early, or in the middle of a number. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

interface WireField {
  readonly number: number;
  readonly value: WireValue;
}

/** The fields of a message in the order in which they were written. https://protobuf.dev/programming-guides/encoding/ */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  for (let at = 0; at < bytes.length; ) {
    const [tag, afterTag] = varint(bytes, at);
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (wireType === 0) {
      const [value, end] = varint(bytes, afterTag);
      yield { number, value };
      at = end;
      continue;
    }
    const [start, length] = extent(bytes, afterTag, wireType);
    if (start + length > bytes.length) throw new WireError('unexpected EOF');
    yield { number, value: bytes.subarray(start, start + length) };
    at = start + length;
  }
}

function extent(bytes: Uint8Array, at: number, wireType: number): readonly [number, number] {
  if (wireType === 1) return [at, 8];
  if (wireType === 5) return [at, 4];
  if (wireType !== 2) throw new WireError(`proto: illegal wireType ${wireType}`);
  const [length, start] = varint(bytes, at);
  return [start, Number(length)];
}

function varint(bytes: Uint8Array, from: number): readonly [bigint, number] {
  let value = 0n;
  for (let at = from; at - from < 10; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new WireError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - from));
    if (byte < 0x80) return [value, at + 1];
  }
  throw new WireError('proto: integer overflow');
}
