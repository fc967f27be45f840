import { base64Bytes, base64OfBytes } from '../base64.ts';

/** One block of a PEM file: `-----BEGIN CERTIFICATE-----`. */
export interface PemBlock {
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** A block with lines of 64 letters, as Go and OpenSSL write it. */
export function pemOf(type: string, bytes: Uint8Array): string {
  const lines = base64OfBytes(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${type}-----\n${lines.join('\n')}\n-----END ${type}-----\n`;
}

const BLOCK = /-----BEGIN ([^\n]*?)-----\s*\n([\s\S]*?)-----END \1-----/g;
const HEADERS = /^(?:[^\n:]+:[^\n]*\n)+\s*\n/;

/** Every block of a text, in order; damaged ones are passed over, as Go's `pem.Decode` does. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = '', body = ''] of text.replaceAll('\r\n', '\n').matchAll(BLOCK)) {
    const head = HEADERS.exec(body)?.[0] ?? '';
    const bytes = base64Bytes(body.slice(head.length).replace(/\s/g, ''));
    if (bytes === undefined) continue;
    blocks.push({ type, headers: headersOf(head), bytes });
  }
  return blocks;
}

function headersOf(head: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [, name = '', value = ''] of head.matchAll(/^([^\n:]+):\s*([^\n]*)$/gm)) headers[name] = value;
  return headers;
}
