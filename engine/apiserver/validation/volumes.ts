import type { Fields } from '../kinds/fields.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import { dnsLabel } from './names.ts';
import { validateClaimSpec } from './persistent-volume-claim.ts';
import { validateDownwardFile, validateKeyed, validateMode, validateProjected } from './projected-volume.ts';
import { COMMON_SOURCES, POD_SOURCES, type SourceRule } from './volume-sources.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MANY = 'may not specify more than 1 volume type';

/** Volumes of a pod (`ValidateVolumes` in `pkg/apis/core/validation`). */
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

const RULES: Readonly<Record<string, SourceRule>> = {
  ...COMMON_SOURCES,
  ...POD_SOURCES,
  emptyDir: ({ sizeLimit }, path, errors) => {
    if (sizeLimit?.startsWith('-'))
      errors.push(forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  },
  secret: (source, path, errors) => validateKeyed(source, 'secretName', path, errors),
  configMap: (source, path, errors) => validateKeyed(source, 'name', path, errors),
  downwardAPI: (source, path, errors) => {
    validateMode(source.defaultMode, `${path}.defaultMode`, errors);
    for (const item of (source.items ?? []) as readonly Fields[]) validateDownwardFile(item, path, errors);
  },
  projected: validateProjected,
  ephemeral: ({ volumeClaimTemplate: template }, path, errors) => {
    const at = `${path}.volumeClaimTemplate`;
    if (template === undefined) {
      errors.push(required(at));
      return;
    }
    validateAnnotations(template.metadata?.annotations, `${at}.metadata.annotations`, errors);
    validateLabels(template.metadata?.labels, `${at}.metadata.labels`, errors);
    validateClaimSpec(template.spec ?? {}, `${at}.spec`, errors);
  },
  image: ({ pullPolicy, reference }, path, errors) => {
    if (!reference) errors.push(required(`${path}.reference`));
    if (!PULL_POLICIES.includes(pullPolicy)) errors.push(notSupported(`${path}.pullPolicy`, pullPolicy, PULL_POLICIES));
  },
};

/** Sources in the order in which they are looked at. */
const ORDER = [
  ...['emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi'],
  ...['glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs', 'quobyte', 'downwardAPI', 'fc'],
  ...['flexVolume', 'configMap', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk'],
  ...['storageos', 'projected', 'scaleIO', 'csi', 'ephemeral', 'image'],
];
const PLACES: ReadonlyMap<string, number> = new Map(ORDER.map((name, at) => [name, at]));
const placeOf = (source: string) => PLACES.get(source) as number;

/** Kubernetes' spelling of some fields where they are too many. */
const SPELT: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function validateSource(volume: Fields, path: string, errors: ErrorList): void {
  const given = Object.keys(volume).filter((name) => PLACES.has(name) && volume[name] !== undefined);
  if (given.length > 1) given.sort((left, right) => placeOf(left) - placeOf(right));
  const [first, ...others] = given;
  if (first === undefined) errors.push(required(path, 'must specify a volume type'));
  else validateBy(first, volume[first], `${path}.${first}`, errors);
  for (const name of others) errors.push(forbidden(`${path}.${SPELT[name] ?? name}`, MANY));
}

/** Sources without errors: those of a template, and the one that admission adds, come again with every pod. */
const valid = new WeakMap<object, string>();

function validateBy(name: string, source: Fields, path: string, errors: ErrorList): void {
  if (valid.get(source) === name) return;
  const before = errors.length;
  RULES[name]?.(source, path, errors);
  if (errors.length === before) valid.set(source, name);
}
