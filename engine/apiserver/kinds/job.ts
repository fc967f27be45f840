import type { KubeObject } from '../../object.ts';
import { validateJob } from '../validation/job.ts';
import { validateJobUpdate } from '../validation/job-update.ts';
import { defineKind, STATUS } from './define.ts';
import { type Fields, mapList, withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { workloadWarnings } from './pod-warnings.ts';

const UNLIMITED = 2147483647;
const LABEL_PREFIX = 'batch.kubernetes.io/';

/** Source: `pkg/registry/batch/job/strategy.go`, `pkg/apis/batch/v1/defaults.go`. */
export const job = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  subresources: [STATUS],
  hasGeneration: true,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  setDefaults: (object) => {
    const spec = withJobSpecDefaults(object.spec);
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object) => ({ ...withGeneratedSelector(object), status: {} }),
  // Only the stored Job takes on its template's labels, so those are not checked twice.
  allocate: (object) =>
    object.metadata.labels === undefined
      ? { ...object, metadata: { ...object.metadata, labels: object.spec.template.metadata?.labels } }
      : object,
  validate: (object, previous) => validateJob(object.spec, 'spec', object.metadata, previous === undefined),
  validateUpdate: validateJobUpdate,
  warnings: workloadWarnings,
});

/** Defaults of a Job's spec; a CronJob's template gets only those of its pods. */
function withJobSpecDefaults(given: Fields): Fields {
  let spec = withField(given, 'template', withTemplateDefaults(given.template));
  if (spec.completions === undefined && spec.parallelism === undefined)
    spec = { ...spec, completions: 1, parallelism: 1 };
  spec = withDefaults(spec, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : UNLIMITED,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
  });
  if (spec.podFailurePolicy?.rules === undefined) return spec;
  const rules = mapList(spec.podFailurePolicy.rules, (rule) =>
    withField(
      rule,
      'onPodConditions',
      mapList(rule.onPodConditions, (pattern) => (pattern.status ? pattern : { ...pattern, status: 'True' })),
    ),
  );
  return withField(spec, 'podFailurePolicy', withField(spec.podFailurePolicy, 'rules', rules));
}

/** A Job finds its pods by its own uid, unless the user insists on a selector. */
function withGeneratedSelector(object: KubeObject): KubeObject {
  const { metadata, spec } = object;
  if (spec.manualSelector === true) return object;
  const generated = {
    'controller-uid': metadata.uid,
    'job-name': metadata.name,
    [`${LABEL_PREFIX}controller-uid`]: metadata.uid,
    [`${LABEL_PREFIX}job-name`]: metadata.name,
  };
  // What the user has set stays, to be refused where it is another Job's.
  const labels = { ...generated, ...spec.template.metadata?.labels };
  const matchLabels = { [`${LABEL_PREFIX}controller-uid`]: metadata.uid, ...spec.selector?.matchLabels };
  return {
    ...object,
    spec: {
      ...spec,
      selector: { ...spec.selector, matchLabels },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
}
