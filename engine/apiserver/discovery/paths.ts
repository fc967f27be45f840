import type { Turn } from '../../sim/turn.ts';
import { serviceUnavailable, unknownResource } from '../errors.ts';
import { openApi } from '../openapi/openapi.ts';
import { representationOf } from '../representation.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { aggregatedAnswer, wantsAggregated } from './aggregated.ts';
import { debugPage } from './debug-pages.ts';
import { coreVersions, groupDocument, groupList, kindsOf, resourceList, servedGroups } from './groups.ts';
import { health, healthPaths } from './health.ts';
import { metricsPage } from './metrics.ts';
import { VERSION } from './version.ts';

const FIXED_PATHS = [
  '/api',
  '/apis',
  '/apis/',
  '/flagz',
  '/metrics',
  '/metrics/slis',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/',
  '/statusz',
  '/version',
];

/** Answers every path that is no resource: discovery, version, health. */
export function discover(turn: Turn, request: ApiRequest): ApiResponse {
  const path = request.path.length > 1 && request.path.endsWith('/') ? request.path.slice(0, -1) : request.path;
  if (path === '/api' || path === '/apis') {
    const isCore = path === '/api';
    if (wantsAggregated(request.headers?.accept)) return aggregatedAnswer(turn.store, isCore, request);
    return documentAnswer(request, isCore ? coreVersions() : groupList(turn.store));
  }
  if (path === '/version') return { code: 200, body: VERSION };
  if (path === '/') return { code: 200, body: { paths: rootPaths(turn) } };
  return (
    openApi(turn.store, request) ??
    groupPath(turn, path, request) ??
    health(turn, path === request.path ? request : { ...request, path }) ??
    metricsPage(turn, path) ??
    debugPage(turn, path, FIXED_PATHS) ??
    pageNotFound()
  );
}

/** A document that there is in one shape only, as the client wants it written; refuses what it can't be. */
function documentAnswer({ headers }: ApiRequest, body: object): ApiResponse {
  const { mediaType } = representationOf(headers?.accept, undefined, ['Object']);
  return mediaType === 'application/json'
    ? { code: 200, body }
    : { code: 200, headers: { 'content-type': mediaType }, body };
}

function groupPath(turn: Turn, path: string, request: ApiRequest): ApiResponse | undefined {
  const [, root, first = '', second] = path.split('/');
  if (root !== 'api' && root !== 'apis') return undefined;
  const name = root === 'api' ? '' : first;
  const group = servedGroups(turn.store).find((candidate) => candidate.name === name);
  if (group === undefined) return undefined;
  if (root === 'apis' && second === undefined) return documentAnswer(request, groupDocument(group));
  const version = root === 'api' ? first : (second as string);
  const depth = root === 'api' ? 3 : 4;
  const isKnown = kindsOf(turn.store, name, version).length > 0;
  if (group.versions.includes(version) && !isKnown) return { code: 503, body: serviceUnavailable() };
  if (group.versions.includes(version) && path.split('/').length === depth)
    return documentAnswer(request, resourceList(turn.store, name, version));
  const status = unknownResource();
  return { code: 404, body: status };
}

function rootPaths(turn: Turn): readonly string[] {
  const paths = [...FIXED_PATHS, ...healthPaths()];
  for (const { name, versions } of servedGroups(turn.store)) {
    const root = name === '' ? '/api' : `/apis/${name}`;
    paths.push(root, ...versions.map((version) => `${root}/${version}`));
  }
  return [...new Set(paths)].sort();
}

function pageNotFound(): ApiResponse {
  return { code: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
}
