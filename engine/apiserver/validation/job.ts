import { matchesLabelSelector } from '../../label-selector.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid, notSupported, required, sortedMap, tooLong } from './field.ts';
import { validateFailurePolicy, validateSuccessPolicy } from './job-policies.ts';
import { dnsLabel } from './names.ts';
import { validateNotNegative } from './numbers.ts';
import { validatePodTemplate } from './pod-template.ts';
import { selectorForm, validateLabelSelector } from './selectors.ts';

const MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'];
const LONGEST_MANAGER = 63;
/** What an indexed Job may have at most, and from where on it must limit its failures. */
const MOST_INDEXED = 100_000;
const MOST_AT_ONCE = 10_000;
const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

/** What a Job's labels and the names of its pods come from. */
interface JobIdentity {
  readonly uid: string;
  readonly name: string;
}

/** A Job's spec with the selector it is to have (`ValidateJob` in `pkg/apis/batch/validation`). */
export function validateJob(spec: Fields, path: string, { uid, name }: JobIdentity, isNew: boolean): ErrorList {
  const errors: ErrorList = [];
  if (isNew && spec.manualSelector !== true) validateGeneratedLabels(spec, path, { uid, name }, errors);
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
  if (isNew && spec.completionMode === 'Indexed' && spec.completions > 0)
    validateHostNames(name, spec.completions, errors);
  return errors;
}

/** Labels that the server makes are those of this Job (`validateGeneratedSelector`). */
function validateGeneratedLabels(spec: Fields, path: string, { uid, name }: JobIdentity, errors: ErrorList): void {
  const labels: Readonly<Record<string, string>> = spec.template.metadata?.labels ?? {};
  const place = `${path}.template.metadata.labels`;
  for (const prefix of ['', 'batch.kubernetes.io/']) {
    for (const [key, wanted] of [
      [`${prefix}controller-uid`, uid],
      [`${prefix}job-name`, name],
    ] as const) {
      if (labels[key] === undefined) errors.push(required(`${place}[${key}]`, `must be '${wanted}'`));
      else if (labels[key] !== wanted)
        errors.push(invalid(`${place}[${key}]`, sortedMap(labels), `must be '${wanted}'`));
    }
  }
}

/** The pods of an indexed Job are called after it and their index, on the network too. */
function validateHostNames(name: string, completions: number, errors: ErrorList): void {
  const longest = `${name}-${completions - 1}`;
  if (dnsLabel(longest).length > 0)
    errors.push(invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`));
}

/** What a Job's spec and a CronJob's job template have in common. */
export function validateJobSpec(spec: Fields, path: string, errors: ErrorList): void {
  for (const name of COUNTS) validateNotNegative(spec[name], `${path}.${name}`, errors);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  const { completionMode: mode, managedBy } = spec;
  if (managedBy !== undefined && !/^[^/]+\/[^/]+$/.test(managedBy)) {
    errors.push(invalid(`${path}.managedBy`, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  }
  if (managedBy?.length > LONGEST_MANAGER) errors.push(tooLong(`${path}.managedBy`, LONGEST_MANAGER));
  if (mode !== undefined && !MODES.includes(mode)) errors.push(notSupported(`${path}.completionMode`, mode, MODES));
  if (mode === 'Indexed') validateIndexed(spec, path, errors);
  else
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'])
      if (spec[name] !== undefined)
        errors.push(invalid(`${path}.${name}`, spec[name], 'requires indexed completion mode'));
  validateFailurePolicy(spec, path, errors);
  if (mode === 'Indexed') validateSuccessPolicy(spec, `${path}.successPolicy`, errors);
  else if (spec.successPolicy !== undefined) {
    const form = successPolicyForm(spec.successPolicy);
    errors.push(invalid(`${path}.successPolicy`, form, 'requires indexed completion mode'));
  }
  validateReplacementPolicy(spec, `${path}.podReplacementPolicy`, errors);
  validatePodTemplate(spec.template, `${path}.template`, errors);
  validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`, errors);
}

function validateIndexed(spec: Fields, path: string, errors: ErrorList): void {
  const { completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions === undefined) {
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
    return;
  }
  const tooMuch = (name: string, most: number, why: string): void => {
    if (spec[name] > most)
      errors.push(invalid(`${path}.${name}`, spec[name], `must be less than or equal to ${most}${why}`));
  };
  tooMuch('parallelism', MOST_INDEXED, ' when completion mode is Indexed');
  if (maxFailedIndexes > completions)
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'));
  tooMuch('maxFailedIndexes', MOST_INDEXED, '');
  if (completions <= MOST_INDEXED || backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined)
    errors.push(required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MOST_INDEXED}`));
  const why = ` when completions are above ${MOST_INDEXED} and used with backoff limit per index`;
  if (parallelism !== undefined) tooMuch('parallelism', MOST_AT_ONCE, why);
  tooMuch('maxFailedIndexes', MOST_AT_ONCE, why);
}

/** A failure policy decides only about pods that have failed for good. */
function validateReplacementPolicy(spec: Fields, path: string, errors: ErrorList): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  const supported = podFailurePolicy === undefined ? REPLACEMENT_POLICIES : ['Failed'];
  if (policy !== undefined && !supported.includes(policy)) errors.push(notSupported(path, policy, supported));
}

function successPolicyForm(policy: Fields): object {
  const rules = (policy.rules ?? []).map(({ succeededIndexes, succeededCount }: Fields) => ({
    SucceededIndexes: succeededIndexes ?? null,
    SucceededCount: succeededCount ?? null,
  }));
  return { Rules: rules };
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
