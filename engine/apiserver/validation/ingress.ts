import type { KubeObject } from '../../object.ts';
import type { Fields } from '../kinds/fields.ts';
import { ipFamily } from './addresses.ts';
import { type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsLabel, dnsSubdomain, pathSegment, portName, portNumber, wildcardSubdomain } from './names.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDINGS = ['/..', '/.'];
const CLASS = 'kubernetes.io/ingress.class';

/** Source: `pkg/apis/networking/validation`, Ingress. */
export function validateIngress({ metadata, spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const annotated = metadata.annotations?.[CLASS];
  if (annotated !== undefined && spec.ingressClassName !== undefined && annotated !== spec.ingressClassName) {
    errors.push(invalid(`annotations.${CLASS}`, annotated, 'must match `ingressClassName` when both are specified'));
  }
  const rules: readonly Fields[] = spec.rules ?? [];
  if (rules.length === 0 && spec.defaultBackend === undefined) {
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (spec.defaultBackend !== undefined) validateBackend(spec.defaultBackend, 'spec.defaultBackend', errors);
  rules.forEach((rule, index) => {
    validateHost(rule.host, `spec.rules[${index}].host`, errors);
    if (rule.http !== undefined) validatePaths(rule.http.paths ?? [], `spec.rules[${index}].http.paths`, errors);
  });
  (spec.tls ?? []).forEach((entry: Fields, index: number) => {
    (entry.hosts ?? []).forEach((host: string, at: number) => {
      validateName(host, `spec.tls[${index}].hosts[${at}]`, errors);
    });
    const { secretName } = entry;
    if (secretName)
      for (const text of dnsSubdomain(secretName))
        errors.push(invalid(`spec.tls[${index}].secretName`, secretName, text));
  });
  const className = spec.ingressClassName;
  if (className)
    for (const text of dnsSubdomain(className)) errors.push(invalid('spec.ingressClassName', className, text));
  return errors;
}

function validateHost(host: string | undefined, path: string, errors: ErrorList): void {
  if (!host) return;
  if (ipFamily(host) !== undefined) errors.push(invalid(path, host, 'must be a DNS name, not an IP address'));
  validateName(host, path, errors);
}

/** A DNS name whose first label may be a star. */
function validateName(host: string, path: string, errors: ErrorList): void {
  for (const text of host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host))
    errors.push(invalid(path, host, text));
}

function validatePaths(paths: readonly Fields[], path: string, errors: ErrorList): void {
  if (paths.length === 0) errors.push(required(path));
  paths.forEach((entry, index) => {
    const place = `${path}[${index}]`;
    validatePath(entry, place, errors);
    validateBackend(entry.backend ?? {}, `${place}.backend`, errors);
  });
}

function validatePath({ path: target = '', pathType }: Fields, path: string, errors: ErrorList): void {
  if (!pathType) {
    errors.push(required(`${path}.pathType`, 'pathType must be specified'));
    return;
  }
  if (!PATH_TYPES.includes(pathType)) {
    errors.push(notSupported(`${path}.pathType`, pathType, PATH_TYPES));
    return;
  }
  if (pathType === 'ImplementationSpecific') {
    if (target !== '' && !target.startsWith('/'))
      errors.push(invalid(`${path}.path`, target, 'must be an absolute path'));
    return;
  }
  if (!target.startsWith('/')) errors.push(invalid(`${path}.path`, target, 'must be an absolute path'));
  for (const bad of BAD_SEQUENCES) {
    if (target.includes(bad)) errors.push(invalid(`${path}.path`, target, `must not contain '${bad}'`));
  }
  for (const bad of BAD_ENDINGS) {
    if (target.endsWith(bad)) errors.push(invalid(`${path}.path`, target, `cannot end with '${bad}'`));
  }
}

function validateBackend({ service, resource }: Fields, path: string, errors: ErrorList): void {
  if (resource !== undefined && service !== undefined) {
    errors.push(invalid(path, '', 'cannot set both resource and service backends'));
  } else if (service !== undefined) {
    if (!service.name) errors.push(required(`${path}.service.name`));
    else for (const text of dnsLabel(service.name)) errors.push(invalid(`${path}.service.name`, service.name, text));
    validateBackendPort(service.port ?? {}, path, errors);
  } else if (resource !== undefined) {
    validateLocalReference(resource, `${path}.resource`, errors);
  } else {
    errors.push(required(path, 'resource or service backend is required'));
  }
}

/** An object of the same namespace, or of the cluster (`validateIngressTypedLocalObjectReference`). */
export function validateLocalReference({ apiGroup, kind, name }: Fields, path: string, errors: ErrorList): void {
  if (typeof apiGroup === 'string')
    for (const text of dnsSubdomain(apiGroup)) errors.push(invalid(`${path}.apiGroup`, apiGroup, text));
  for (const [field, value] of [
    ['kind', kind],
    ['name', name],
  ]) {
    if (!value) errors.push(required(`${path}.${field}`, `${field} is required`));
    else for (const text of pathSegment(value)) errors.push(invalid(`${path}.${field}`, value, text));
  }
}

function validateBackendPort({ name, number }: Fields, path: string, errors: ErrorList): void {
  if (name && number) {
    errors.push(forbidden(path, 'cannot set both port name & port number'));
  } else if (name) {
    for (const text of portName(name)) errors.push(invalid(`${path}.service.port.name`, name, text));
  } else if (number) {
    for (const text of portNumber(number)) errors.push(invalid(`${path}.service.port.number`, number, text));
  } else {
    errors.push(required(path, 'port name or number is required'));
  }
}
