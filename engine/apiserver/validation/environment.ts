import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import {
  configKey,
  dnsLabel,
  dnsSubdomain,
  environmentVariableName,
  maskTrailingDash,
  qualifiedName,
} from './names.ts';
import { unreservedPath } from './paths.ts';

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];
const SOURCE_LIST = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';

/** Fields of a pod that may be read at all (`ConvertDownwardAPIFieldLabel`). */
const POD_FIELDS = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);
const FOR_ENVIRONMENT = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields that a downward API volume may show. */
export const FOR_VOLUMES = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateEnvironment(variables: readonly Fields[], path: string, errors: ErrorList): void {
  variables.forEach((variable, index) => {
    const place = `${path}[${index}]`;
    if (!variable.name) errors.push(required(`${place}.name`));
    else
      for (const text of environmentVariableName(variable.name))
        errors.push(invalid(`${place}.name`, variable.name, text));
    if (variable.valueFrom !== undefined) validateSource(variable, `${place}.valueFrom`, errors);
  });
}

function validateSource({ value, valueFrom }: Fields, path: string, errors: ErrorList): void {
  const sources = SOURCES.filter((name) => valueFrom[name] !== undefined);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  if (fieldRef !== undefined) validateFieldRef(fieldRef, `${path}.fieldRef`, FOR_ENVIRONMENT, errors);
  if (resourceFieldRef !== undefined) validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, errors);
  if (configMapKeyRef !== undefined) validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`, errors);
  if (secretKeyRef !== undefined) validateKeyRef(secretKeyRef, `${path}.secretKeyRef`, errors);
  if (fileKeyRef !== undefined) validateFileRef(fileKeyRef, `${path}.fileKeyRef`, errors);
  if (sources.length === 0) errors.push(invalid(path, '', `must specify one of: ${SOURCE_LIST}`));
  else if (value) errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (sources.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
}

const SUBSCRIPT = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/;

export function validateFieldRef(
  reference: Fields,
  path: string,
  supported: readonly string[],
  errors: ErrorList,
): void {
  const { apiVersion, fieldPath } = reference;
  if (!apiVersion) {
    errors.push(required(`${path}.apiVersion`));
    return;
  }
  if (!fieldPath) {
    errors.push(required(`${path}.fieldPath`));
    return;
  }
  const subscript = SUBSCRIPT.exec(fieldPath);
  if (apiVersion !== 'v1') {
    const text = `error converting fieldPath: unsupported pod version: ${apiVersion}`;
    errors.push(invalid(`${path}.fieldPath`, fieldPath, text));
  } else if (subscript !== null) {
    const [, field, given = ''] = subscript;
    const key = field === 'metadata.annotations' ? given.toLowerCase() : given;
    for (const text of qualifiedName(key)) errors.push(invalid(path, key, text));
  } else if (!POD_FIELDS.has(fieldPath)) {
    errors.push(
      invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`),
    );
  } else if (!supported.includes(fieldPath)) {
    errors.push(notSupported(`${path}.fieldPath`, fieldPath, supported));
  }
}

/** A container's own share of a resource, in units that make sense for it. */
export function validateResourceFieldRef({ resource, divisor }: Fields, path: string, errors: ErrorList): void {
  if (!resource) errors.push(required(`${path}.resource`));
  else if (!RESOURCES.includes(resource) && !/^(?:limits|requests)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, RESOURCES));
  }
  if (divisor === undefined || divisor === '0' || !resource) return;
  const [sort, units, described] = /\.cpu$/.test(resource)
    ? ['cpu', CPU_UNITS, CPU_UNITS.join(' and ')]
    : [unitSort(resource), BYTE_UNITS, BYTE_UNITS.join(', ')];
  if (sort !== undefined && !units.includes(divisor)) {
    const text = `only divisor's values ${described} are supported with the ${sort} resource`;
    errors.push(invalid(`${path}.divisor`, resource, text));
  }
}

const CPU_UNITS: readonly string[] = ['1m', '1'];
const BYTE_UNITS: readonly string[] = '1 1k 1M 1G 1T 1P 1E 1Ki 1Mi 1Gi 1Ti 1Pi 1Ei'.split(' ');

function unitSort(resource: string): string | undefined {
  if (/^(?:limits|requests)\.hugepages-/.test(resource)) return 'hugepages';
  if (resource.endsWith('.memory')) return 'memory';
  return resource.endsWith('.ephemeral-storage') ? 'local ephemeral storage' : undefined;
}

function validateKeyRef({ name = '', key }: Fields, path: string, errors: ErrorList): void {
  for (const text of dnsSubdomain(name)) errors.push(invalid(`${path}.name`, name, text));
  if (!key) errors.push(required(`${path}.key`));
  else for (const text of configKey(key)) errors.push(invalid(`${path}.key`, key, text));
}

function validateFileRef({ key, volumeName, path: file }: Fields, path: string, errors: ErrorList): void {
  if (!key) errors.push(required(`${path}.key`));
  else for (const text of environmentVariableName(key)) errors.push(invalid(`${path}.key`, key, text));
  if (!volumeName) errors.push(required(`${path}.volumeName`));
  else for (const text of dnsLabel(volumeName)) errors.push(invalid(`${path}.volumeName`, volumeName, text));
  if (!file) errors.push(required(`${path}.path`));
  else for (const text of unreservedPath(file)) errors.push(invalid(`${path}.path`, file, text));
}

export function validateEnvironmentFrom(sources: readonly Fields[], path: string, errors: ErrorList): void {
  sources.forEach((source, index) => {
    const place = `${path}[${index}]`;
    if (source.prefix)
      for (const text of environmentVariableName(source.prefix))
        errors.push(invalid(`${place}.prefix`, source.prefix, text));
    const { configMapRef, secretRef } = source;
    if (configMapRef !== undefined) validateSourceName(configMapRef.name, `${place}.configMapRef.name`, errors);
    if (secretRef !== undefined) validateSourceName(secretRef.name, `${place}.secretRef.name`, errors);
    if (configMapRef === undefined && secretRef === undefined)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef !== undefined && secretRef !== undefined)
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  });
}

/** The name of an object whose every key becomes a variable; the server takes a prefix too. */
function validateSourceName(name: string | undefined, path: string, errors: ErrorList): void {
  if (!name) errors.push(required(path));
  else for (const text of dnsSubdomain(maskTrailingDash(name))) errors.push(invalid(path, name, text));
}
