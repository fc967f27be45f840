import { groupResource } from '../kinds/kind.ts';
import type { Status, UserInfo } from '../request.ts';
import { quote } from '../validation/field.ts';

/** What a request wants to do, as authorisers judge it (`k8s.io/apiserver/pkg/authorization/authorizer`). */
export interface Attributes {
  readonly user: UserInfo;
  /** `get`, `list`, `create` …; the lower-case method of a path that is no resource. */
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  /** `''` for the object itself. */
  readonly subresource: string;
  /** `''` at the cluster scope, and for lists over all namespaces. */
  readonly namespace: string;
  /** `''` for a collection, and for what has no name yet. */
  readonly name: string;
  /** Set instead of all the above when the request is for no resource: `/healthz`. */
  readonly path?: string;
  /** `spec.nodeName=node-1`, as the request has it. */
  readonly fieldSelector?: string;
}

/** `pods/log`, `pods`: a resource as rules name it. */
export function combinedResource({ resource, subresource }: Pick<Attributes, 'resource' | 'subresource'>): string {
  return subresource === '' ? resource : `${resource}/${subresource}`;
}

/** `User "jane" cannot list resource "pods" in API group "" in the namespace "default"`. */
export function forbiddenMessage(attributes: Attributes): string {
  const { user, verb, apiGroup, namespace, path } = attributes;
  if (path !== undefined) return `User ${quote(user.name)} cannot ${verb} path ${quote(path)}`;
  const place = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`;
  const resource = quote(combinedResource(attributes));
  return `User ${quote(user.name)} cannot ${verb} resource ${resource} in API group ${quote(apiGroup)} ${place}`;
}

/** The refusal of a request that nobody allows. Source: `k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go`. */
export function forbiddenStatus(attributes: Attributes, reason: string): Status {
  const text = forbiddenMessage(attributes).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const why = reason === '' ? text : `${text}: ${reason}`;
  const { name, apiGroup: group, resource: plural, path } = attributes;
  const about = name === '' ? groupResource({ group, plural }) : `${groupResource({ group, plural })} ${quote(name)}`;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: path === undefined ? `${about} is forbidden: ${why}` : `forbidden: ${why}`,
    reason: 'Forbidden',
    details: path === undefined ? { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural } : {},
    code: 403,
  };
}
