/** Length of a text in bytes of UTF-8. */
export function byteLength(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Text as bytes of UTF-8. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

/** Bytes as text; what is no UTF-8 becomes U+FFFD. */
export function utf8Text(bytes: readonly number[]): string {
  let text = '';
  for (let index = 0; index < bytes.length; ) {
    const first = bytes[index] as number;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    const rest = bytes.slice(index + 1, index + Math.max(length, 1));
    if (length === 0 || rest.length < length - 1 || rest.some((byte) => (byte & 0xc0) !== 0x80)) {
      text += '\ufffd';
      index++;
      continue;
    }
    const head = length === 1 ? first : first & (0xff >> (length + 1));
    const code = rest.reduce((value, byte) => (value << 6) | (byte & 63), head);
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    index += length;
  }
  return text;
}

/** The first `count` bytes of a text, whole characters only. */
export function firstBytes(text: string, count: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += byteLength(character);
    if (used > count) break;
    end += character.length;
  }
  return text.slice(0, end);
}
