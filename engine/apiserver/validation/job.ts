import { matchesLabelSelector } from '../../label-selector.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported, required, sortedMap } from './field.ts';
import { validateNotNegative } from './numbers.ts';
import { validatePodTemplate } from './pod-template.ts';
import { selectorForm, validateLabelSelector } from './selectors.ts';

const MODES = ['NonIndexed', 'Indexed'];
const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

/** A Job's spec with the selector it is to have (`ValidateJob` in `pkg/apis/batch/validation`). */
export function validateJob(spec: Fields, path: string, { uid }: { readonly uid: string }): ErrorList {
  const errors: ErrorList = [];
  if (spec.manualSelector !== true && spec.selector !== undefined) {
    const wanted = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
    const isGenerated = JSON.stringify(spec.selector) === JSON.stringify(wanted);
    if (!isGenerated)
      errors.push(invalid(`${path}.selector`, selectorForm(spec.selector), '`selector` not auto-generated'));
  }
  if (spec.selector === undefined) errors.push(required(`${path}.selector`));
  else validateLabelSelector(spec.selector, `${path}.selector`, errors);
  const labels = spec.template.metadata?.labels;
  if (!matchesLabelSelector(spec.selector, labels)) {
    errors.push(
      invalid(`${path}.template.metadata.labels`, sortedMap(labels), '`selector` does not match template `labels`'),
    );
  }
  validateJobSpec(spec, path, errors);
  return errors;
}

/** What a Job's spec and a CronJob's job template have in common. */
export function validateJobSpec(spec: Fields, path: string, errors: ErrorList): void {
  for (const name of COUNTS) validateNotNegative(spec[name], `${path}.${name}`, errors);
  const { completionMode: mode, managedBy } = spec;
  if (managedBy !== undefined && !/^[^/]+\/[^/]+$/.test(managedBy)) {
    errors.push(invalid(`${path}.managedBy`, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  }
  if (mode !== undefined && !MODES.includes(mode)) errors.push(notSupported(`${path}.completionMode`, mode, MODES));
  if (mode === 'Indexed' && spec.completions === undefined) {
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  }
  if (mode !== 'Indexed' && spec.backoffLimitPerIndex !== undefined) {
    errors.push(invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, 'requires indexed completion mode'));
  }
  validateFailurePolicy(spec, path, errors);
  if (mode !== 'Indexed' && spec.successPolicy !== undefined) {
    errors.push(
      invalid(`${path}.successPolicy`, successPolicyForm(spec.successPolicy), 'requires indexed completion mode'),
    );
  }
  validatePodTemplate(spec.template, `${path}.template`, errors);
  validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`, errors);
}

function successPolicyForm(policy: Fields): object {
  const rules = (policy.rules ?? []).map(({ succeededIndexes, succeededCount }: Fields) => ({
    SucceededIndexes: succeededIndexes ?? null,
    SucceededCount: succeededCount ?? null,
  }));
  return { Rules: rules };
}

function validateFailurePolicy({ podFailurePolicy }: Fields, path: string, errors: ErrorList): void {
  (podFailurePolicy?.rules ?? []).forEach((rule: Fields, index: number) => {
    const place = `${path}.podFailurePolicy.rules[${index}]`;
    const hasConditions = (rule.onPodConditions?.length ?? 0) > 0;
    if (rule.onExitCodes !== undefined && hasConditions) {
      errors.push(plainInvalid(place, 'specifying both OnExitCodes and OnPodConditions is not supported'));
    } else if (rule.onExitCodes === undefined && !hasConditions) {
      errors.push(plainInvalid(place, 'specifying one of OnExitCodes and OnPodConditions is required'));
    }
  });
}

/** `Invalid value` whose value prints as nothing. */
function plainInvalid(field: string, detail: string): ErrorList[number] {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}

function validateRestartPolicy(spec: Fields, path: string, errors: ErrorList): void {
  const policy = spec.template.spec?.restartPolicy;
  if (policy !== 'OnFailure' && policy !== 'Never') {
    const isAlways = policy === 'Always' || policy === undefined;
    if (isAlways) errors.push(required(path, 'valid values: "OnFailure", "Never"'));
    else errors.push(notSupported(path, policy, ['OnFailure', 'Never']));
  } else if (spec.podFailurePolicy !== undefined && policy !== 'Never') {
    errors.push(invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
