import {
  ALL_AUTHENTICATED,
  ALL_UNAUTHENTICATED,
  PRIVILEGED_GROUP,
  SERVICE_ACCOUNTS_GROUP,
} from '../../authentication/names.ts';
import { CONTROLLER_ACCOUNTS, controllerRole } from './controller-roles.ts';
import { type DefaultBinding, type DefaultRole, EVENTS, groups, READ, rule, systemAccounts, users } from './rule.ts';

/** Who has the default cluster roles. */
export const CLUSTER_BINDINGS: readonly DefaultBinding[] = [
  { name: 'cluster-admin', role: 'cluster-admin', subjects: groups(PRIVILEGED_GROUP) },
  { name: 'system:monitoring', role: 'system:monitoring', subjects: groups('system:monitoring') },
  { name: 'system:discovery', role: 'system:discovery', subjects: groups(ALL_AUTHENTICATED) },
  { name: 'system:basic-user', role: 'system:basic-user', subjects: groups(ALL_AUTHENTICATED) },
  {
    name: 'system:public-info-viewer',
    role: 'system:public-info-viewer',
    subjects: groups(ALL_AUTHENTICATED, ALL_UNAUTHENTICATED),
  },
  { name: 'system:node-proxier', role: 'system:node-proxier', subjects: users('system:kube-proxy') },
  {
    name: 'system:kube-controller-manager',
    role: 'system:kube-controller-manager',
    subjects: users('system:kube-controller-manager'),
  },
  { name: 'system:kube-dns', role: 'system:kube-dns', subjects: systemAccounts('kube-dns') },
  { name: 'system:kube-scheduler', role: 'system:kube-scheduler', subjects: users('system:kube-scheduler') },
  { name: 'system:volume-scheduler', role: 'system:volume-scheduler', subjects: users('system:kube-scheduler') },
  { name: 'system:node', role: 'system:node', subjects: [] },
  {
    name: 'system:service-account-issuer-discovery',
    role: 'system:service-account-issuer-discovery',
    subjects: groups(SERVICE_ACCOUNTS_GROUP),
  },
  ...CONTROLLER_ACCOUNTS.map((account) => ({
    name: controllerRole(account),
    role: controllerRole(account),
    subjects: systemAccounts(account),
  })),
];

/** The group of the certificates in kubeadm's `admin.conf`. */
export const ADMINISTRATORS = 'kubeadm:cluster-admins';

/** What an installer adds on top: kubeadm gives its administrator and its kube-proxy their roles. */
export const INSTALLER_BINDINGS: readonly DefaultBinding[] = [
  { name: 'kubeadm:cluster-admins', role: 'cluster-admin', subjects: groups(ADMINISTRATORS) },
  { name: 'kubeadm:node-proxier', role: 'system:node-proxier', subjects: systemAccounts('kube-proxy') },
];

/** Roles within a namespace, and who has them. */
export interface NamespacePolicy {
  readonly namespace: string;
  readonly roles: readonly DefaultRole[];
  readonly bindings: readonly DefaultBinding[];
}

const SIGNER = 'system:controller:bootstrap-signer';
const PROVIDER = 'system:controller:cloud-provider';
const CLEANER = 'system:controller:token-cleaner';
const AUTHENTICATION = 'extension-apiserver-authentication';
const LEADER = 'system::leader-locking-';

function leader(program: string): DefaultRole {
  return {
    name: LEADER + program,
    rules: [rule('watch', 'core', 'configmaps'), rule('get update', 'core', 'configmaps', program)],
  };
}

function leaderBinding(program: string): DefaultBinding {
  return {
    name: LEADER + program,
    role: LEADER + program,
    subjects: [...users(`system:${program}`), ...systemAccounts(program)],
  };
}

/** Source: `namespace_policy.go`. */
export const NAMESPACE_POLICIES: readonly NamespacePolicy[] = [
  {
    namespace: 'kube-public',
    roles: [
      {
        name: SIGNER,
        rules: [rule(READ, 'core', 'configmaps'), rule('update', 'core', 'configmaps', 'cluster-info'), EVENTS],
      },
    ],
    bindings: [{ name: SIGNER, role: SIGNER, subjects: systemAccounts('bootstrap-signer') }],
  },
  {
    namespace: 'kube-system',
    roles: [
      { name: `${AUTHENTICATION}-reader`, rules: [rule(READ, 'core', 'configmaps', AUTHENTICATION)] },
      { name: SIGNER, rules: [rule(READ, 'core', 'secrets')] },
      { name: PROVIDER, rules: [rule(`create ${READ}`, 'core', 'configmaps')] },
      { name: CLEANER, rules: [rule(`delete ${READ}`, 'core', 'secrets'), EVENTS] },
      leader('kube-controller-manager'),
      leader('kube-scheduler'),
    ],
    bindings: [
      {
        name: `system::${AUTHENTICATION}-reader`,
        role: `${AUTHENTICATION}-reader`,
        subjects: users('system:kube-controller-manager', 'system:kube-scheduler'),
      },
      { name: SIGNER, role: SIGNER, subjects: systemAccounts('bootstrap-signer') },
      { name: PROVIDER, role: PROVIDER, subjects: systemAccounts('cloud-provider') },
      { name: CLEANER, role: CLEANER, subjects: systemAccounts('token-cleaner') },
      leaderBinding('kube-controller-manager'),
      leaderBinding('kube-scheduler'),
    ],
  },
];
