import { type LabelSelectorSpec, matchesLabelSelector } from '../../../label-selector.ts';
import type { KubeObject } from '../../../object.ts';
import type { Fields } from '../../kinds/fields.ts';
import { kindsIn } from '../../served.ts';
import { nameForErrors } from '../names.ts';
import type { AdmissionRequest } from '../plugin.ts';

/** Which requests a policy or binding is about (`MatchResources`), as stored: with its defaults. */
interface MatchResources {
  readonly namespaceSelector?: LabelSelectorSpec;
  readonly objectSelector?: LabelSelectorSpec;
  readonly resourceRules?: readonly Rule[];
  readonly excludeResourceRules?: readonly Rule[];
  readonly matchPolicy?: string;
}

interface Rule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly scope?: string;
}

/** Source: `k8s.io/apiserver/pkg/admission/plugin/policy/matching`. */
export function isMatched(given: Fields | undefined, request: AdmissionRequest): boolean {
  if (given === undefined) return true;
  const match = given as MatchResources;
  if (!isNamespaceMatched(match.namespaceSelector, request) || !isObjectMatched(match.objectSelector, request))
    return false;
  const { resourceRules = [], excludeResourceRules = [], matchPolicy } = match;
  const isEquivalent = matchPolicy !== 'Exact';
  if (excludeResourceRules.some((rule) => isRuleMatched(rule, request, isEquivalent))) return false;
  return resourceRules.length === 0 || resourceRules.some((rule) => isRuleMatched(rule, request, isEquivalent));
}

/** Namespaces are judged by their own labels; what is in none, is always meant. */
function isNamespaceMatched(
  selector: LabelSelectorSpec | undefined,
  { call, object, previous }: AdmissionRequest,
): boolean {
  if (selector === undefined) return true;
  if (call.kind.resource === 'namespaces') {
    const namespace = call.subresource === '' ? object : previous;
    return matchesLabelSelector(selector, (namespace ?? object).metadata.labels);
  }
  if (call.namespace === '') return true;
  const namespace = call.turn.store.get('namespaces', '', call.namespace);
  return matchesLabelSelector(selector, namespace?.metadata.labels);
}

function isObjectMatched(selector: LabelSelectorSpec | undefined, { object, previous }: AdmissionRequest): boolean {
  if (selector === undefined) return true;
  const has = (one: KubeObject | undefined): boolean =>
    one !== undefined && matchesLabelSelector(selector, one.metadata?.labels);
  return has(object) || has(previous);
}

function includes(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted?.includes('*') === true || wanted?.includes(value) === true;
}

function isRuleMatched(rule: Rule, request: AdmissionRequest, isEquivalent: boolean): boolean {
  const { call, operation, object } = request;
  const { kind, subresource } = call;
  const { scope = '*', resourceNames = [] } = rule;
  if (!includes(rule.operations, operation) || !includes(rule.apiGroups, kind.group)) return false;
  if (scope !== '*' && (scope === 'Namespaced') !== kind.namespaced) return false;
  if (!(rule.resources ?? []).some((pattern) => isResourceMatched(pattern, kind.plural, subresource))) return false;
  const isVersion = includes(rule.apiVersions, kind.version) || (isEquivalent && hasVersion(rule, request));
  return isVersion && (resourceNames.length === 0 || resourceNames.includes(nameForErrors(object)));
}

/** `pods`, `pods/log`, `pods/*`, `*`, `*` before a slash, too. */
function isResourceMatched(pattern: string, plural: string, subresource: string): boolean {
  const [resource = '', sub = ''] = pattern.split('/');
  const isResource = resource === '*' || resource === plural;
  return isResource && (sub === subresource || sub === '*');
}

/** The same objects seen in a version that the rule names count, too. */
function hasVersion(rule: Rule, { call }: AdmissionRequest): boolean {
  return kindsIn(call.turn.store).some(
    ({ resource, version }) => resource === call.kind.resource && rule.apiVersions?.includes(version) === true,
  );
}
