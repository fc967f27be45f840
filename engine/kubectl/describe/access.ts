import type { KubeObject } from '../../object.ts';
import type { Describer } from './describer.ts';
import { annotationLines, labelLines, Text } from './text.ts';

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

function head(object: KubeObject): Text {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  return text;
}

/** One rule a resource (and name), its verbs together; URLs stay one by one. Source: `k8s.io/kubectl/pkg/util/rbac`. */
function compactRules(rules: readonly Rule[]): Rule[] {
  const urls: Rule[] = [];
  const byResource = new Map<string, Rule>();
  for (const rule of rules) {
    for (const group of rule.apiGroups ?? []) {
      for (const resource of rule.resources ?? []) {
        for (const name of rule.resourceNames?.length ? rule.resourceNames : [undefined]) {
          const key = JSON.stringify([group, resource, name]);
          const verbs = [...new Set([...(byResource.get(key)?.verbs ?? []), ...rule.verbs])];
          const names = name === undefined ? {} : { resourceNames: [name] };
          byResource.set(key, { apiGroups: [group], resources: [resource], ...names, verbs });
        }
      }
    }
    for (const url of rule.nonResourceURLs ?? []) {
      urls.push(...rule.verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })));
    }
  }
  const all = [...urls, ...byResource.values()];
  return all.sort((one, other) => (ruleText(one) < ruleText(other) ? -1 : 1));
}

function list(values: readonly string[] | undefined): string {
  return `[${(values ?? []).join(' ')}]`;
}

/** A rule as Go's protocol buffers print it: the order of rules in a description is the order of these texts. */
function ruleText(rule: Rule): string {
  return `&PolicyRule{Verbs:${list(rule.verbs)},APIGroups:${list(rule.apiGroups)},Resources:${list(rule.resources)},ResourceNames:${list(rule.resourceNames)},NonResourceURLs:${list(rule.nonResourceURLs)},}`;
}

/** `deployments.apps/scale`. */
function resourceText({ resources, apiGroups }: Rule): string {
  const [resource = '', ...sub] = (resources?.[0] ?? '').split('/');
  const group = apiGroups?.[0] ? `.${apiGroups[0]}` : '';
  return [`${resource}${group}`, ...sub].join('/');
}

/** Roles and ClusterRoles. */
export const describeRole: Describer = (_, { object }) => {
  const text = head(object);
  text.line(0, 'PolicyRule:');
  text.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  text.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of compactRules((object.rules ?? []) as Rule[])) {
    const columns = [resourceText(rule), list(rule.nonResourceURLs), list(rule.resourceNames), list(rule.verbs)];
    text.line(1, columns.join('\t'));
  }
  return String(text);
};

/** RoleBindings and ClusterRoleBindings. */
export const describeRoleBinding: Describer = (_, { object }) => {
  const text = head(object);
  text.line(0, 'Role:');
  text.line(1, `Kind:\t${object.roleRef?.kind ?? ''}`);
  text.line(1, `Name:\t${object.roleRef?.name ?? ''}`);
  text.line(0, 'Subjects:');
  text.line(1, 'Kind\tName\tNamespace');
  text.line(1, '----\t----\t---------');
  for (const subject of (object.subjects ?? []) as { kind: string; name: string; namespace?: string }[]) {
    text.line(1, `${subject.kind}\t${subject.name}\t${subject.namespace ?? ''}`);
  }
  return String(text);
};
