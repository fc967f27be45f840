/** One rule of a role: verbs on resources, or on URLs of the server. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The same rules as rules of one verb, resource and name. */
export function brokenDown(rules: readonly Rule[]): Rule[] {
  return rules.flatMap((rule) => [
    ...(rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) =>
        rule.verbs.flatMap((verb) => {
          const one = { apiGroups: [group], resources: [resource], verbs: [verb] };
          const names = rule.resourceNames ?? [];
          return names.length > 0 ? names.map((name) => ({ ...one, resourceNames: [name] })) : [one];
        }),
      ),
    ),
    ...(rule.nonResourceURLs ?? []).flatMap((url) =>
      rule.verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })),
    ),
  ]);
}

/** Rules that differ only by verb, put together. URLs stay one by one. Source: `k8s.io/kubectl/pkg/util/rbac`. */
export function compactRules(rules: readonly Rule[]): Rule[] {
  const others: Rule[] = [];
  const byResource = new Map<string, Rule>();
  for (const rule of rules) {
    if (rule.nonResourceURLs?.length) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames ?? []]);
    const former = byResource.get(key);
    const verbs = [...new Set([...(former?.verbs ?? []), ...rule.verbs])];
    byResource.set(key, { ...rule, verbs });
  }
  return [...others, ...byResource.values()];
}

/** Rules as `describe` and `auth can-i --list` show them: taken apart, put together, in order. */
export function shownRules(rules: readonly Rule[]): Rule[] {
  return compactRules(brokenDown(rules)).sort((one, other) => (ruleText(one) < ruleText(other) ? -1 : 1));
}

/** The columns of a rule. */
export function ruleColumns(rule: Rule): string {
  return [resourceText(rule), list(rule.nonResourceURLs), list(rule.resourceNames), list(rule.verbs)].join('\t');
}

function list(values: readonly string[] | undefined): string {
  return `[${(values ?? []).join(' ')}]`;
}

/** A rule as Go's protocol buffers print it: the order of rules is the order of these texts. */
function ruleText(rule: Rule): string {
  return `&PolicyRule{Verbs:${list(rule.verbs)},APIGroups:${list(rule.apiGroups)},Resources:${list(rule.resources)},ResourceNames:${list(rule.resourceNames)},NonResourceURLs:${list(rule.nonResourceURLs)},}`;
}

/** `deployments.apps/scale`. */
function resourceText({ resources, apiGroups }: Rule): string {
  const [resource = '', ...sub] = (resources?.[0] ?? '').split('/');
  const group = apiGroups?.[0] ? `.${apiGroups[0]}` : '';
  return [`${resource}${group}`, ...sub].join('/');
}

/** Go's `%+v` of a rule. */
export function ruleDump(rule: Rule): string {
  return `{Verbs:${list(rule.verbs)} APIGroups:${list(rule.apiGroups)} Resources:${list(rule.resources)} ResourceNames:${list(rule.resourceNames)} NonResourceURLs:${list(rule.nonResourceURLs)}}`;
}
