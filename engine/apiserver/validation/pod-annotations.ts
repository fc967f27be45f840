import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, quote } from './field.ts';
import { descendingPath } from './paths.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LARGEST = 2147483647;

/** Annotations of a pod that mean something (`ValidatePodSpecificAnnotations`). */
export function validatePodAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  spec: Fields,
  path: string,
  errors: ErrorList,
): void {
  if (annotations === undefined) return;
  const { [MIRROR]: mirror, [DELETION_COST]: cost } = annotations;
  if (mirror !== undefined && !spec.nodeName)
    errors.push(invalid(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  if (cost !== undefined && !isDeletionCost(cost))
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  for (const key in annotations) {
    const value = annotations[key] as string;
    if (key === SECCOMP || key.startsWith(SECCOMP_OF_CONTAINER)) validateSeccomp(value, `${path}.${key}`, errors);
    else if (key.startsWith(APP_ARMOR)) validateAppArmor(key, value, spec, `${path}[${key}]`, errors);
  }
}

/** `10`, `-5`: no sign in front of what is positive, no leading zeros. */
function isDeletionCost(text: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(text) && Number(text) <= LARGEST && Number(text) >= -LARGEST - 1;
}

function validateSeccomp(profile: string, path: string, errors: ErrorList): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (!profile.startsWith('localhost/')) {
    errors.push(invalid(path, profile, 'must be a valid seccomp profile'));
    return;
  }
  const file = profile.slice('localhost/'.length);
  for (const text of descendingPath(file)) errors.push(invalid(path, file, text));
}

function validateAppArmor(key: string, profile: string, spec: Fields, path: string, errors: ErrorList): void {
  const name = key.slice(APP_ARMOR.length);
  const containers: readonly Fields[] = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  if (!containers.some((container) => container.name === name)) errors.push(invalid(path, name, 'container not found'));
  if (!['', 'runtime/default', 'unconfined'].includes(profile) && !profile.startsWith('localhost/'))
    errors.push(invalid(path, profile, `invalid AppArmor profile name: ${quote(profile)}`));
}

type Annotations = Readonly<Record<string, string>> | undefined;

/** Annotations that nobody adds, changes or takes away later (`ValidatePodSpecificAnnotationUpdates`). */
export function validateKeptAnnotations(now: Annotations, before: Annotations, errors: ErrorList): void {
  if (now === before) return;
  const refuse = (key: string, verb: string): void => {
    const path = `metadata.annotations[${key}]`;
    if (key.startsWith(APP_ARMOR)) errors.push(forbidden(path, `may not ${verb} AppArmor annotations`));
    if (key === MIRROR) errors.push(forbidden(path, `may not ${verb} mirror pod annotation`));
  };
  for (const key in before) if (now?.[key] !== before[key]) refuse(key, 'remove or update');
  for (const key in now) if (before?.[key] === undefined) refuse(key, 'add');
}
