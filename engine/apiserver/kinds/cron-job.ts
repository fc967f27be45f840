import { validateCronJob } from '../validation/cron-job.ts';
import { defineKind, STATUS } from './define.ts';
import { withDefaults, withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { nameWarnings, POD_NAMES, templateWarningsAt } from './pod-warnings.ts';

const SPEC = { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 };

/** Source: `pkg/registry/batch/cronjob/strategy.go`, `pkg/apis/batch/v1/defaults.go`. */
export const cronJob = defineKind({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  subresources: [STATUS],
  hasGeneration: true,
  setDefaults: (object) => {
    let spec = withDefaults(object.spec, SPEC);
    const jobSpec = withField(spec.jobTemplate.spec, 'template', withTemplateDefaults(spec.jobTemplate.spec.template));
    spec = withField(spec, 'jobTemplate', withField(spec.jobTemplate, 'spec', jobSpec));
    return spec === object.spec ? object : { ...object, spec };
  },
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate: validateCronJob,
  warnings: ({ metadata, spec }, previous) => [
    ...(previous === undefined ? nameWarnings(metadata.name, POD_NAMES) : []),
    ...templateWarningsAt(spec.jobTemplate.spec.template, 'spec.jobTemplate.spec.template'),
  ],
});
