import type { Turn } from '../../sim/turn.ts';
import type { IdentifiedRequest } from '../request.ts';
import type { ResourceRoute } from '../route.ts';
import { requireAccess, requireAccessTo } from './access.ts';
import { pathAttributes, requestVerb, routeAttributes } from './request-attributes.ts';
import { rememberVisitor } from './visitor.ts';

/** Refuses a request that nobody allows. `route` is absent for paths that lead to no served resource. */
export function requireRequestAccess(turn: Turn, request: IdentifiedRequest, route: ResourceRoute | undefined): void {
  const { user } = request;
  if (isVisitor(turn) || route === undefined) {
    const isCollection = route?.name === '';
    const attributes =
      route === undefined
        ? pathAttributes(request, user)
        : routeAttributes(request, user, requestVerb(request, isCollection), route);
    if (isVisitor(turn)) rememberVisitor(turn, attributes);
    requireAccess(turn, attributes);
    return;
  }
  const verb = requestVerb(request, route.name === '');
  const sort = route.subresource === '' ? verb : `${verb}/${route.subresource}`;
  requireAccessTo(turn, user, route.kind, sort, () => routeAttributes(request, user, verb, route));
}

/** People and their programs; the cluster's own programs are all called something like `kubelet` or `containerd`. */
function isVisitor({ caller }: Turn): boolean {
  return caller === undefined || !(caller.startsWith('kube') || caller.startsWith('containerd'));
}
