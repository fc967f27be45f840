import type { Fields } from '../kinds/fields.ts';
import { expressionErrors } from './expressions.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required, tooMany } from './field.ts';
import { dns1035Label, dnsSubdomain, pathSegment, qualifiedName } from './names.ts';
import { validateLabelSelector } from './selectors.ts';

/*
 * What webhooks and admission policies have in common: which requests they are about.
 * Source: `pkg/apis/admissionregistration/validation`.
 */

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
const MATCH_POLICIES = ['Equivalent', 'Exact'];
export const FAILURE_POLICIES = ['Fail', 'Ignore'];
const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];
const MOST_CONDITIONS = 64;
const EXCLUSIVE = 'name and selector are mutually exclusive';

/** Which operations on which resources (`RuleWithOperations`). */
export function validateRule(rule: Fields, path: string, errors: ErrorList): void {
  const operations: readonly string[] = rule.operations ?? [];
  validateList(operations, `${path}.operations`, 'operations', errors);
  operations.forEach((operation, index) => {
    if (!OPERATIONS.includes(operation))
      errors.push(notSupported(`${path}.operations[${index}]`, operation, OPERATIONS));
  });
  validateList(rule.apiGroups ?? [], `${path}.apiGroups`, 'API groups', errors);
  const versions: readonly string[] = rule.apiVersions ?? [];
  validateList(versions, `${path}.apiVersions`, 'API versions', errors);
  versions.forEach((version, index) => {
    if (version === '') errors.push(required(`${path}.apiVersions[${index}]`));
  });
  validateResourceNames(rule.resources ?? [], `${path}.resources`, errors);
  if (rule.scope !== undefined && !SCOPES.includes(rule.scope))
    errors.push(notSupported(`${path}.scope`, rule.scope, SCOPES));
}

function validateList(list: readonly string[], path: string, what: string, errors: ErrorList): void {
  if (list.length === 0) errors.push(required(path));
  if (list.length > 1 && list.includes('*'))
    errors.push(invalid(path, list, `if '*' is present, must not specify other ${what}`));
}

// `pods`, `pods/log`, `pods/*`, `*/scale`, `*`.
function validateResourceNames(resources: readonly string[], path: string, errors: ErrorList): void {
  if (resources.length === 0) errors.push(required(path));
  const wholly = new Set<string>();
  const everywhere = new Set<string>();
  let isPlain = false;
  resources.forEach((name, index) => {
    if (name === '') {
      errors.push(required(`${path}[${index}]`));
      return;
    }
    const slash = name.indexOf('/');
    if (slash < 0) {
      isPlain = name !== '*';
      return;
    }
    const resource = name.slice(0, slash);
    const subresource = name.slice(slash + 1);
    const refuse = (pattern: string): void => {
      errors.push(invalid(`${path}[${index}]`, name, `if '${pattern}' is present, must not specify ${name}`));
    };
    if (wholly.has(resource)) refuse(`${resource}/*`);
    if (everywhere.has(subresource)) refuse(`*/${subresource}`);
    if (subresource === '*') wholly.add(resource);
    if (resource === '*') everywhere.add(subresource);
  });
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && isPlain) {
    const text = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(path, resources, text));
  }
}

/** What a policy is about (`MatchResources`). */
export function validateMatchResources(match: Fields | undefined, path: string, errors: ErrorList): void {
  if (match === undefined) return;
  if (!MATCH_POLICIES.includes(match.matchPolicy))
    errors.push(notSupported(`${path}.matchPolicy`, match.matchPolicy, MATCH_POLICIES));
  validateLabelSelector(match.namespaceSelector, `${path}.namespaceSelector`, errors);
  validateLabelSelector(match.objectSelector, `${path}.objectSelector`, errors);
  for (const field of ['resourceRules', 'excludeResourceRules']) {
    ((match[field] ?? []) as readonly Fields[]).forEach((rule, index) => {
      validateNamedRule(rule, `${path}.${field}[${index}]`, errors);
    });
  }
}

function validateNamedRule(rule: Fields, path: string, errors: ErrorList): void {
  const names: readonly string[] = rule.resourceNames ?? [];
  names.forEach((name, index) => {
    const at = `${path}.resourceNames[${index}]`;
    for (const text of pathSegment(name)) errors.push(invalid(at, name, text));
    if (names.indexOf(name) < index) errors.push(duplicate(at, name));
  });
  validateRule(rule, path, errors);
}

/** Conditions in CEL that a request must meet as well. */
export function validateMatchConditions(
  conditions: readonly Fields[],
  path: string,
  hasParameters: boolean,
  errors: ErrorList,
): void {
  if (conditions.length > MOST_CONDITIONS) errors.push(tooMany(path, conditions.length, MOST_CONDITIONS));
  conditions.forEach(({ name, expression = '' }, index) => {
    const at = `${path}[${index}]`;
    if (expression.trim() === '') errors.push(required(`${at}.expression`));
    else {
      const variables = { hasParameters, hasAuthorizer: true };
      errors.push(...expressionErrors(expression.trim(), `${at}.expression`, variables, 'bool'));
    }
    if (!name) errors.push(required(`${at}.name`));
    else for (const text of qualifiedName(name)) errors.push(invalid(`${at}.name`, name, text));
    if (name && conditions.findIndex((other) => other.name === name) < index)
      errors.push(duplicate(`${at}.name`, name));
  });
}

/** The kind of a policy's parameters. */
export function validateParameterKind({ apiVersion = '', kind = '' }: Fields, path: string, errors: ErrorList): void {
  const parts = apiVersion.split('/');
  const at = `${path}.apiVersion`;
  if (apiVersion === '') errors.push(required(at));
  else if (parts.length > 2) errors.push(invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const version: string = parts.at(-1) ?? '';
    const group: string = parts.length === 2 ? (parts[0] ?? '') : '';
    const wrongGroup = group === '' ? [] : dnsSubdomain(group);
    if (wrongGroup.length > 0) errors.push(invalid(at, group, wrongGroup.join(',')));
    if (version === '') errors.push(invalid(at, apiVersion, 'version must be specified'));
    else if (dns1035Label(version).length > 0) errors.push(invalid(at, version, dns1035Label(version).join(',')));
  }
  if (kind === '') errors.push(required(`${path}.kind`));
  else if (dns1035Label(kind.toLowerCase()).length > 0) {
    const text = `may have mixed case, but should otherwise match: ${dns1035Label(kind.toLowerCase()).join(',')}`;
    errors.push(invalid(`${path}.kind`, kind, text));
  }
}

/** Which parameters a binding uses. */
export function validateParameterReference(reference: Fields | undefined, path: string, errors: ErrorList): void {
  if (reference === undefined) return;
  const { name = '', selector, parameterNotFoundAction: action } = reference;
  if (name !== '') {
    for (const text of pathSegment(name)) errors.push(invalid(`${path}.name`, name, text));
    if (selector !== undefined) errors.push(forbidden(`${path}.name`, EXCLUSIVE));
  }
  if (selector !== undefined) {
    validateLabelSelector(selector, `${path}.selector`, errors);
    if (name !== '') errors.push(forbidden(`${path}.selector`, EXCLUSIVE));
  }
  if (name === '' && selector === undefined) errors.push(required(path, 'one of name or selector must be specified'));
  if (!action) errors.push(required(`${path}.parameterNotFoundAction`));
  else if (!NOT_FOUND_ACTIONS.includes(action))
    errors.push(notSupported(`${path}.parameterNotFoundAction`, action, NOT_FOUND_ACTIONS));
}
