import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { dnsSubdomain, pathSegment } from './names.ts';

const SUBJECTS = ['ServiceAccount', 'User', 'Group'];
const GROUP = 'rbac.authorization.k8s.io';

/** Rules of a Role or ClusterRole (`pkg/apis/rbac/validation`). */
export function validateRules(rules: readonly Fields[] | null | undefined, namespaced: boolean): ErrorList {
  const errors: ErrorList = [];
  rules?.forEach((rule, index) => {
    validateRule(rule, namespaced, `rules[${index}]`, errors);
  });
  return errors;
}

function validateRule(rule: Fields, namespaced: boolean, path: string, errors: ErrorList): void {
  const { verbs, apiGroups, resources, nonResourceURLs: urls } = rule;
  if ((verbs?.length ?? 0) === 0) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  if ((urls?.length ?? 0) > 0) {
    const place = `${path}.nonResourceURLs`;
    if (namespaced) errors.push(invalid(place, urls, 'namespaced rules cannot apply to non-resource URLs'));
    if ((apiGroups?.length ?? 0) > 0 || (resources?.length ?? 0) > 0 || (rule.resourceNames?.length ?? 0) > 0) {
      errors.push(invalid(place, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
    }
    return;
  }
  if ((apiGroups?.length ?? 0) === 0) {
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if ((resources?.length ?? 0) === 0) {
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
}

/** A RoleBinding or ClusterRoleBinding: what it may refer to, and to whom. */
export function validateBinding(binding: KubeObject, roleKinds: readonly string[]): ErrorList {
  const errors: ErrorList = [];
  const { apiGroup, kind, name } = binding.roleRef;
  if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]));
  if (!roleKinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, roleKinds));
  if (!name) errors.push(required('roleRef.name'));
  else for (const text of pathSegment(name)) errors.push(invalid('roleRef.name', name, text));
  (binding.subjects ?? []).forEach((subject: Fields, index: number) => {
    validateSubject(subject, binding.kind === 'RoleBinding', `subjects[${index}]`, errors);
  });
  return errors;
}

function validateSubject(subject: Fields, isNamespaced: boolean, path: string, errors: ErrorList): void {
  const { kind, name, namespace, apiGroup = '' } = subject;
  if (!name) errors.push(required(`${path}.name`));
  if (kind === 'ServiceAccount') {
    for (const text of name ? dnsSubdomain(name) : []) errors.push(invalid(`${path}.name`, name, text));
    if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
    if (!isNamespaced && !namespace) errors.push(required(`${path}.namespace`));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [GROUP]));
  } else {
    errors.push(notSupported(`${path}.kind`, kind, SUBJECTS));
  }
}

export function validateBindingUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  if (isEqual(next.roleRef, previous.roleRef)) return [];
  const { apiGroup, kind, name } = next.roleRef;
  return [invalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
}

/** A binding without groups means RBAC's own, and users and groups too (`pkg/apis/rbac/v1/defaults.go`). */
export function withGroups(binding: KubeObject): KubeObject {
  const { roleRef, subjects } = binding;
  const changed = subjects?.map((subject: Fields) => {
    const isNamed = subject.kind === 'User' || subject.kind === 'Group';
    return isNamed && !subject.apiGroup ? { ...subject, apiGroup: GROUP } : subject;
  });
  const hasGroup = roleRef?.apiGroup && isEqual(changed, subjects);
  if (hasGroup) return binding;
  return {
    ...binding,
    ...(changed === undefined ? {} : { subjects: changed }),
    roleRef: { ...roleRef, apiGroup: roleRef?.apiGroup || GROUP },
  };
}

/** A ClusterRole may be put together from others. */
export function validateAggregation(
  rule: Fields | undefined,
  validateSelector: (selector: Fields, path: string, errors: ErrorList) => void,
): ErrorList {
  const errors: ErrorList = [];
  if (rule === undefined) return errors;
  const selectors: readonly Fields[] = rule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    errors.push(
      required(
        'aggregationRule.clusterRoleSelectors',
        'at least one clusterRoleSelector required if aggregationRule is non-nil',
      ),
    );
  }
  selectors.forEach((selector, index) => {
    const path = `aggregationRule.clusterRoleSelectors[${index}]`;
    const before = errors.length;
    validateSelector(selector, path, errors);
    if (errors.length > before) errors.push(invalid(path, null, 'invalid label selector.'));
  });
  return errors;
}
