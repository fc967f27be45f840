import type { Fields } from '../kinds/fields.ts';
import { FOR_VOLUMES, validateFieldRef, validateResourceFieldRef } from './environment.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { dnsLabel } from './names.ts';
import { unreservedPath } from './paths.ts';

type SourceRule = (source: Fields, path: string, errors: ErrorList) => void;

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;

export function validateVolumes(volumes: readonly Fields[], path: string, errors: ErrorList): void {
  const names = new Set<string>();
  volumes.forEach((volume, index) => {
    const place = `${path}[${index}]`;
    const before = errors.length;
    validateSource(volume, place, errors);
    const wrong = !volume.name
      ? [required(`${place}.name`)]
      : dnsLabel(volume.name).map((text) => invalid(`${place}.name`, volume.name, text));
    errors.push(...wrong);
    if (names.has(volume.name)) errors.push(duplicate(`${place}.name`, volume.name));
    if (errors.length === before) names.add(volume.name);
  });
}

/** The rules of each source, in the order in which they are looked at. */
const SOURCES: Readonly<Record<string, SourceRule>> = {
  emptyDir: ({ sizeLimit }, path, errors) => {
    if (sizeLimit?.startsWith('-'))
      errors.push(forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  },
  hostPath: validateHostPath,
  gitRepo: (source, path, errors) => requireFields(source, ['repository'], path, errors),
  gcePersistentDisk: (source, path, errors) => requireFields(source, ['pdName'], path, errors),
  awsElasticBlockStore: (source, path, errors) => requireFields(source, ['volumeID'], path, errors),
  secret: (source, path, errors) => validateKeyed(source, 'secretName', path, errors),
  nfs: validateNfs,
  iscsi: (source, path, errors) => requireFields(source, ['targetPortal', 'iqn'], path, errors),
  glusterfs: (source, path, errors) => requireFields(source, ['endpoints', 'path'], path, errors),
  persistentVolumeClaim: (source, path, errors) => requireFields(source, ['claimName'], path, errors),
  rbd: (source, path, errors) => requireFields(source, ['image'], path, errors),
  cinder: (source, path, errors) => requireFields(source, ['volumeID'], path, errors),
  cephfs: (source, path, errors) => requireFields(source, ['monitors'], path, errors),
  flocker: () => {},
  downwardAPI: (source, path, errors) => {
    validateMode(source.defaultMode, `${path}.defaultMode`, errors);
    (source.items ?? []).forEach((item: Fields) => {
      validateDownwardFile(item, path, errors);
    });
  },
  fc: () => {},
  flexVolume: (source, path, errors) => requireFields(source, ['driver'], path, errors),
  configMap: (source, path, errors) => validateKeyed(source, 'name', path, errors),
  azureFile: (source, path, errors) => requireFields(source, ['secretName', 'shareName'], path, errors),
  vsphereVolume: (source, path, errors) => requireFields(source, ['volumePath'], path, errors),
  quobyte: (source, path, errors) => requireFields(source, ['registry', 'volume'], path, errors),
  photonPersistentDisk: (source, path, errors) => requireFields(source, ['pdID'], path, errors),
  portworxVolume: (source, path, errors) => requireFields(source, ['volumeID'], path, errors),
  azureDisk: (source, path, errors) => requireFields(source, ['diskName', 'diskURI'], path, errors),
  storageos: () => {},
  projected: validateProjected,
  scaleIO: (source, path, errors) => requireFields(source, ['gateway', 'system', 'volumeName'], path, errors),
  csi: (source, path, errors) => requireFields(source, ['driver'], path, errors),
  ephemeral: (source, path, errors) => requireFields(source, ['volumeClaimTemplate'], path, errors),
  image: ({ pullPolicy, reference }, path, errors) => {
    if (!reference) errors.push(required(`${path}.reference`));
    if (!PULL_POLICIES.includes(pullPolicy)) errors.push(notSupported(`${path}.pullPolicy`, pullPolicy, PULL_POLICIES));
  },
};

function validateSource(volume: Fields, path: string, errors: ErrorList): void {
  let found = 0;
  for (const name in SOURCES) {
    if (volume[name] === undefined) continue;
    if (found > 0) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 volume type'));
    else SOURCES[name]?.(volume[name], `${path}.${name}`, errors);
    found++;
  }
  if (found === 0) errors.push(required(path, 'must specify a volume type'));
}

function requireFields(source: Fields, names: readonly string[], path: string, errors: ErrorList): void {
  for (const name of names) if (!source[name]) errors.push(required(`${path}.${name}`));
}

function validateHostPath({ path: target, type }: Fields, path: string, errors: ErrorList): void {
  if (!target) errors.push(required(`${path}.path`));
  else if (target.split('/').includes('..')) errors.push(invalid(`${path}.path`, target, "must not contain '..'"));
  if (type !== undefined && !HOST_PATH_TYPES.includes(type))
    errors.push(notSupported(`${path}.type`, type, HOST_PATH_TYPES));
}

function validateNfs(source: Fields, path: string, errors: ErrorList): void {
  requireFields(source, ['server', 'path'], path, errors);
  if (source.path && !source.path.startsWith('/'))
    errors.push(invalid(`${path}.path`, source.path, 'must be an absolute path'));
}

/** Volumes made of keys: ConfigMap and Secret. */
function validateKeyed(source: Fields, nameField: string, path: string, errors: ErrorList): void {
  requireFields(source, [nameField], path, errors);
  validateMode(source.defaultMode, `${path}.defaultMode`, errors);
  validateItems(source.items ?? [], `${path}.items`, errors);
}

function validateItems(items: readonly Fields[], path: string, errors: ErrorList): void {
  items.forEach((item, index) => {
    const place = `${path}[${index}]`;
    requireFields(item, ['key', 'path'], place, errors);
    for (const text of unreservedPath(item.path ?? '')) errors.push(invalid(`${place}.path`, item.path, text));
    validateMode(item.mode, `${place}.mode`, errors);
  });
}

function validateMode(mode: number | undefined, path: string, errors: ErrorList): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777))
    errors.push(invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
}

function validateDownwardFile(file: Fields, path: string, errors: ErrorList): void {
  if (!file.path) errors.push(required(`${path}.path`));
  for (const text of unreservedPath(file.path ?? '')) errors.push(invalid(`${path}.path`, file.path, text));
  if (file.fieldRef !== undefined) {
    validateFieldRef(file.fieldRef, `${path}.fieldRef`, FOR_VOLUMES, errors);
    if (file.resourceFieldRef !== undefined)
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef !== undefined) {
    if (!file.resourceFieldRef.containerName) errors.push(required(`${path}.resourceFieldRef.containerName`));
    validateResourceFieldRef(file.resourceFieldRef, `${path}.resourceFieldRef`, errors);
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  validateMode(file.mode, `${path}.mode`, errors);
}

function validateProjected(source: Fields, path: string, errors: ErrorList): void {
  validateMode(source.defaultMode, `${path}.defaultMode`, errors);
  (source.sources ?? []).forEach((projection: Fields, index: number) => {
    validateProjection(projection, `${path}.sources[${index}]`, errors);
  });
}

function validateProjection(projection: Fields, path: string, errors: ErrorList): void {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  const count = [secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle].filter(
    (source) => source !== undefined,
  ).length;
  if (secret !== undefined) validateKeyed(secret, 'name', `${path}.secret`, errors);
  if (configMap !== undefined) validateKeyed(configMap, 'name', `${path}.configMap`, errors);
  for (const item of downwardAPI?.items ?? []) validateDownwardFile(item, `${path}.downwardAPI`, errors);
  if (serviceAccountToken !== undefined)
    validateTokenProjection(serviceAccountToken, `${path}.serviceAccountToken`, errors);
  if (count > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
}

function validateTokenProjection({ expirationSeconds, path: file }: Fields, path: string, errors: ErrorList): void {
  if (expirationSeconds < SHORTEST_TOKEN)
    errors.push(
      invalid(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes'),
    );
  else if (expirationSeconds > LONGEST_TOKEN)
    errors.push(
      invalid(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'),
    );
  if (!file) errors.push(required(`${path}.path`));
  else for (const text of unreservedPath(file)) errors.push(invalid(`${path}.path`, file, text));
}
