import { validateDriverName } from '../kinds/csi-node.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { dnsLabel, dnsSubdomain } from './names.ts';
import { descendingPath } from './paths.ts';

/** What is wrong with one source of a volume. */
export type SourceRule = (source: Fields, path: string, errors: ErrorList) => void;

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
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_DISK = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const QUALIFIED_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /^iqn\.\d{4}-\d{2}\.([a-z0-9]+(?:[-.][a-z0-9]+)*)(:[^,;*&$|\s]+)$/,
  eui: /^eui\.[0-9a-fA-F]{16}$/,
  naa: /^naa\.[0-9a-fA-F]{32}$/,
};
const PARTITION = 'must be between 0 and 255, inclusive';
const HOST_AND_PORT = 'must be a host:port pair or multiple pairs separated by commas';

function requires(...names: readonly string[]): SourceRule {
  return (source, path, errors) => {
    for (const name of names) if (!listed(source[name])) errors.push(required(`${path}.${name}`));
  };
}

function listed(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Sources that pods and persistent volumes have alike. */
export const COMMON_SOURCES: Readonly<Record<string, SourceRule>> = {
  hostPath: ({ path: target, type }, path, errors) => {
    if (!target) {
      errors.push(required(`${path}.path`));
      return;
    }
    if (target.split('/').includes('..')) errors.push(invalid(`${path}.path`, target, "must not contain '..'"));
    if (type !== undefined && !HOST_PATH_TYPES.includes(type))
      errors.push(notSupported(`${path}.type`, type, HOST_PATH_TYPES));
  },
  gcePersistentDisk: disk('pdName', 'persistentDisk'),
  awsElasticBlockStore: disk('volumeID', 'awsElasticBlockStore'),
  nfs: (source, path, errors) => {
    requires('server', 'path')(source, path, errors);
    if (!source.path?.startsWith('/'))
      errors.push(invalid(`${path}.path`, source.path ?? '', 'must be an absolute path'));
  },
  flocker: ({ datasetName = '', datasetUUID = '' }, path, errors) => {
    if (datasetName === '' && datasetUUID === '')
      errors.push(required(path, 'one of datasetName and datasetUUID is required'));
    if (datasetName !== '' && datasetUUID !== '')
      errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
    if (datasetName.includes('/')) errors.push(invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  },
  rbd: requires('monitors', 'image'),
  quobyte: ({ registry = '', tenant = '', volume }, path, errors) => {
    if (registry === '') errors.push(required(`${path}.registry`, HOST_AND_PORT));
    else if (tenant.length >= 65)
      errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
    else {
      for (const pair of registry.split(','))
        if (!/^[^:]*:[^:]*$/.test(pair)) errors.push(invalid(`${path}.registry`, registry, HOST_AND_PORT));
    }
    if (!volume) errors.push(required(`${path}.volume`));
  },
  cephfs: requires('monitors'),
  fc: ({ targetWWNs = [], wwids = [], lun }, path, errors) => {
    const at = `${path}.targetWWNs`;
    if (targetWWNs.length === 0 && wwids.length === 0)
      errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
    if (targetWWNs.length > 0 && wwids.length > 0)
      errors.push(invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
    if (targetWWNs.length === 0) return;
    if (lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
    else validateUnit(lun, `${path}.lun`, errors);
  },
  flexVolume: ({ driver, options = {} }, path, errors) => {
    if (!driver) errors.push(required(`${path}.driver`));
    for (const key in options) {
      const domain = `.${(key.includes('/') ? (key.split('/')[0] as string) : key).toLowerCase()}`;
      if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io'))
        errors.push(invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
    }
  },
  vsphereVolume: requires('volumePath'),
  photonPersistentDisk: requires('pdID'),
  portworxVolume: requires('volumeID'),
  azureDisk: validateAzureDisk,
  scaleIO: requires('gateway', 'system', 'volumeName'),
};

/** A disk of a cloud; `shown` is what Kubernetes calls it in messages. */
function disk(name: string, shown: string): SourceRule {
  return (source, path, errors) => {
    const at = path.slice(0, path.lastIndexOf('.') + 1) + shown;
    requires(name)(source, at, errors);
    const partition: number = source.partition ?? 0;
    if (partition < 0 || partition > 255) errors.push(invalid(`${at}.partition`, partition, PARTITION));
  };
}

function validateUnit(unit: number, path: string, errors: ErrorList): void {
  if (unit < 0 || unit > 255) errors.push(invalid(path, unit, PARTITION));
}

function validateAzureDisk(
  { diskName, diskURI = '', cachingMode, kind }: Fields,
  path: string,
  errors: ErrorList,
): void {
  if (!diskName) errors.push(required(`${path}.diskName`));
  if (diskURI === '') errors.push(required(`${path}.diskURI`));
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode))
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, CACHING_MODES));
  if (kind === undefined) return;
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, DISK_KINDS));
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/'))
    errors.push(notSupported(`${path}.diskURI`, diskURI, [MANAGED_DISK]));
  if (kind !== 'Managed' && !diskURI.startsWith('https://'))
    errors.push(notSupported(`${path}.diskURI`, diskURI, [BLOB_DISK]));
}

/** An iSCSI target. */
export function validateIscsi(source: Fields, path: string, errors: ErrorList): void {
  const { targetPortal, iqn = '', lun = 0, secretRef, initiatorName } = source;
  if (!targetPortal) errors.push(required(`${path}.targetPortal`));
  if (iqn === '') errors.push(required(`${path}.iqn`));
  else validateQualifiedName(iqn, `${path}.iqn`, errors);
  validateUnit(lun, `${path}.lun`, errors);
  if ((source.chapAuthDiscovery || source.chapAuthSession) && secretRef === undefined)
    errors.push(required(`${path}.secretRef`));
  if (initiatorName !== undefined) validateQualifiedName(initiatorName, `${path}.initiatorname`, errors);
}

function validateQualifiedName(name: string, path: string, errors: ErrorList): void {
  const pattern = QUALIFIED_NAMES[name.slice(0, 3)];
  if (pattern === undefined) errors.push(invalid(path, name, 'must be valid format starting with iqn, eui, or naa'));
  else if (!pattern.test(name)) errors.push(invalid(path, name, 'must be valid format'));
}

/** A secret that is referred to; of persistent volumes it has a namespace. */
export function validateSecretReference(
  reference: Fields | undefined,
  path: string,
  hasNamespace: boolean,
  errors: ErrorList,
): void {
  if (reference === undefined) return;
  if (!reference.name) errors.push(required(`${path}.name`));
  if (hasNamespace && !reference.namespace) errors.push(required(`${path}.namespace`));
}

export function validateStorageOs(source: Fields, path: string, hasNamespace: boolean, errors: ErrorList): void {
  const { volumeName, volumeNamespace, secretRef } = source;
  if (!volumeName) errors.push(required(`${path}.volumeName`));
  else for (const text of dnsLabel(volumeName)) errors.push(invalid(`${path}.volumeName`, volumeName, text));
  if (volumeNamespace)
    for (const text of dnsLabel(volumeNamespace))
      errors.push(invalid(`${path}.volumeNamespace`, volumeNamespace, text));
  validateSecretReference(secretRef, `${path}.secretRef`, hasNamespace, errors);
}

/** Sources of persistent volumes besides the common ones. */
export const PERSISTENT_SOURCES: Readonly<Record<string, SourceRule>> = {
  glusterfs: ({ endpoints, path: target, endpointsNamespace: home }, path, errors) => {
    requires('endpoints', 'path')({ endpoints, path: target }, path, errors);
    const at = `${path}.endpointsNamespace`;
    if (home === '')
      errors.push(invalid(at, home, 'if the endpointnamespace is set, it must be a valid namespace name'));
    else if (home !== undefined) for (const text of dnsLabel(home)) errors.push(invalid(at, home, text));
  },
  iscsi: (source, path, errors) => {
    validateIscsi(source, path, errors);
    if (source.secretRef !== undefined && !source.secretRef.name) errors.push(required(`${path}.secretRef.name`));
  },
  cinder: (source, path, errors) => {
    requires('volumeID')(source, path, errors);
    validateSecretReference(source.secretRef, `${path}.secretRef`, true, errors);
  },
  azureFile: (source, path, errors) => {
    requires('secretName', 'shareName')(source, path, errors);
    if (source.secretNamespace === '') errors.push(required(`${path}.secretNamespace`));
  },
  local: ({ path: target }, path, errors) => {
    if (!target) errors.push(required(`${path}.path`));
    else if (target.split('/').includes('..')) errors.push(invalid(`${path}.path`, target, "must not contain '..'"));
  },
  storageos: (source, path, errors) => validateStorageOs(source, path, true, errors),
  csi: validatePersistentCsi,
};

const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

function validatePersistentCsi(source: Fields, path: string, errors: ErrorList): void {
  validateDriverName(source.driver, `${path}.driver`, errors);
  if (!source.volumeHandle) errors.push(required(`${path}.volumeHandle`));
  for (const field of CSI_SECRETS) {
    const reference: Fields | undefined = source[field];
    if (reference === undefined) continue;
    validateSecretReference(reference, `${path}.${field}`, true, errors);
    for (const text of reference.name ? dnsSubdomain(reference.name) : [])
      errors.push(invalid(`${path}.${field}.name`, reference.name, text));
    for (const text of reference.namespace ? dnsLabel(reference.namespace) : [])
      errors.push(invalid(`${path}.${field}.namespace`, reference.namespace, text));
  }
}

/** Sources of pods' volumes besides the common ones and those that are made of keys. */
export const POD_SOURCES: Readonly<Record<string, SourceRule>> = {
  gitRepo: ({ repository, directory = '' }, path, errors) => {
    if (!repository) errors.push(required(`${path}.repository`));
    for (const text of descendingPath(directory)) errors.push(invalid(`${path}.directory`, directory, text));
  },
  iscsi: validateIscsi,
  glusterfs: requires('endpoints', 'path'),
  persistentVolumeClaim: requires('claimName'),
  cinder: (source, path, errors) => {
    requires('volumeID')(source, path, errors);
    validateSecretReference(source.secretRef, `${path}.secretRef`, false, errors);
  },
  azureFile: requires('secretName', 'shareName'),
  storageos: (source, path, errors) => validateStorageOs(source, path, false, errors),
  csi: ({ driver, nodePublishSecretRef: secret }, path, errors) => {
    validateDriverName(driver, `${path}.driver`, errors);
    if (secret === undefined) return;
    if (!secret.name) errors.push(required(`${path}.nodePublishSecretRef.name`));
    else for (const text of dnsSubdomain(secret.name)) errors.push(invalid(`${path}.name`, secret.name, text));
  },
};
