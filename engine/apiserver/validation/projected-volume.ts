import type { Fields } from '../kinds/fields.ts';
import { FOR_VOLUMES, validateFieldRef, validateResourceFieldRef } from './environment.ts';
import { type ErrorList, forbidden, invalid, required } from './field.ts';
import { unreservedPath } from './paths.ts';
import { validateLabelSelector } from './selectors.ts';

const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;

/** Permission bits of a file. */
export function validateMode(mode: number | undefined, path: string, errors: ErrorList): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777))
    errors.push(invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
}

/** Volumes made of keys: ConfigMap and Secret. */
export function validateKeyed(source: Fields, nameField: string, path: string, errors: ErrorList): void {
  if (!source[nameField]) errors.push(required(`${path}.${nameField}`));
  validateMode(source.defaultMode, `${path}.defaultMode`, errors);
  ((source.items ?? []) as readonly Fields[]).forEach((item, index) => {
    validateItem(item, `${path}.items[${index}]`, errors);
  });
}

function validateItem(item: Fields, path: string, errors: ErrorList): void {
  for (const name of ['key', 'path']) if (!item[name]) errors.push(required(`${path}.${name}`));
  for (const text of unreservedPath(item.path ?? '')) errors.push(invalid(`${path}.path`, item.path, text));
  validateMode(item.mode, `${path}.mode`, errors);
}

/** A file with a field or a resource of the pod. */
export function validateDownwardFile(file: Fields, path: string, errors: ErrorList): void {
  if (!file.path) errors.push(required(`${path}.path`));
  for (const text of unreservedPath(file.path ?? '')) errors.push(invalid(`${path}.path`, file.path, text));
  if (file.fieldRef !== undefined) {
    validateFieldRef(file.fieldRef, `${path}.fieldRef`, FOR_VOLUMES, errors);
    if (file.resourceFieldRef !== undefined)
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (file.resourceFieldRef !== undefined) {
    if (!file.resourceFieldRef.containerName) errors.push(required(`${path}.resourceFieldRef.containerName`));
    else validateResourceFieldRef(file.resourceFieldRef, `${path}.resourceFieldRef`, errors);
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  validateMode(file.mode, `${path}.mode`, errors);
}

/** Several sources in one volume: no two may write the same file. */
export function validateProjected(source: Fields, path: string, errors: ErrorList): void {
  validateMode(source.defaultMode, `${path}.defaultMode`, errors);
  const files = new Set<string>();
  const claim = (file: string, shown: string): void => {
    if (file === '') return;
    if (files.has(file)) errors.push(invalid(path, shown, 'conflicting duplicate paths'));
    files.add(file);
  };
  ((source.sources ?? []) as readonly Fields[]).forEach((projection, index) => {
    validateProjection(projection, path, `${path}.sources[${index}]`, claim, errors);
  });
}

type Claim = (file: string, shown: string) => void;

function validateProjection(projection: Fields, volume: string, path: string, claim: Claim, errors: ErrorList): void {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  for (const [name, keyed] of Object.entries({ secret, configMap })) {
    if (keyed === undefined) continue;
    if (!keyed.name) errors.push(required(`${path}.${name}.name`));
    ((keyed.items ?? []) as readonly Fields[]).forEach((item, index) => {
      validateItem(item, `${path}.${name}.items[${index}]`, errors);
      claim(item.path ?? '', keyed.name ?? '');
    });
  }
  for (const item of (downwardAPI?.items ?? []) as readonly Fields[]) {
    validateDownwardFile(item, `${path}.downwardAPI`, errors);
    claim(item.path ?? '', item.path ?? '');
  }
  if (serviceAccountToken !== undefined)
    validateToken(serviceAccountToken, volume, `${path}.serviceAccountToken`, errors);
  if (clusterTrustBundle !== undefined) {
    validateTrustBundle(clusterTrustBundle, `${path}.clusterTrustBundlePEM`, errors);
    claim(clusterTrustBundle.path ?? '', clusterTrustBundle.path ?? '');
  }
  const sources = [secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle];
  if (sources.filter((source) => source !== undefined).length > 1)
    errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
}

/** Of the token's file the volume's path is told, not the source's. */
function validateToken(
  { expirationSeconds: seconds, path: file }: Fields,
  volume: string,
  path: string,
  errors: ErrorList,
): void {
  const at = `${path}.expirationSeconds`;
  if (seconds < SHORTEST_TOKEN) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > LONGEST_TOKEN) errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!file) errors.push(required(`${volume}.path`));
  else for (const text of unreservedPath(file)) errors.push(invalid(`${volume}.path`, file, text));
}

function validateTrustBundle(bundle: Fields, path: string, errors: ErrorList): void {
  const { name, signerName, labelSelector, path: file } = bundle;
  if (name !== undefined && signerName !== undefined)
    errors.push(invalid(path, bundle, 'only one of name and signerName may be used'));
  else if (name !== undefined) {
    if (name === '') errors.push(required(`${path}.name`, 'must be a valid object name'));
    if (labelSelector !== undefined)
      errors.push(invalid(`${path}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'));
  } else if (signerName !== undefined) {
    if (signerName === '') errors.push(required(`${path}.signerName`, 'must be a valid signer name'));
    validateLabelSelector(labelSelector, `${path}.labelSelector`, errors);
  } else errors.push(required(path, 'either name or signerName must be specified'));
  if (!file) errors.push(required(`${path}.path`));
  for (const text of unreservedPath(file ?? '')) errors.push(invalid(`${path}.path`, file, text));
}
