import type { Turn } from '../../sim/turn.ts';
import { forbiddenStatus } from '../authorization/attributes.ts';
import { requestAttributes } from '../authorization/request-attributes.ts';
import { rememberVisitor } from '../authorization/visitor.ts';
import { refuse } from '../call.ts';
import { badRequest } from '../errors.ts';
import type { ApiRequest, IdentifiedRequest, UserInfo } from '../request.ts';
import { routeOf } from '../route.ts';
import { impersonatedGroups } from './impersonation-modes.ts';
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, ANONYMOUS } from './names.ts';

const USER = 'impersonate-user';
const GROUP = 'impersonate-group';
const UID = 'impersonate-uid';
const EXTRA = 'impersonate-extra-';
const PREFIX = 'impersonate-';

type Headers = NonNullable<ApiRequest['headers']>;

/** Whether a request asks to be treated as somebody else's. */
export function isImpersonating(headers: ApiRequest['headers']): boolean {
  if (headers === undefined) return false;
  for (const name in headers) if (name.startsWith(PREFIX)) return true;
  return false;
}

/** Repeated headers arrive as one, its values separated by commas. */
function values(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function extrasOf(headers: Headers): Record<string, readonly string[]> {
  const extras: Record<string, readonly string[]> = {};
  for (const name of Object.keys(headers).sort()) {
    if (name.startsWith(EXTRA)) extras[decodedKey(name.slice(EXTRA.length))] = values(headers[name]);
  }
  return extras;
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** A nameless `user.DefaultInfo` as Go prints it with `%#v`. */
function goUser(uid: string, groups: readonly string[], extras: Readonly<Record<string, readonly string[]>>): string {
  const list = (texts: readonly string[]): string =>
    `[]string{${texts.map((text) => JSON.stringify(text)).join(', ')}}`;
  const pairs = Object.entries(extras).map(([key, texts]) => `${JSON.stringify(key)}:${list(texts)}`);
  const extra = pairs.length === 0 ? 'map[string][]string(nil)' : `map[string][]string{${pairs.join(', ')}}`;
  const shown = groups.length === 0 ? '[]string(nil)' : list(groups);
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${shown}, Extra:${extra}}`;
}

/**
 * The request as somebody else's, if `requestor` may impersonate each part of that identity.
 * Source: `k8s.io/apiserver/pkg/endpoints/filters/impersonation`.
 */
export function impersonated(turn: Turn, request: ApiRequest, requestor: UserInfo): IdentifiedRequest {
  const headers = request.headers as Headers;
  const name = headers[USER] ?? '';
  const groups = values(headers[GROUP]);
  const uid = headers[UID];
  const extras = extrasOf(headers);
  if (name === '')
    refuse(badRequest(`requested ${goUser(uid ?? '', groups, extras)} without impersonating a user name`));
  const wanted = { name, uid: uid ?? '', groups, extra: extras };
  const asked = requestAttributes({ ...request, user: requestor }, routeOf(turn.store, request.path));
  const found = impersonatedGroups(turn, wanted, asked, requestor);
  if ('reason' in found) {
    rememberVisitor(turn, found.attributes);
    return refuse(forbiddenStatus(found.attributes, found.reason));
  }
  const user: UserInfo = {
    name,
    ...(uid === undefined ? {} : { uid }),
    groups: withUsualGroups(name, found),
    ...(Object.keys(extras).length === 0 ? {} : { extra: extras }),
  };
  return { ...request, user };
}

/** Whoever is impersonated is at least authenticated, unless it is the anonymous user or the groups say otherwise. */
function withUsualGroups(name: string, groups: readonly string[]): readonly string[] {
  if (name === ANONYMOUS) return groups.includes(ALL_UNAUTHENTICATED) ? groups : [...groups, ALL_UNAUTHENTICATED];
  const isSaid = groups.includes(ALL_AUTHENTICATED) || groups.includes(ALL_UNAUTHENTICATED);
  return isSaid ? groups : [...groups, ALL_AUTHENTICATED];
}
