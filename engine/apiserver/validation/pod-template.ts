import { type LabelSelectorSpec, matchesLabelSelector } from '../../label-selector.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid, notSupported, sortedMap } from './field.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import { validatePodAnnotations } from './pod-annotations.ts';
import { validatePodSpec } from './pod-spec.ts';

/** A pod template (`ValidatePodTemplateSpec`). */
export function validatePodTemplate(template: Fields, path: string, errors: ErrorList): void {
  validateLabels(template.metadata?.labels, `${path}.labels`, errors);
  validateAnnotations(template.metadata?.annotations, `${path}.annotations`, errors);
  validatePodAnnotations(template.metadata?.annotations, template.spec ?? {}, `${path}.annotations`, errors);
  validatePodSpec(template.spec, `${path}.spec`, errors);
  if (template.spec?.ephemeralContainers !== undefined) {
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
}

/** The template of a workload whose pods run for ever and are found by a selector (`ValidatePodTemplateSpecForReplicaSet`). */
export function validateReplicaTemplate(
  template: Fields,
  selector: LabelSelectorSpec | undefined,
  path: string,
  errors: ErrorList,
): void {
  const labels = template.metadata?.labels;
  if (!matchesLabelSelector(selector, labels)) {
    errors.push(invalid(`${path}.metadata.labels`, sortedMap(labels), '`selector` does not match template `labels`'));
  }
  validatePodTemplate(template, path, errors);
  if (template.spec?.restartPolicy !== 'Always') {
    errors.push(notSupported(`${path}.spec.restartPolicy`, template.spec?.restartPolicy ?? '', ['Always']));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(`${path}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported'),
    );
  }
}
