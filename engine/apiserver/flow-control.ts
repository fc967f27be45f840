import type { KubeObject } from '../object.ts';
import type { Store } from '../store/store.ts';
import { serviceAccountName } from './authentication/names.ts';
import { type Attributes, combinedResource } from './authorization/attributes.ts';
import { holds, matchesPath } from './authorization/rbac/rule.ts';
import type { UserInfo } from './request.ts';

const SCHEMAS = 'flowschemas.flowcontrol.apiserver.k8s.io';
const LEVELS = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io';

interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly user?: { readonly name: string };
  readonly group?: { readonly name: string };
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

interface Rule {
  readonly subjects: readonly Subject[];
  readonly resourceRules?: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly clusterScope?: boolean;
    readonly namespaces?: readonly string[];
  }[];
  readonly nonResourceRules?: readonly {
    readonly verbs: readonly string[];
    readonly nonResourceURLs: readonly string[];
  }[];
}

/**
 * Which FlowSchema a request falls under, and which priority level that has, as the headers of its answer say. Nobody
 * has to queue here: there is always a seat. Source: `k8s.io/apiserver/pkg/util/flowcontrol/rule.go`.
 */
export function flowHeaders(store: Store, attributes: Attributes): Readonly<Record<string, string>> {
  const matching = store
    .at(SCHEMAS)
    .list()
    .filter(({ spec }) => ((spec?.rules ?? []) as readonly Rule[]).some((rule) => isMatched(rule, attributes)));
  const schema =
    matching.reduce<KubeObject | undefined>((first, other) => (isBefore(first, other) ? first : other), undefined) ??
    store.get(SCHEMAS, '', 'catch-all');
  if (schema === undefined) return {};
  const level = store.get(LEVELS, '', schema.spec.priorityLevelConfiguration.name);
  return {
    'x-kubernetes-pf-flowschema-uid': schema.metadata.uid,
    'x-kubernetes-pf-prioritylevel-uid': level?.metadata.uid ?? '',
  };
}

/** The schema with the lower precedence comes first, then the one with the lower name. */
function isBefore(one: KubeObject | undefined, other: KubeObject): one is KubeObject {
  if (one === undefined) return false;
  const [mine, its] = [one.spec.matchingPrecedence, other.spec.matchingPrecedence];
  return mine === its ? one.metadata.name < other.metadata.name : mine < its;
}

function isMatched({ subjects, resourceRules = [], nonResourceRules = [] }: Rule, attributes: Attributes): boolean {
  const { user, verb, apiGroup, namespace, path } = attributes;
  if (!subjects.some((subject) => isSubject(subject, user))) return false;
  if (path !== undefined) {
    return nonResourceRules.some(
      (rule) => holds(rule.verbs, verb) && rule.nonResourceURLs.some((url) => matchesPath(url, path)),
    );
  }
  return resourceRules.some(
    (rule) =>
      holds(rule.verbs, verb) &&
      holds(rule.apiGroups, apiGroup) &&
      holds(rule.resources, combinedResource(attributes)) &&
      (namespace === '' ? rule.clusterScope === true : holds(rule.namespaces, namespace)),
  );
}

function isSubject({ kind, user, group, serviceAccount }: Subject, { name, groups }: UserInfo): boolean {
  if (kind === 'User') return user !== undefined && (user.name === '*' || user.name === name);
  if (kind === 'Group') return group !== undefined && (group.name === '*' || groups.includes(group.name));
  if (serviceAccount === undefined) return false;
  const { namespace, name: account } = serviceAccount;
  return account === '*'
    ? name.startsWith(serviceAccountName(namespace, ''))
    : name === serviceAccountName(namespace, account);
}
