import type { Store } from '../../store/store.ts';
import { API_SERVICES, isAvailable } from '../aggregator/api-services.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { hashOf, tagged } from './entity-tag.ts';
import { kindsOf, type ServedGroup, servedGroups, sortedSubresources } from './groups.ts';

/** The media type of aggregated discovery, as asked for and answered. */
const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/**
 * Whether an Accept header prefers aggregated discovery to the plain documents. Forms that nobody serves are passed over,
 * as v2beta1 is (`AggregatedDiscoveryRemoveBetaType`).
 */
export function wantsAggregated(accept: string | undefined): boolean {
  for (const range of (accept ?? '').split(',')) {
    const parts = range.split(';').map((part) => part.trim());
    if (!parts.some((part) => part.startsWith('as='))) return false;
    if (AGGREGATED_PARTS.every((part) => parts.includes(part))) return true;
  }
  return false;
}

const AGGREGATED_PARTS = ['application/json', 'g=apidiscovery.k8s.io', 'v=v2', 'as=APIGroupDiscoveryList'];

/** The hash of each document as it was last, by its text: hashing costs more than everything else of an answer. */
const LAST: { [root: string]: { readonly text: string; readonly hash: string } } = {};

/** `/api` (core) or `/apis` (the other groups) with all resources, under an ETag (`ServeHTTPWithETag`). */
export function aggregatedAnswer(store: Store, isCore: boolean, request: ApiRequest): ApiResponse {
  const body = aggregatedDiscovery(store, isCore);
  const headers = { 'content-type': AGGREGATED_TYPE, 'cache-control': 'public', vary: 'Accept' };
  const root = isCore ? 'api' : 'apis';
  const text = JSON.stringify(body);
  const last = LAST[root]?.text === text ? LAST[root] : { text, hash: hashOf(text) };
  LAST[root] = last;
  return tagged(request, last.hash, { code: 200, headers, body });
}

function aggregatedDiscovery(store: Store, isCore: boolean): object {
  const groups = servedGroups(store).filter(({ name }) => (name === '') === isCore);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => groupItem(store, group)),
  };
}

function groupItem(store: Store, { name, versions }: ServedGroup): object {
  return {
    metadata: name === '' ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: kindsOf(store, name, version).map(resourceItem),
      freshness: isReachable(store, `${version}.${name}`) ? 'Current' : 'Stale',
    })),
  };
}

/** Whether whoever serves a group version can be asked now; this server itself always can. */
function isReachable(store: Store, apiService: string): boolean {
  const found = store.get(API_SERVICES, '', apiService);
  return found?.spec?.service === undefined || isAvailable(found);
}

function resourceItem(kind: Kind): object {
  const { shortNames, categories } = kind;
  // Built-in kinds leave out what the list says already.
  const { group, version } = kind.custom === undefined ? { group: '', version: '' } : kind;
  const subresources = sortedSubresources(kind).map(({ name, body, verbs }) => ({
    subresource: name,
    responseKind: {
      group: body?.group ?? group,
      version: body === undefined || body.group === '' ? version : body.version,
      kind: body?.kind ?? kind.kind,
    },
    verbs,
  }));
  return {
    resource: kind.plural,
    responseKind: { group, version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
