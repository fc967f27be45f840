import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, NO_ERRORS, required } from './field.ts';
import { validateKeptAnnotations, validatePodAnnotations } from './pod-annotations.ts';
import { podSpecDifference } from './pod-diff.ts';
import { validateGatedSelection, withNodeAffinityOf } from './pod-gated.ts';
import { validatePodSpec } from './pod-spec.ts';
import { validateTolerations } from './tolerations.ts';

/** Source: `ValidatePodCreate` in `pkg/apis/core/validation`. */
export function validatePod(pod: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validatePodAnnotations(pod.metadata.annotations, pod.spec, 'metadata.annotations', errors);
  validatePodSpec(pod.spec, 'spec', errors);
  if (previous === undefined && pod.spec.ephemeralContainers?.length > 0)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (previous === undefined && pod.spec.nodeName && pod.spec.schedulingGates?.length > 0)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  return errors.length === 0 ? NO_ERRORS : errors;
}

const UPDATES =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Almost nothing of a pod's spec may change (`ValidatePodUpdate`). */
export function validatePodUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const now: Fields = next.spec;
  const before: Fields = previous.spec;
  const errors: ErrorList = [];
  validateKeptAnnotations(next.metadata.annotations, previous.metadata.annotations, errors);
  if (now === before) return errors;
  for (const name of ['containers', 'initContainers']) {
    if ((now[name]?.length ?? 0) !== (before[name]?.length ?? 0)) {
      errors.push(forbidden(`spec.${name}`, 'pod updates may not add or remove containers'));
      return errors;
    }
    ((now[name] ?? []) as readonly Fields[]).forEach(({ image }, index) => {
      const path = `spec.${name}[${index}].image`;
      if (!image) errors.push(required(path));
      else if (image.trim() !== image)
        errors.push(invalid(path, image, 'must not have leading or trailing whitespace'));
    });
  }
  const count = errors.length;
  validateDeadline(now.activeDeadlineSeconds, before.activeDeadlineSeconds, errors);
  if (errors.length > count) return errors;
  validateAddedTolerations(now.tolerations ?? [], before.tolerations ?? [], errors);
  validateGates(now.schedulingGates ?? [], before.schedulingGates ?? [], errors);
  const isGated = before.schedulingGates?.length > 0;
  if (isGated) validateGatedSelection(now, before, errors);
  const munged = comparable(now, before, isGated);
  const base = comparable(before, before, isGated);
  if (!isEqual(munged, base)) errors.push(forbidden('spec', `${UPDATES}\n${podSpecDifference(base, munged)}`));
  return errors;
}

/** Tolerations may be added, and how long they last may change. */
function validateAddedTolerations(now: readonly Fields[], before: readonly Fields[], errors: ErrorList): void {
  if (now === before) return;
  const timeless = (toleration: Fields): Fields => ({ ...toleration, tolerationSeconds: undefined });
  const isKept = before.every((old) => now.some((each) => isEqual(timeless(old), timeless(each))));
  const text = 'existing toleration can not be modified except its tolerationSeconds';
  if (isKept) validateTolerations(now, 'spec.tolerations', errors);
  else errors.push(forbidden('spec.tolerations', text));
}

function validateDeadline(now: number | undefined, before: number | undefined, errors: ErrorList): void {
  if (before === undefined || now === before) return;
  if (now === undefined)
    errors.push(invalid('spec.activeDeadlineSeconds', null, 'must not update from a positive integer to nil value'));
  else if (now > before)
    errors.push(invalid('spec.activeDeadlineSeconds', now, 'must be less than or equal to previous value'));
}

function validateGates(now: readonly Fields[], before: readonly Fields[], errors: ErrorList): void {
  const old = new Set(before.map(({ name }) => name));
  now.forEach(({ name }, index) => {
    if (!old.has(name))
      errors.push(
        forbidden(
          `spec.schedulingGates[${index}].name`,
          `only deletion is allowed, but found new scheduling gate '${name}'`,
        ),
      );
  });
}

/** A spec with everything that may change taken from `base`. */
function comparable(spec: Fields, base: Fields, isGated: boolean): Fields {
  const isGraceShortened = spec.terminationGracePeriodSeconds === 1 && base.terminationGracePeriodSeconds < 0;
  return {
    ...spec,
    activeDeadlineSeconds: base.activeDeadlineSeconds,
    schedulingGates: base.schedulingGates,
    containers: withImagesOf(spec.containers, base.containers),
    initContainers: withImagesOf(spec.initContainers, base.initContainers),
    tolerations: base.tolerations,
    ...(isGated ? { nodeSelector: base.nodeSelector, affinity: withNodeAffinityOf(spec, base) } : {}),
    ...(isGraceShortened ? { terminationGracePeriodSeconds: base.terminationGracePeriodSeconds } : {}),
  };
}

function withImagesOf(
  containers: readonly Fields[] | undefined,
  base: readonly Fields[] | undefined,
): readonly Fields[] | undefined {
  return containers?.map((container, index) => ({ ...container, image: base?.[index]?.image }));
}

/** Statuses come from kubelets; only what breaks the pod's identity is refused. */
export function validatePodStatusUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const nominated = next.status?.nominatedNodeName;
  if (next.spec.nodeName !== previous.spec.nodeName) return [forbidden('spec.nodeName', 'may not be changed directly')];
  const qos = previous.status?.qosClass;
  if (qos !== undefined && next.status?.qosClass !== qos)
    return [invalid('status.qosClass', next.status?.qosClass ?? '', 'field is immutable')];
  return nominated !== undefined && !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(nominated)
    ? [invalid('status.nominatedNodeName', nominated, 'must be a valid node name')]
    : NO_ERRORS;
}
