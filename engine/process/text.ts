const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Length of a text in bytes of UTF-8. */
export function byteLength(text: string): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
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
