import { base64OfBytes } from '../../base64.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, tagged } from '../discovery/entity-tag.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { type Language, languageOf } from './descriptions.ts';
import { documentNames, documentV2, documentV3 } from './documents.ts';
import { encodeDocument } from './encode.ts';

/** How kubectl wants version 2, and how the answer is called, since `@` may not stand in a media type. */
const V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const V2_ANSWERED = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Answers the paths below `/openapi`; undefined for others. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition */
export function openApi(store: Store, request: ApiRequest): ApiResponse | undefined {
  const { path, query, headers } = request;
  const language = languageOf(headers?.['accept-language']);
  if (path === '/openapi/v2') {
    return tagged(request, hashOfAll(store, language), versionTwo(store, headers?.accept ?? '', language));
  }
  if (path === '/openapi/v3') {
    return tagged(request, hashOfAll(store, ''), { code: 200, body: { paths: index(store) } });
  }
  if (!path.startsWith('/openapi/v3/')) return undefined;
  const name = path.slice('/openapi/v3/'.length);
  const content = documentNames(store).get(name);
  if (content === undefined) return undefined;
  const parts = name.split('/');
  const [group, version] = parts.length === 2 ? ['', parts[1]] : [parts[1], parts[2]];
  const hash = hashOf(content);
  const asked = query?.hash ?? '';
  if (asked !== '' && asked !== hash) return { code: 301, headers: { location: addressOf(name, hash) } };
  const body = documentV3(store, group as string, version as string, language);
  return tagged(request, hash, { code: 200, headers: asked === '' ? { vary: VARY } : KEPT, body });
}

const VARY = 'Accept, Accept-Language';
/** A document under its hash never changes: clients need not ask again. */
const KEPT = { 'cache-control': 'public, max-age=31536000', vary: VARY };

/** Tells whether any of the documents has changed. */
function hashOfAll(store: Store, language: string): string {
  return hashOf([language, ...[...documentNames(store)].flat()].join('\n'));
}

function addressOf(name: string, hash: string): string {
  return `/openapi/v3/${name}?hash=${hash}`;
}

function index(store: Store): object {
  const entries = [...documentNames(store)].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, content]) => {
      return [name, { serverRelativeURL: addressOf(name, hashOf(content)) }];
    }),
  );
}

function versionTwo(store: Store, accept: string, language: Language): ApiResponse {
  const document = documentV2(store, language);
  if (!accept.includes(V2_PROTOBUF)) return { code: 200, body: document };
  return { code: 200, headers: { 'content-type': V2_ANSWERED }, body: base64OfBytes(encodeDocument(document)) };
}
