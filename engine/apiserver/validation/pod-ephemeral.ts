import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, quote } from './field.ts';
import { ephemeralContainerDifference } from './pod-diff.ts';
import { validatePodSpec } from './pod-spec.ts';

export const MIRROR = 'kubernetes.io/config.mirror';

/** Ephemeral containers are only ever added (`ValidatePodEphemeralContainersUpdate`). */
export function validateEphemeralContainersUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  if (previous.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden('', 'static pods do not support ephemeral containers')];
  const errors: ErrorList = [];
  validatePodSpec(next.spec, 'spec', errors);
  const path = 'spec.ephemeralContainers';
  const now: readonly Fields[] = next.spec.ephemeralContainers ?? [];
  for (const old of (previous.spec.ephemeralContainers ?? []) as readonly Fields[]) {
    const same = now.find(({ name }) => name === old.name);
    const which = `existing ephemeral containers ${quote(old.name)}`;
    if (same === undefined) errors.push(forbidden(path, `${which} may not be removed\n`));
    else if (!isEqual(old, same)) {
      errors.push(forbidden(path, `${which} may not be changed\n${ephemeralContainerDifference(old, same)}`));
    }
  }
  return errors;
}
