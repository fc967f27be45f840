import { type Attributes, combinedResource } from '../attributes.ts';

/** One rule of a Role or ClusterRole. Absent lists are empty. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** In the place of every verb, group, resource or path. */
export const ALL = '*';

const NOTHING: readonly string[] = [];

/** Whether a list of a rule has a value, or all. */
export function holds(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((each) => each === ALL || each === value) ?? false;
}

/** Whether a rule has a resource; `*` before a slash is that subresource of every one. */
export function namesResource({ resources = NOTHING }: PolicyRule, combined: string, subresource: string): boolean {
  return resources.some(
    (each) => each === ALL || each === combined || (subresource !== '' && each === `*/${subresource}`),
  );
}

/** A rule without names is good for every name. */
export function hasName({ resourceNames = NOTHING }: PolicyRule, name: string): boolean {
  return resourceNames.length === 0 || resourceNames.includes(name);
}

/** A path of a rule ending in `*` covers everything that starts with it. */
export function matchesPath(url: string, path: string): boolean {
  return url === ALL || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
}

/** Whether a rule allows a request. Source: `RuleAllows` in `plugin/pkg/auth/authorizer/rbac/rbac.go`. */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  const { path } = attributes;
  if (!holds(rule.verbs, attributes.verb)) return false;
  if (path !== undefined) return rule.nonResourceURLs?.some((url) => matchesPath(url, path)) ?? false;
  return (
    holds(rule.apiGroups, attributes.apiGroup) &&
    namesResource(rule, combinedResource(attributes), attributes.subresource) &&
    hasName(rule, attributes.name)
  );
}

/** Which part of a request a rule does not have: how far it is from allowing it. */
export type Shortfall = 'verb' | 'apiGroup' | 'resource' | 'resourceName' | 'nonResourceURL';

/** Everything that keeps a rule from allowing a request; nothing when it does allow it. */
export function shortfalls(rule: PolicyRule, attributes: Attributes): readonly Shortfall[] {
  const missing: Shortfall[] = [];
  const { path } = attributes;
  if (!holds(rule.verbs, attributes.verb)) missing.push('verb');
  if (path !== undefined) {
    if (!rule.nonResourceURLs?.some((url) => matchesPath(url, path))) missing.push('nonResourceURL');
    return missing;
  }
  if (!holds(rule.apiGroups, attributes.apiGroup)) missing.push('apiGroup');
  if (!namesResource(rule, combinedResource(attributes), attributes.subresource)) missing.push('resource');
  if (!hasName(rule, attributes.name)) missing.push('resourceName');
  return missing;
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, as `CompactString` in `pkg/apis/rbac/v1` writes a rule. */
export function ruleText(rule: PolicyRule): string {
  const parts = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ] as const;
  const texts = parts.flatMap(([name, list]) =>
    list === undefined || list.length === 0 ? [] : `${name}:[${list.map((each) => JSON.stringify(each)).join(' ')}]`,
  );
  return `{${texts.join(', ')}}`;
}
