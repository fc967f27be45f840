import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ApiRequest, ApiResponse } from '../request.ts';

/** What tells one state of a document from another: SHA-512 in hexadecimal (`calculateETag` in `k8s.io/apiserver`). */
export function hashOf(content: string): string {
  return bytesToHex(sha512(utf8ToBytes(content))).toUpperCase();
}

/** An answer under its ETag; a client that has this very state already is told no more than so. */
export function tagged(request: ApiRequest, hash: string, answer: ApiResponse): ApiResponse {
  const etag = `"${hash}"`;
  const headers = { ...answer.headers, etag };
  return isKnown(request.headers?.['if-none-match'], etag) ? { code: 304, headers } : { ...answer, headers };
}

/** RFC 9110, 13.1.2: a list of tags, of which any may match, or `*`. */
function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((part) => [etag, `W/${etag}`, '*'].includes(part.trim())) ?? false;
}
