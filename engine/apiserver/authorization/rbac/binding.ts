import type { KubeObject } from '../../../object.ts';
import type { ObjectReader } from '../../../sim/object-reader.ts';
import { serviceAccountName } from '../../authentication/names.ts';
import type { UserInfo } from '../../request.ts';
import { quote } from '../../validation/field.ts';
import type { PolicyRule } from './rule.ts';

/** The objects that RBAC decides by, as they stand at one moment. */
export type PolicyReader = (resource: string) => ObjectReader;

export const ROLES = 'roles.rbac.authorization.k8s.io';
export const CLUSTER_ROLES = 'clusterroles.rbac.authorization.k8s.io';
export const ROLE_BINDINGS = 'rolebindings.rbac.authorization.k8s.io';
export const CLUSTER_ROLE_BINDINGS = 'clusterrolebindings.rbac.authorization.k8s.io';

/** Everything that a decision of RBAC depends on. */
export const POLICY_RESOURCES: readonly string[] = [ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS];

export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** A binding that concerns a user: through which subject, and the rules of its role or why there are none. */
export interface Grant {
  readonly binding: KubeObject;
  readonly subject: Subject;
  readonly rules: readonly PolicyRule[];
  /** `clusterrole.rbac.authorization.k8s.io "x" not found` */
  readonly error?: string;
}

/** Whether a subject of a binding (in `namespace`; `''` for cluster-wide ones) is this user. */
export function isSubject(user: UserInfo, subject: Subject, namespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return user.name === subject.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const home = subject.namespace || namespace;
      return home !== '' && user.name === serviceAccountName(home, subject.name);
    }
    default:
      return false;
  }
}

/** The bindings of a namespace (`''`: the cluster-wide ones) that concern a user, by name. */
export function grantsOf(reader: PolicyReader, user: UserInfo, namespace: string): readonly Grant[] {
  const bindings = namespace === '' ? reader(CLUSTER_ROLE_BINDINGS).list() : reader(ROLE_BINDINGS).list(namespace);
  const grants: Grant[] = [];
  for (const binding of bindings) {
    const subjects = (binding.subjects ?? []) as readonly Subject[];
    const subject = subjects.find((each) => isSubject(user, each, namespace));
    if (subject !== undefined)
      grants.push({ binding, subject, ...referencedRules(reader, binding.roleRef, namespace) });
  }
  return grants;
}

/** The rules of the role that a binding in `namespace` refers to. */
export function referencedRules(
  reader: PolicyReader,
  { kind, name }: RoleRef,
  namespace: string,
): Pick<Grant, 'rules' | 'error'> {
  const role = kind === 'ClusterRole' ? reader(CLUSTER_ROLES).get('', name) : reader(ROLES).get(namespace, name);
  if (role !== undefined) return { rules: (role.rules ?? []) as readonly PolicyRule[] };
  return { rules: [], error: `${kind.toLowerCase()}.rbac.authorization.k8s.io ${quote(name)} not found` };
}

/** `ClusterRoleBinding "x" of ClusterRole "y" to User "jane"`: why a rule counts for a user. */
export function grantText({ binding, subject }: Pick<Grant, 'binding' | 'subject'>): string {
  const { name, namespace } = binding.metadata;
  const isLocal = binding.kind === 'RoleBinding';
  const about = quote(isLocal ? `${name}/${namespace}` : name);
  const { kind, name: role } = binding.roleRef as RoleRef;
  return `${binding.kind} ${about} of ${kind} ${quote(role)} to ${subjectText(subject, isLocal ? (namespace ?? '') : '')}`;
}

function subjectText(subject: Subject, namespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${quote(subject.name)}`;
  return `${subject.kind} ${quote(`${subject.name}/${subject.namespace || namespace}`)}`;
}

/** Several errors as `k8s.io/apimachinery/pkg/util/errors` writes them: one alone, more in brackets, none twice. */
export function aggregated(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] as string) : `[${distinct.join(', ')}]`;
}
