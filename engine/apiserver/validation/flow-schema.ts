import type { KubeObject } from '../../object.ts';
import { MANDATORY_FLOW_SCHEMAS } from '../bootstrap/flow-control.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';

const LAST_PRECEDENCE = 10000;
const METHODS = ['ByNamespace', 'ByUser'];
const SUBJECTS = ['Group', 'ServiceAccount', 'User'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const NAMESPACE_TEXT = "each member of this list must be '*' or a DNS-1123 label; ";

/** Which requests have which priority. Source: `pkg/apis/flowcontrol/validation`. */
export function validateFlowSchema({ metadata, spec, status }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const precedence: number = spec.matchingPrecedence ?? 0;
  const path = 'spec.matchingPrecedence';
  if (precedence <= 0) errors.push(invalid(path, precedence, 'must be a positive value'));
  if (precedence > LAST_PRECEDENCE)
    errors.push(invalid(path, precedence, `must not be greater than ${LAST_PRECEDENCE}`));
  if (precedence === 1 && metadata.name !== 'exempt')
    errors.push(invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  const method: Fields | undefined = spec.distinguisherMethod;
  if (method !== undefined && !METHODS.includes(method.type))
    errors.push(notSupported('spec.distinguisherMethod.type', method, METHODS));
  const level: string | undefined = spec.priorityLevelConfiguration?.name;
  if (!level) errors.push(required('spec.priorityLevelConfiguration.name', 'must reference a priority level'));
  else
    for (const text of dnsSubdomain(level)) errors.push(invalid('spec.priorityLevelConfiguration.name', level, text));
  ((spec.rules ?? []) as readonly Fields[]).forEach((rule, index) => {
    validateRule(rule, `spec.rules[${index}]`, errors);
  });
  const fixed = MANDATORY_FLOW_SCHEMAS[metadata.name];
  if (fixed !== undefined && !isEqual(spec, fixed))
    errors.push(invalid('spec', spec, `spec of '${metadata.name}' must equal the fixed value`));
  errors.push(...validateFlowStatus(status ?? {}));
  return errors;
}

/** Conditions, of schemas and of levels. */
export function validateFlowStatus({ conditions }: Fields): ErrorList {
  const errors: ErrorList = [];
  const list: readonly Fields[] = conditions ?? [];
  list.forEach(({ type }, index) => {
    const path = `status.conditions[${index}].type`;
    if (list.findIndex((other) => other.type === type) < index) errors.push(duplicate(path, type));
    if (!type) errors.push(required(path, 'must not be empty'));
  });
  return errors;
}

function validateRule(rule: Fields, path: string, errors: ErrorList): void {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  if ((subjects?.length ?? 0) === 0)
    errors.push(required(`${path}.subjects`, 'subjects must contain at least one value'));
  ((subjects ?? []) as readonly Fields[]).forEach((subject, index) => {
    validateSubject(subject, `${path}.subjects[${index}]`, errors);
  });
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  resourceRules.forEach((each: Fields, index: number) => {
    validateResourceRule(each, `${path}.resourceRules[${index}]`, errors);
  });
  nonResourceRules.forEach((each: Fields, index: number) => {
    validatePathRule(each, `${path}.nonResourceRules[${index}]`, errors);
  });
}

function validateSubject(subject: Fields, path: string, errors: ErrorList): void {
  const { kind } = subject;
  if (!SUBJECTS.includes(kind)) {
    errors.push(notSupported(`${path}.kind`, kind ?? '', SUBJECTS));
    return;
  }
  const own = kind.charAt(0).toLowerCase() + kind.slice(1);
  const at = `${path}.${own}`;
  const named: Fields | undefined = subject[own];
  if (named === undefined) errors.push(required(at, `${own} is required when subject kind is '${kind}'`));
  else {
    if (!named.name) errors.push(required(`${at}.name`));
    if (own === 'serviceAccount') validateServiceAccount(named, at, errors);
  }
  for (const other of ['user', 'serviceAccount', 'group']) {
    const sort = other.charAt(0).toUpperCase() + other.slice(1);
    if (other !== own && subject[other] !== undefined)
      errors.push(forbidden(`${path}.${other}`, `${other} is forbidden when subject kind is not '${sort}'`));
  }
}

function validateServiceAccount({ name, namespace }: Fields, path: string, errors: ErrorList): void {
  if (name && name !== '*') for (const text of dnsSubdomain(name)) errors.push(invalid(`${path}.name`, name, text));
  if (!namespace) errors.push(required(`${path}.namespace`, 'must specify namespace for service account'));
  else for (const text of dnsLabel(namespace)) errors.push(invalid(`${path}.namespace`, namespace, text));
}

function validateVerbs(given: readonly string[] | undefined | null, path: string, errors: ErrorList): void {
  const verbs = given ?? [];
  if (verbs.length === 0) errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  else if (verbs.includes('*')) {
    if (verbs.length > 1)
      errors.push(invalid(`${path}.verbs`, verbs, "if '*' is present, must not specify other verbs"));
  } else if (!verbs.every((verb) => VERBS.includes(verb))) errors.push(notSupported(`${path}.verbs`, verbs, VERBS));
}

function validateResourceRule(rule: Fields, path: string, errors: ErrorList): void {
  validateVerbs(rule.verbs, path, errors);
  for (const [field, one, many] of [
    ['apiGroups', 'api group', 'api groups'],
    ['resources', 'resource', 'resources'],
  ] as const) {
    const list: readonly string[] = rule[field] ?? [];
    if (list.length === 0) errors.push(required(`${path}.${field}`, `resource rules must supply at least one ${one}`));
    else if (list.length > 1 && list.includes('*'))
      errors.push(invalid(`${path}.${field}`, list, `if '*' is present, must not specify other ${many}`));
  }
  const namespaces: readonly string[] = rule.namespaces ?? [];
  const at = `${path}.namespaces`;
  if (namespaces.length === 0) {
    const text = 'resource rules that are not cluster scoped must supply at least one namespace';
    if (rule.clusterScope !== true) errors.push(required(at, text));
  } else if (namespaces.includes('*')) {
    if (namespaces.length > 1)
      errors.push(invalid(at, namespaces, "if '*' is present, must not specify other namespaces"));
  } else {
    namespaces.forEach((namespace, index) => {
      for (const text of dnsLabel(namespace)) errors.push(invalid(`${at}[${index}]`, namespace, NAMESPACE_TEXT + text));
    });
  }
}

function validatePathRule(rule: Fields, path: string, errors: ErrorList): void {
  validateVerbs(rule.verbs, path, errors);
  const urls: readonly string[] = rule.nonResourceURLs ?? [];
  const at = `${path}.nonResourceURLs`;
  if (urls.length === 0) errors.push(required(at, 'nonResourceURLs must contain at least one value'));
  else if (urls.includes('*')) {
    if (urls.length > 1) errors.push(invalid(at, urls, "if '*' is present, must not specify other non-resource URLs"));
  } else {
    urls.forEach((url, index) => {
      const wrong = urlProblem(url);
      if (wrong !== undefined) errors.push(invalid(`${at}[${index}]`, url, wrong));
    });
  }
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const stars = url.split('*').length - 1;
  return stars > 1 || (stars === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
