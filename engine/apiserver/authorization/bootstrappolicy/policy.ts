import type { KubeObject } from '../../../object.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from '../rbac/binding.ts';
import { CLUSTER_BINDINGS, INSTALLER_BINDINGS, NAMESPACE_POLICIES } from './bindings.ts';
import { CONTROLLER_ROLES } from './controller-roles.ts';
import type { DefaultBinding, DefaultRole } from './rule.ts';
import { SYSTEM_ROLES } from './system-roles.ts';
import { USER_ROLES } from './user-roles.ts';

const GROUP = 'rbac.authorization.k8s.io';
const API_VERSION = `${GROUP}/v1`;

/** Marks what the server keeps up to date; set to "false" by whoever wants to keep changes of his own. */
export const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

const METADATA = {
  annotations: { [AUTO_UPDATE]: 'true' },
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
};

/** An object without what only the server sets. */
export type PolicyObject = Omit<KubeObject, 'metadata'> & {
  readonly metadata: Partial<KubeObject['metadata']> & { readonly name: string };
};

/** One object of the default policy, and the resource it is stored as. */
export interface DefaultObject {
  readonly resource: string;
  readonly object: PolicyObject;
}

function metadata(name: string, namespace: string, labels: Readonly<Record<string, string>> = {}) {
  const own = { ...METADATA, labels: { ...METADATA.labels, ...labels }, name };
  return namespace === '' ? own : { ...own, namespace };
}

function roleObject({ name, rules, labels, aggregates }: DefaultRole, namespace: string): DefaultObject {
  const selector = { clusterRoleSelectors: [{ matchLabels: { [aggregates ?? '']: 'true' } }] };
  return {
    resource: namespace === '' ? CLUSTER_ROLES : ROLES,
    object: {
      ...(aggregates === undefined ? {} : { aggregationRule: selector }),
      apiVersion: API_VERSION,
      kind: namespace === '' ? 'ClusterRole' : 'Role',
      metadata: metadata(name, namespace, labels),
      rules: aggregates === undefined ? rules : null,
    },
  };
}

function bindingObject({ name, role, subjects }: DefaultBinding, namespace: string): DefaultObject {
  const named = subjects.map((subject) =>
    subject.kind === 'ServiceAccount' ? subject : { apiGroup: GROUP, ...subject },
  );
  return {
    resource: namespace === '' ? CLUSTER_ROLE_BINDINGS : ROLE_BINDINGS,
    object: {
      apiVersion: API_VERSION,
      kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: metadata(name, namespace),
      roleRef: { apiGroup: GROUP, kind: namespace === '' ? 'ClusterRole' : 'Role', name: role },
      ...(named.length === 0 ? {} : { subjects: named }),
    },
  };
}

/** The roles and bindings that every cluster has from its start. Those of an installer carry no marks of the server. */
export const DEFAULT_POLICY: readonly DefaultObject[] = [
  ...[...USER_ROLES, ...SYSTEM_ROLES, ...CONTROLLER_ROLES].map((role) => roleObject(role, '')),
  ...CLUSTER_BINDINGS.map((binding) => bindingObject(binding, '')),
  ...NAMESPACE_POLICIES.flatMap(({ namespace, roles, bindings }) => [
    ...roles.map((role) => roleObject(role, namespace)),
    ...bindings.map((binding) => bindingObject(binding, namespace)),
  ]),
];

/** What kubeadm adds once, and nobody keeps up to date. */
export const INSTALLED_POLICY: readonly DefaultObject[] = INSTALLER_BINDINGS.map((binding) => {
  const { resource, object } = bindingObject(binding, '');
  return { resource, object: { ...object, metadata: { name: binding.name } } };
});
