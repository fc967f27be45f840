import type { Store } from '../store/store.ts';
import type { Kind } from './kinds/kind.ts';
import type { ApiRequest } from './request.ts';
import { servedKind } from './served.ts';

/** A path that leads to objects. */
export interface ResourceRoute {
  readonly kind: Kind;
  /** `''` for cluster-scoped kinds and for lists over all namespaces. */
  readonly namespace: string;
  /** `''` for the collection. */
  readonly name: string;
  /** `''` for the object itself. */
  readonly subresource: string;
}

/**
 * Where a path leads: `/api/v1/namespaces/default/pods/web/log` is subresource `log` of pod `web`. `undefined` for paths
 * that are no resource. Rules: `k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`.
 */
export function routeOf(store: Store, path: string): ResourceRoute | undefined {
  const isCore = path.startsWith(CORE);
  if (!isCore && !path.startsWith(GROUPS)) return undefined;
  const parts = partsAfter(path, isCore ? CORE.length : GROUPS.length);
  const group = isCore ? '' : (parts[0] as string);
  let at = isCore ? 0 : 1;
  const version = parts[at++] ?? '';
  let namespace = '';
  // These are subresources of the Namespace itself; everything else below one is a resource in it.
  const isBelowNamespace =
    parts[at] === 'namespaces' && parts.length > at + 2 && parts[at + 2] !== 'status' && parts[at + 2] !== 'finalize';
  if (isBelowNamespace) {
    namespace = parts[at + 1] as string;
    at += 2;
  }
  const plural = parts[at];
  // What follows `proxy` is a path of whoever is behind it.
  if (!plural || (parts.length > at + 3 && parts[at + 2] !== 'proxy')) return undefined;
  const kind = servedKind(store, group, version, plural);
  if (kind === undefined || (isBelowNamespace && !kind.namespaced)) return undefined;
  const subresource = parts[at + 2];
  return {
    kind,
    namespace,
    name: decodePart(parts[at + 1]),
    subresource: subresource === undefined ? '' : subresourceOf(kind, subresource),
  };
}

const CORE = '/api/';
const GROUPS = '/apis/';

/** The kind's own text for a part of a path that says the same: rules are looked up by it many times. */
function subresourceOf({ subresources }: Kind, part: string): string {
  for (let at = 0; at < subresources.length; at++) {
    const name = subresources[at]?.name;
    if (name === part) return name;
  }
  return part;
}

/**
 * A request as it is meant: `GET /api/v1/watch/namespaces/default/pods/web` is the deprecated way to watch the objects
 * below a path, or one of them. Everything else comes back as it is.
 */
export function withoutWatchPrefix<T extends ApiRequest>(request: T): T {
  if (request.method !== 'GET' || !request.path.includes('/watch/')) return request;
  const parts = request.path.split('/');
  const at = parts[1] === 'api' ? 3 : 4;
  if (parts[at] !== 'watch') return request;
  const rest = [...parts.slice(0, at), ...parts.slice(at + 1)];
  const isBelowNamespace = rest[at] === 'namespaces' && rest.length > at + 2;
  const name = rest[isBelowNamespace ? at + 3 : at + 1];
  const collection = name === undefined ? rest : rest.slice(0, -1);
  const selector = name === undefined ? {} : { fieldSelector: `metadata.name=${decodePart(name)}` };
  return { ...request, path: collection.join('/'), query: { ...request.query, ...selector, watch: 'true' } };
}

/** The parts from a place on. As `split`, which V8 does at length, as it keeps every part for the next time: names hardly come a second time. */
function partsAfter(path: string, start: number): readonly string[] {
  const parts: string[] = [];
  let from = start;
  for (let to = path.indexOf('/', from); to >= 0; to = path.indexOf('/', from)) {
    parts.push(path.slice(from, to));
    from = to + 1;
  }
  parts.push(path.slice(from));
  return parts;
}

function decodePart(part: string | undefined): string {
  if (part === undefined) return '';
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
