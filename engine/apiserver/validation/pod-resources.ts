import { containerResources, isPodLevelResource } from '../../quota/pod-resources.ts';
import { compareQuantities } from '../../quota/resource-list.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, notSupported } from './field.ts';
import { validateResourceName, validateResources } from './resources.ts';

type Amounts = Readonly<Record<string, string>>;

const SUPPORTED = ['cpu', 'hugepages-', 'memory'];

/** What a pod's containers may have together (`validatePodResources` in `pkg/apis/core/validation`). */
export function validatePodResources(spec: Fields, path: string, errors: ErrorList): void {
  const { os, resources } = spec;
  if (os?.name === 'windows') {
    errors.push(forbidden(path, 'may not be set for a windows pod'));
    return;
  }
  if (resources.claims !== undefined)
    errors.push(forbidden(`${path}.claims`, 'claims cannot be set for Resources at pod-level'));
  validateResources(resources, path, errors, validateName);
  validateTotals(spec, path, errors);
  validateContainerLimits(spec, path, errors);
}

function validateName(name: string, path: string, errors: ErrorList): void {
  const count = errors.length;
  validateResourceName(name, false, path, errors);
  if (errors.length === count && !isPodLevelResource(name)) errors.push(notSupported(path, name, SUPPORTED));
}

/** The containers together request no more than the pod, and no more huge pages than it is limited to. */
function validateTotals(spec: Fields, path: string, errors: ErrorList): void {
  for (const side of ['requests', 'limits'] as const) {
    const ofPod: Amounts = spec.resources[side] ?? {};
    for (const [name, total] of Object.entries(containerResources(spec, side))) {
      const given = ofPod[name];
      if (given === undefined || compareQuantities(total, given) <= 0) continue;
      if (side === 'limits' && !name.startsWith('hugepages-')) continue;
      const text = `must be greater than or equal to aggregate container ${side} of ${total}`;
      errors.push(invalid(`${path}.${side}[${name}]`, given, text));
    }
  }
}

/** The server names these fields as if the containers were below the pod's resources. */
function validateContainerLimits(spec: Fields, path: string, errors: ErrorList): void {
  const ofPod: Amounts = spec.resources.limits ?? {};
  ((spec.containers ?? []) as readonly Fields[]).forEach(({ resources }, index) => {
    for (const [name, limit] of Object.entries((resources?.limits ?? {}) as Amounts)) {
      const given = ofPod[name];
      if (given === undefined || compareQuantities(limit, given) <= 0) continue;
      const text = `must be less than or equal to pod limits of ${given}`;
      errors.push(invalid(`${path}.containers[${index}][${name}].limits`, limit, text));
    }
  });
}
