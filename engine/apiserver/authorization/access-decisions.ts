import type { KubeObject } from '../../object.ts';
import type { StepRecord } from '../../sim/trace.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { nodeUserName, serviceAccountName } from '../authentication/names.ts';
import type { UserInfo } from '../request.ts';
import {
  type AccessHistory,
  type AccessRecord,
  type AccessRequest,
  accessRecord,
  accessRequests,
} from './access-record.ts';
import type { Attributes } from './attributes.ts';
import type { RuleReference } from './explanation.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  isSubject,
  type PolicyReader,
  ROLE_BINDINGS,
  ROLES,
  type RoleRef,
  type Subject,
} from './rbac/binding.ts';
import { isFromOutside } from './visitor.ts';

/** What is needed of a session to find the decisions that concern an object. */
export interface DecisionHistory extends AccessHistory {
  changes(step: number): readonly { readonly resource: string; readonly event: WatchEvent }[];
}

/** An object by name: `pods`, `roles.rbac.authorization.k8s.io`; `namespace` is `''` at the cluster scope. */
export interface ObjectName {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** The latest of equal decisions, and how often it was made. */
export interface RepeatedDecision extends AccessRecord {
  readonly time: number;
  readonly count: number;
}

/** So many different decisions are worth a look. */
const SHOWN = 20;

/** So many are recomputed at most, and so many steps looked through: a look must not take long. */
const RECOMPUTED = 400;
const LOOKED_THROUGH = 20_000;

/**
 * The latest decisions up to a step that concern an object, latest first: those about requests of an account or a node,
 * those that a role or a binding allowed or did not suffice for, and those about requests to the object itself.
 */
export function accessDecisions(
  history: DecisionHistory,
  object: ObjectName,
  until: number,
): readonly RepeatedDecision[] {
  const { reader } = history.moment(until);
  const concern = concernOf(reader, object);
  const found = new Map<string, RepeatedDecision>();
  const trace = history.trace(Math.max(1, until - LOOKED_THROUGH + 1), until);
  let recomputed = 0;
  for (let index = trace.length - 1; index >= 0 && found.size < SHOWN && recomputed < RECOMPUTED; index--) {
    const step = trace[index] as StepRecord;
    for (const request of accessRequests(history, step)) {
      const isAbout = isRequestTo(history, object, request);
      if (!isAbout && !concern.isCandidate(request)) continue;
      recomputed++;
      const decision = accessRecord(history, request);
      if (!isAbout && !concern.isShown(decision)) continue;
      const key = keyOf(decision);
      const later = found.get(key);
      found.set(key, later === undefined ? { ...decision, time: step.time, count: 1 } : counted(later));
    }
  }
  return [...found.values()];
}

function counted(decision: RepeatedDecision): RepeatedDecision {
  return { ...decision, count: decision.count + 1 };
}

/** What is allowed for the same reason is one decision whatever the name; a refusal is worth its own line. */
function keyOf({ explanation: { attributes, decision } }: AccessRecord): string {
  const { user, verb, apiGroup, resource, subresource, namespace, name, path = '' } = attributes;
  const isAllowed = decision.decision === 'Allow';
  return JSON.stringify([
    user.name,
    verb,
    apiGroup,
    resource,
    subresource,
    namespace,
    path,
    decision,
    isAllowed ? '' : name,
  ]);
}

/** Which requests concern an object: first by what is cheap to see, then by the decision. */
interface Concern {
  isCandidate(request: AccessRequest): boolean;
  isShown(decision: AccessRecord): boolean;
}

function concernOf(reader: PolicyReader, object: ObjectName): Concern {
  const { resource, namespace, name } = object;
  switch (resource) {
    case 'serviceaccounts':
      return requestsOf((user) => user.name === serviceAccountName(namespace, name));
    case 'nodes':
      return requestsOf((user) => user.name === nodeUserName(name));
    case ROLES:
    case CLUSTER_ROLES:
      return decidedByRole(reader, object);
    case ROLE_BINDINGS:
    case CLUSTER_ROLE_BINDINGS:
      return decidedByBinding(reader(resource).get(namespace, name), object);
    default:
      return requestsOf(() => false);
  }
}

function requestsOf(isUser: (user: UserInfo) => boolean): Concern {
  return { isCandidate: ({ attributes }) => isUser(attributes.user), isShown: () => true };
}

/** A role is near to what people ask for even while nothing binds it; what components ask for, only where it is bound. */
function decidedByRole(reader: PolicyReader, { resource, namespace, name }: ObjectName): Concern {
  const kind = resource === ROLES ? 'Role' : 'ClusterRole';
  const isRole = ({ role }: RuleReference) =>
    role.kind === kind && role.name === name && (role.namespace ?? '') === namespace;
  const bindings = [...reader(ROLE_BINDINGS).list(), ...reader(CLUSTER_ROLE_BINDINGS).list()].filter((binding) => {
    const { kind: referred, name: called } = binding.roleRef as RoleRef;
    return referred === kind && called === name && (kind === 'ClusterRole' || binding.metadata.namespace === namespace);
  });
  return {
    isCandidate: ({ from, attributes }) =>
      isFromOutside(from) || bindings.some((binding) => isBound(binding, attributes.user)),
    isShown: ({ explanation: { allowedBy, nearest } }) =>
      (allowedBy !== undefined && isRole(allowedBy)) || nearest.some(isRole),
  };
}

function decidedByBinding(binding: KubeObject | undefined, { namespace, name }: ObjectName): Concern {
  const isBinding = ({ binding: by }: RuleReference) => by?.name === name && (by.namespace ?? '') === namespace;
  return {
    isCandidate: ({ attributes }) =>
      binding !== undefined &&
      (namespace === '' || attributes.namespace === namespace) &&
      isBound(binding, attributes.user),
    isShown: ({ explanation: { allowedBy, decision } }) =>
      allowedBy === undefined ? decision.decision !== 'Allow' : isBinding(allowedBy),
  };
}

function isBound(binding: KubeObject, user: UserInfo): boolean {
  const subjects = (binding.subjects ?? []) as readonly Subject[];
  return subjects.some((subject) => isSubject(user, subject, binding.metadata.namespace ?? ''));
}

/** Whether a request was to an object; one that creates has no name yet, but its step has made the object. */
function isRequestTo(history: DecisionHistory, object: ObjectName, { step, attributes }: AccessRequest): boolean {
  if (resourceOf(attributes) !== object.resource) return false;
  const namespace = object.resource === 'namespaces' ? '' : attributes.namespace;
  if (namespace !== object.namespace) return false;
  if (attributes.name !== '' || attributes.verb !== 'create') return attributes.name === object.name;
  return history
    .changes(step)
    .some(
      ({ resource, event }) =>
        resource === object.resource &&
        event.type === 'ADDED' &&
        event.object.metadata.name === object.name &&
        (event.object.metadata.namespace ?? '') === object.namespace,
    );
}

function resourceOf({ apiGroup, resource }: Attributes): string {
  return apiGroup === '' ? resource : `${resource}.${apiGroup}`;
}
