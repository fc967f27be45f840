import { base64Decode, base64Encode } from '../base64.ts';

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

/** Reads a continue token; `invalid` when it is none. */
export function parseContinueToken(token: string): ContinueStart | 'invalid' {
  try {
    const text = base64Decode(token.replaceAll('-', '+').replaceAll('_', '/'));
    const { v, rv, start } = JSON.parse(text as string) as { v: string; rv: number; start: string };
    return v === TOKEN_VERSION && typeof rv === 'number' && typeof start === 'string'
      ? { revision: rv, start }
      : 'invalid';
  } catch {
    return 'invalid';
  }
}
