import { base64Bytes, base64Encode } from '../base64.ts';
import { jsonSyntaxError } from './json-syntax.ts';

/** Where a paged list goes on: at a key, as of a revision (-1: whatever is current). */
export interface ContinueStart {
  readonly revision: number;
  /** First key of the next page, relative to the collection: `/web\u0000`. */
  readonly start: string;
}

const TOKEN_VERSION = 'meta.k8s.io/v1';

/** An opaque continue token, in the encoding of `k8s.io/apiserver/pkg/storage/continue.go`. */
export function continueToken(revision: number, start: string): string {
  const text = JSON.stringify({ v: TOKEN_VERSION, rv: revision, start });
  return base64Encode(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const BAD = 'continue key is not valid';

/** Reads a continue token; a text says what is wrong with it (`DecodeContinue`). */
export function parseContinueToken(token: string): ContinueStart | string {
  const foreign = [...token].findIndex((character) => !/[-\w]/.test(character));
  if (foreign >= 0 || token.length % 4 === 1)
    return `${BAD}: illegal base64 data at input byte ${foreign < 0 ? token.length - 1 : foreign}`;
  // Go's reader goes by bytes, and so do its complaints.
  const bytes = base64Bytes(token.replaceAll('-', '+').replaceAll('_', '/')) ?? [];
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const fault = jsonSyntaxError(text);
  if (fault !== undefined) return `${BAD}: ${fault}`;
  const { v = '', rv = 0, start = '' } = (JSON.parse(text) ?? {}) as Partial<Record<string, unknown>>;
  if (v !== TOKEN_VERSION) return `${BAD}: server does not recognize this encoded version ${String(v)}`;
  if (typeof rv !== 'number' || rv === 0)
    return `${BAD}: incorrect encoded start resourceVersion (version ${TOKEN_VERSION})`;
  if (typeof start !== 'string' || start === '') return `${BAD}: encoded start key empty (version ${TOKEN_VERSION})`;
  if (/(?:^|\/)\.{1,2}(?:\/|$)|\/\//.test(start)) return `${BAD}: ${start}`;
  return { revision: rv, start };
}
