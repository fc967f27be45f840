import type { Turn } from '../../sim/turn.ts';
import type { Call } from '../call.ts';
import type { IdentifiedRequest } from '../request.ts';
import type { ResourceRoute } from '../route.ts';
import { requireAccess, requireAccessTo } from './access.ts';
import type { Attributes } from './attributes.ts';
import { requestAttributes, requestVerb, routeAttributes } from './request-attributes.ts';
import { isVisitor, rememberVisitor } from './visitor.ts';

/** Refuses a request that nobody allows. `route` is absent for paths that lead to no served resource. */
export function requireRequestAccess(turn: Turn, request: IdentifiedRequest, route: ResourceRoute | undefined): void {
  const { user } = request;
  if (isVisitor(turn) || route === undefined) {
    const attributes = requestAttributes(request, route);
    rememberVisitor(turn, attributes);
    requireAccess(turn, attributes);
    if (isOpening(attributes)) requireAccess(turn, { ...attributes, verb: 'create' });
    return;
  }
  const verb = requestVerb(request, route.name === '');
  requireAccessTo(turn, user, route.kind, route.subresource, verb, () => routeAttributes(request, user, verb, route));
}

/**
 * A WebSocket begins with a GET; as what follows is as good as a POST, its verb is asked for too
 * (`AuthorizePodWebsocketUpgradeCreatePermission`).
 */
function isOpening({ verb, apiGroup, resource, subresource }: Attributes): boolean {
  return verb === 'get' && apiGroup === '' && resource === 'pods' && OPENED.includes(subresource);
}

const OPENED = ['attach', 'exec', 'portforward'];

/** A write that turns out to create its object (PUT, server-side apply) needs the verb for that as well. */
export function requireCreateAccess(call: Call): void {
  if (call.request.method !== 'POST') requireCreation(call);
}

function requireCreation({ turn, request, kind, namespace, name, subresource }: Call): void {
  const { group: apiGroup, plural: resource } = kind;
  const attributes = { user: request.user, verb: 'create', apiGroup, resource, subresource, namespace, name };
  requireAccessTo(turn, request.user, kind, subresource, 'create', () => attributes);
}
