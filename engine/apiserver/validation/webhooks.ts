import type { Fields } from '../kinds/fields.ts';
import { FAILURE_POLICIES, validateMatchConditions, validateRule } from './admission-rules.ts';
import { duplicate, type ErrorList, invalid, notSupported, required } from './field.ts';
import { dns1035Label, dnsSubdomain, portNumber } from './names.ts';
import { validateLabelSelector } from './selectors.ts';

const MATCH_POLICIES = ['Equivalent', 'Exact'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REINVOCATION = ['IfNeeded', 'Never'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const URL_FORM = '; desired format: https://host[/path]';

/** The webhooks of a configuration. Source: `pkg/apis/admissionregistration/validation`. */
export function validateWebhooks(webhooks: readonly Fields[], previous: readonly Fields[] | undefined): ErrorList {
  const errors: ErrorList = [];
  const isUnchanged =
    previous?.length === webhooks.length &&
    webhooks.every(({ matchConditions }, index) => matchConditions === previous[index]?.matchConditions);
  webhooks.forEach((hook, index) => {
    const path = `webhooks[${index}]`;
    validateWebhook(hook, path, errors);
    if (!isUnchanged) validateMatchConditions(hook.matchConditions ?? [], `${path}.matchConditions`, false, errors);
    validateReviewVersions(hook.admissionReviewVersions ?? [], `${path}.admissionReviewVersions`, errors);
    if (hook.name && webhooks.findIndex(({ name }) => name === hook.name) < index)
      errors.push(duplicate(`${path}.name`, hook.name));
  });
  return errors;
}

function validateWebhook(hook: Fields, path: string, errors: ErrorList): void {
  validateFullName(hook.name ?? '', `${path}.name`, errors);
  ((hook.rules ?? []) as readonly Fields[]).forEach((rule, index) => {
    validateRule(rule, `${path}.rules[${index}]`, errors);
  });
  const oneOf = (field: string, values: readonly string[]): void => {
    if (hook[field] !== undefined && hook[field] !== null && !values.includes(hook[field]))
      errors.push(notSupported(`${path}.${field}`, hook[field], values));
  };
  oneOf('failurePolicy', FAILURE_POLICIES);
  oneOf('matchPolicy', MATCH_POLICIES);
  if (hook.sideEffects === undefined || hook.sideEffects === null)
    errors.push(required(`${path}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`));
  oneOf('sideEffects', SIDE_EFFECTS);
  const seconds = hook.timeoutSeconds;
  if (seconds !== undefined && (seconds > 30 || seconds < 1))
    errors.push(invalid(`${path}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds'));
  validateLabelSelector(hook.namespaceSelector, `${path}.namespaceSelector`, errors);
  validateLabelSelector(hook.objectSelector, `${path}.objectSelector`, errors);
  oneOf('reinvocationPolicy', REINVOCATION);
  validateClient(hook.clientConfig ?? {}, `${path}.clientConfig`, errors);
}

/** A domain of three parts at least (`IsFullyQualifiedName`). */
function validateFullName(name: string, path: string, errors: ErrorList): void {
  if (name === '') errors.push(required(path));
  else if (dnsSubdomain(name).length > 0) errors.push(invalid(path, name, dnsSubdomain(name).join(',')));
  else if (name.split('.').length < 3)
    errors.push(invalid(path, name, 'should be a domain with at least three segments separated by dots'));
}

/** Where a webhook answers (`WebhookClientConfig`). */
export function validateClient({ url, service }: Fields, path: string, errors: ErrorList): void {
  if ((url === undefined) === (service === undefined))
    errors.push(required(path, 'exactly one of url or service is required'));
  else if (url !== undefined) validateUrl(url, `${path}.url`, errors);
  else validateService(service, `${path}.service`, errors);
}

const URL_PARTS =
  /^(?:([a-zA-Z][-+.a-zA-Z0-9]*):)?(?:\/\/(?:([^@/?#]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

function validateUrl(url: string, path: string, errors: ErrorList): void {
  const [, scheme = '', user, host = '', , query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  if (scheme !== 'https') errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme${URL_FORM}`));
  if (host === '') errors.push(invalid(path, host, `host must be specified${URL_FORM}`));
  if (user !== undefined) errors.push(invalid(path, user, 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
}

function validateService({ name, namespace, path: urlPath = '', port }: Fields, path: string, errors: ErrorList): void {
  if (!name) errors.push(required(`${path}.name`, 'service name is required'));
  if (!namespace) errors.push(required(`${path}.namespace`, 'service namespace is required'));
  const wrongPort = portNumber(port ?? 0);
  if (wrongPort.length > 0) errors.push(invalid(`${path}.port`, port, `port is not valid: ${wrongPort.join(', ')}`));
  if (urlPath === '' || urlPath === '/') return;
  const refuse = (text: string): void => {
    errors.push(invalid(`${path}.path`, urlPath, text));
  };
  if (urlPath === '//') {
    refuse('segment[0] may not be empty');
    return;
  }
  if (!urlPath.startsWith('/')) refuse("must start with a '/'");
  const segments: readonly string[] = urlPath.slice(1).replace(/\/$/, '').split('/');
  segments.forEach((segment, index) => {
    if (segment === '') refuse(`segment[${index}] may not be empty`);
    else for (const text of dnsSubdomain(segment)) refuse(`segment[${index}]: ${text}`);
  });
}

function validateReviewVersions(versions: readonly string[], path: string, errors: ErrorList): void {
  const accepted = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) {
    errors.push(required(path, `must specify one of ${accepted}`));
    return;
  }
  versions.forEach((version, index) => {
    if (versions.indexOf(version) < index) errors.push(invalid(`${path}[${index}]`, version, 'duplicate version'));
    else for (const text of dns1035Label(version)) errors.push(invalid(`${path}[${index}]`, version, text));
  });
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(invalid(path, versions, `must include at least one of ${accepted}`));
}
