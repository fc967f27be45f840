import type { PolicyRule } from '../rbac/rule.ts';

/** Sets of verbs that the default roles are made of (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`). */
export const READ = 'get list watch';
export const WRITE = 'create delete deletecollection patch update';
export const READ_WRITE = `${READ} ${WRITE}`;
export const READ_UPDATE = `${READ} patch update`;

/** The core group, which has no name of its own, among the words of `rule`. */
const CORE = 'core';

function words(text: string): readonly string[] {
  return text.split(' ').sort();
}

/** A rule from words: `rule('get list', 'core apps', 'pods deployments')`. Lists are sorted, as the real ones are. */
export function rule(verbs: string, apiGroups: string, resources: string, resourceNames?: string): PolicyRule {
  return {
    verbs: words(verbs),
    apiGroups: words(apiGroups)
      .map((group) => (group === CORE ? '' : group))
      .sort(),
    resources: words(resources),
    ...(resourceNames === undefined ? {} : { resourceNames: words(resourceNames) }),
  };
}

/** A rule for paths that are no resources. */
export function pathRule(verbs: string, paths: string): PolicyRule {
  return { verbs: words(verbs), nonResourceURLs: words(paths) };
}

/** Whoever reports what it does writes events of either kind. */
export const EVENTS: PolicyRule = rule('create patch update', 'core events.k8s.io', 'events');

/** A role as the server brings it along. `aggregates`: it is made up of the roles with this label. */
export interface DefaultRole {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly aggregates?: string;
}

/** Whom a default role is given to. */
export interface DefaultSubject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  readonly namespace?: string;
}

export interface DefaultBinding {
  readonly name: string;
  readonly role: string;
  readonly subjects: readonly DefaultSubject[];
}

export function users(...names: readonly string[]): DefaultSubject[] {
  return names.map((name) => ({ kind: 'User', name }));
}

export function groups(...names: readonly string[]): DefaultSubject[] {
  return names.map((name) => ({ kind: 'Group', name }));
}

/** Service accounts of `kube-system`. */
export function systemAccounts(...names: readonly string[]): DefaultSubject[] {
  return names.map((name) => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' }));
}
