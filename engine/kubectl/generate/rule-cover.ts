import type { Rule } from './rules.ts';

/** Does one rule allow all that another one does? Source: `k8s.io/component-helpers/auth/rbac/validation`, `ruleCovers`. */
export function covers(owner: Rule, wanted: Rule): boolean {
  return (
    hasAll(owner.verbs, wanted.verbs) &&
    hasAll(owner.apiGroups, wanted.apiGroups) &&
    (wanted.resources ?? []).every((resource) => coversResource(owner.resources ?? [], resource)) &&
    (wanted.nonResourceURLs ?? []).every((url) => coversUrl(owner.nonResourceURLs ?? [], url)) &&
    coversNames(owner.resourceNames ?? [], wanted.resourceNames ?? [])
  );
}

function hasAll(owned: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return owned.includes('*') || wanted.every((value) => owned.includes(value));
}

/** A star is everything, a star before a subresource is that subresource of everything. */
function coversResource(owned: readonly string[], wanted: string): boolean {
  if (owned.includes('*') || owned.includes(wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && owned.includes(`*${wanted.slice(slash)}`);
}

function coversUrl(owned: readonly string[], wanted: string): boolean {
  return owned.some((url) => url === wanted || (url.endsWith('*') && wanted.startsWith(url.replace(/\*+$/, ''))));
}

/** A rule without names is about all of them. */
function coversNames(owned: readonly string[], wanted: readonly string[]): boolean {
  if (owned.length === 0) return true;
  return wanted.length > 0 && wanted.every((name) => owned.includes(name));
}
