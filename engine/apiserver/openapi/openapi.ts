import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64OfBytes } from '../../base64.ts';
import type { Store } from '../../store/store.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { type Language, languageOf } from './descriptions.ts';
import { documentNames, documentV2, documentV3 } from './documents.ts';
import { encodeDocument } from './encode.ts';

/** How kubectl wants version 2, and how the answer is called, since `@` may not stand in a media type. */
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const V2_ANSWERED = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Answers the paths below `/openapi`; undefined for others. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition */
export function openApi(store: Store, { path, query, headers }: ApiRequest): ApiResponse | undefined {
  const language = languageOf(headers?.['accept-language']);
  if (path === '/openapi/v2') return versionTwo(store, headers?.accept ?? '', language);
  if (path === '/openapi/v3') return { code: 200, body: { paths: index(store) } };
  if (!path.startsWith('/openapi/v3/')) return undefined;
  const name = path.slice('/openapi/v3/'.length);
  const content = documentNames(store).get(name);
  if (content === undefined) return undefined;
  const parts = name.split('/');
  const [group, version] = parts.length === 2 ? ['', parts[1]] : [parts[1], parts[2]];
  const body = documentV3(store, group as string, version as string, language);
  return query?.hash === hashOf(content) ? { code: 200, headers: KEPT, body } : { code: 200, body };
}

/** A document under its hash never changes: clients need not ask again. */
const KEPT = { 'cache-control': 'public, max-age=31536000', vary: 'Accept, Accept-Language' };

function hashOf(content: string): string {
  return bytesToHex(sha512(utf8ToBytes(content))).toUpperCase();
}

function index(store: Store): object {
  const entries = [...documentNames(store)].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, content]) => {
      return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hashOf(content)}` }];
    }),
  );
}

function versionTwo(store: Store, accept: string, language: Language): ApiResponse {
  const document = documentV2(store, language);
  if (!accept.includes(V2_PROTOBUF)) return { code: 200, body: document };
  return { code: 200, headers: { 'content-type': V2_ANSWERED }, body: base64OfBytes(encodeDocument(document)) };
}
