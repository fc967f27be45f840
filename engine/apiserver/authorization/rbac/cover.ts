import { ALL, matchesPath, type PolicyRule } from './rule.ts';

const ONE_NOTHING: readonly undefined[] = [undefined];

/**
 * A rule as many rules that each allow one thing: one verb on one resource (and name) of one group, or on one path.
 * Source: `BreakdownRule` in `k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go`.
 */
export function brokenDown(rule: PolicyRule): PolicyRule[] {
  const single: PolicyRule[] = [];
  for (const apiGroup of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const names = rule.resourceNames?.length ? rule.resourceNames : ONE_NOTHING;
        for (const name of names) {
          const resourceNames = name === undefined ? {} : { resourceNames: [name] };
          single.push({ apiGroups: [apiGroup], resources: [resource], verbs: [verb], ...resourceNames });
        }
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs) single.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return single;
}

/** What of `asked` no rule of `owned` has, broken down; nothing when they have all of it. */
export function uncovered(owned: readonly PolicyRule[], asked: readonly PolicyRule[]): PolicyRule[] {
  return asked.flatMap(brokenDown).filter((single) => !owned.some((rule) => covers(rule, single)));
}

function hasAll(owned: readonly string[] | undefined, asked: readonly string[] | undefined): boolean {
  return owned?.includes(ALL) === true || (asked ?? []).every((each) => owned?.includes(each));
}

function covers(owner: PolicyRule, single: PolicyRule): boolean {
  return (
    hasAll(owner.verbs, single.verbs) &&
    hasAll(owner.apiGroups, single.apiGroups) &&
    coversResources(owner.resources ?? [], single.resources ?? []) &&
    coversNames(owner, single) &&
    (single.nonResourceURLs ?? []).every((url) => owner.nonResourceURLs?.some((each) => matchesPath(each, url)))
  );
}

/** `*`, the resource itself, or its subresource of everything (`*` before its slash). */
function coversResources(owned: readonly string[], asked: readonly string[]): boolean {
  if (owned.includes(ALL)) return true;
  return asked.every((resource) => {
    const slash = resource.indexOf('/');
    return owned.includes(resource) || (slash > 0 && owned.includes(`*${resource.slice(slash)}`));
  });
}

function coversNames(owner: PolicyRule, { resourceNames = [] }: PolicyRule): boolean {
  if (!owner.resourceNames?.length) return true;
  return resourceNames.length > 0 && resourceNames.every((name) => owner.resourceNames?.includes(name));
}

/**
 * Rules that differ only in their verbs as one: how missing rights are listed.
 * Source: `CompactRules` in `pkg/registry/rbac/validation/policy_compact.go`.
 */
export function compacted(rules: readonly PolicyRule[]): PolicyRule[] {
  const byResource = new Map<string, { readonly rule: PolicyRule; readonly verbs: string[] }>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    if (rule.nonResourceURLs !== undefined) {
      others.push(rule);
      continue;
    }
    const id = [rule.apiGroups, rule.resources, rule.resourceNames ?? []].join(' ');
    const known = byResource.get(id);
    if (known === undefined) byResource.set(id, { rule, verbs: [...rule.verbs] });
    else for (const verb of rule.verbs) if (!known.verbs.includes(verb)) known.verbs.push(verb);
  }
  return [...[...byResource.values()].map(({ rule, verbs }) => ({ ...rule, verbs })), ...others];
}
