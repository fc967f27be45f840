const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64, with padding, of the text's UTF-8 bytes. */
export function base64Encode(text: string): string {
  return base64OfBytes(utf8Bytes(text));
}

/** Standard base64, with padding. */
export function base64OfBytes(bytes: ArrayLike<number>): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    encoded += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    encoded += at + 1 < bytes.length ? ALPHABET.charAt((group >> 6) & 63) : '=';
    encoded += at + 2 < bytes.length ? ALPHABET.charAt(group & 63) : '=';
  }
  return encoded;
}

/** The bytes behind base64 (padding optional); `undefined` when it is not base64. */
export function base64Bytes(encoded: string): Uint8Array | undefined {
  const digits = encoded.replace(/=+$/, '');
  const bytes = new Uint8Array((digits.length * 6) >> 3);
  let bits = 0;
  let pending = 0;
  let length = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    pending = ((pending << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (pending >> bits) & 0xff;
  }
  return bytes;
}

/** The text behind base64 (padding optional); `undefined` when it is not base64 or its bytes are not UTF-8. */
export function base64Decode(encoded: string): string | undefined {
  const bytes = base64Bytes(encoded);
  if (bytes === undefined) return undefined;
  let percent = '';
  for (const byte of bytes) percent += `%${byte.toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(percent);
  } catch {
    return undefined;
  }
}

function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const part of encodeURIComponent(text).match(/%..|[\s\S]/g) ?? []) {
    bytes.push(part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0));
  }
  return bytes;
}
