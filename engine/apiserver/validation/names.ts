/**
 * Formats of names, labels and ports: each function returns what is wrong, in Kubernetes' words, and an empty list for
 * a good value. Source: `k8s.io/apimachinery/pkg/util/validation`, `pkg/api/validate/content`.
 */

const GOOD: readonly string[] = [];

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_WITH_UNDERSCORE = /^_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?(?:\._?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME_PART = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const ENVIRONMENT_VARIABLE = /^[ -<>-~]+$/;

const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SUBDOMAIN_WITH_UNDERSCORE_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
const NAME_PART_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function named(value: string, maximum: number, pattern: RegExp, text: string): readonly string[] {
  if (value.length <= maximum && pattern.test(value)) return GOOD;
  const wrong: string[] = [];
  if (value.length > maximum) wrong.push(`must be no more than ${maximum} characters`);
  if (!pattern.test(value)) wrong.push(text);
  return wrong;
}

/** `my-name`: at most 63 characters. What would be right but for its dots is told so. */
export function dnsLabel(value: string): readonly string[] {
  if (value.length <= 63 && LABEL.test(value)) return GOOD;
  const hasOnlyDots = value.includes('.') && SUBDOMAIN.test(value);
  return named(value, 63, LABEL, hasOnlyDots ? 'must not contain dots' : LABEL_TEXT);
}

/** `my-name`, beginning with a letter: names of Services and of API versions. */
export function dns1035Label(value: string): readonly string[] {
  return named(value, 63, LABEL_1035, LABEL_1035_TEXT);
}

/** `example.com`: at most 253 characters. */
export function dnsSubdomain(value: string): readonly string[] {
  return named(value, 253, SUBDOMAIN, SUBDOMAIN_TEXT);
}

/** `_ldap._tcp.example.com`: where a resolver looks. */
export function dnsSubdomainWithUnderscore(value: string): readonly string[] {
  return named(value, 253, SUBDOMAIN_WITH_UNDERSCORE, SUBDOMAIN_WITH_UNDERSCORE_TEXT);
}

const WILDCARD = /^\*\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const WILDCARD_TEXT =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** `*.example.com` */
export function wildcardSubdomain(value: string): readonly string[] {
  return named(value, 253, WILDCARD, WILDCARD_TEXT);
}

/** `example.com/name` or `name`: keys of labels, annotations and resources. */
export function qualifiedName(value: string): readonly string[] {
  const slash = value.indexOf('/');
  if (slash < 0) return namePart(value);
  if (value.indexOf('/', slash + 1) >= 0) {
    return [
      `a valid label key ${NAME_PART_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const prefix = value.slice(0, slash);
  const wrongPrefix =
    prefix === '' ? ['prefix part must be non-empty'] : dnsSubdomain(prefix).map((text) => `prefix part ${text}`);
  const wrongName = namePart(value.slice(slash + 1));
  return wrongPrefix.length + wrongName.length === 0 ? GOOD : [...wrongPrefix, ...wrongName];
}

function namePart(name: string): readonly string[] {
  if (name.length <= 63 && QUALIFIED_NAME_PART.test(name)) return GOOD;
  const wrong: string[] = [];
  if (name === '') wrong.push('name part must be non-empty');
  else if (name.length > 63) wrong.push('name part must be no more than 63 bytes');
  if (!QUALIFIED_NAME_PART.test(name)) wrong.push(`name part ${NAME_PART_TEXT}`);
  return wrong;
}

export function labelValue(value: string): readonly string[] {
  if (value.length <= 63 && LABEL_VALUE.test(value)) return GOOD;
  const wrong: string[] = [];
  if (value.length > 63) wrong.push('must be no more than 63 bytes');
  if (!LABEL_VALUE.test(value)) wrong.push(LABEL_VALUE_TEXT);
  return wrong;
}

/** A key of a ConfigMap or Secret. */
export function configKey(value: string): readonly string[] {
  const wrong = [...named(value, 253, CONFIG_KEY, CONFIG_KEY_TEXT)];
  if (value === '.') wrong.push("must not be '.'");
  else if (value === '..') wrong.push("must not be '..'");
  else if (value.startsWith('..')) wrong.push("must not start with '..'");
  return wrong;
}

export function environmentVariableName(value: string): readonly string[] {
  if (ENVIRONMENT_VARIABLE.test(value)) return GOOD;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** The name of a port (`IsValidPortName`): letters, digits, single hyphens, at most 15. */
export function portName(value: string): readonly string[] {
  const wrong: string[] = [];
  if (value.length > 15) wrong.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]*$/.test(value)) wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) wrong.push('must contain at least one letter (a-z)');
  if (value.includes('--')) wrong.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) wrong.push('must not begin or end with a hyphen');
  return wrong;
}

export function portNumber(value: number): readonly string[] {
  return value >= 1 && value <= 65535 ? GOOD : ['must be between 1 and 65535, inclusive'];
}

/** A prefix (`generateName`) may end in a hyphen: it is checked as if a letter followed. */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name;
}

/** Names of RBAC objects and others that only must fit into a path. */
export function pathSegment(value: string): readonly string[] {
  if (value === '.') return ["may not be '.'"];
  if (value === '..') return ["may not be '..'"];
  const wrong: string[] = [];
  if (value.includes('/')) wrong.push("may not contain '/'");
  if (value.includes('%')) wrong.push("may not contain '%'");
  return wrong;
}
