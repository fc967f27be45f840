import { parseSchedule } from '../../cron/schedule.ts';
import { timeZone } from '../../cron/time-zone.ts';
import type { KubeObject } from '../../object.ts';
import { type ErrorList, invalid, notSupported, required } from './field.ts';
import { validateJobSpec } from './job.ts';
import { dnsSubdomain } from './names.ts';
import { validateNotNegative } from './numbers.ts';
import { selectorForm } from './selectors.ts';

const POLICIES = ['Allow', 'Forbid', 'Replace'];
/** Room for `-` and the minute in the names of its Jobs. */
const LONGEST_NAME = 52;
/** Source: `ValidateCronJobSpec` in `pkg/apis/batch/validation`. */
export function validateCronJob({ metadata, spec }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  if (!spec.schedule) errors.push(required('spec.schedule'));
  else validateSchedule(spec.schedule, errors);
  validateNotNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors);
  if (!POLICIES.includes(spec.concurrencyPolicy)) {
    errors.push(notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, POLICIES));
  }
  if (spec.timeZone !== undefined) validateTimeZone(spec.timeZone, errors);
  const { jobTemplate } = spec;
  validateJobSpec(jobTemplate.spec, 'spec.jobTemplate.spec', errors);
  if (jobTemplate.spec.selector !== undefined) {
    const text = '`selector` will be auto-generated';
    errors.push(invalid('spec.jobTemplate.spec.selector', selectorForm(jobTemplate.spec.selector), text));
  }
  if (jobTemplate.spec.manualSelector === true)
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  validateNotNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors);
  validateNotNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors);
  if (metadata.name.length > LONGEST_NAME && dnsSubdomain(metadata.name).length === 0) {
    errors.push(invalid('metadata.name', metadata.name, `must be no more than ${LONGEST_NAME} characters`));
  }
  return errors;
}

function validateSchedule(schedule: string, errors: ErrorList): void {
  if (schedule.includes('TZ')) {
    errors.push(invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
    return;
  }
  const parsed = parseSchedule(schedule);
  if (typeof parsed === 'string') errors.push(invalid('spec.schedule', schedule, parsed));
}

function validateTimeZone(zone: string, errors: ErrorList): void {
  const path = 'spec.timeZone';
  if (zone === '') errors.push(invalid(path, zone, 'timeZone must be nil or non-empty string'));
  else if (zone.toLowerCase() === 'local') {
    errors.push(
      invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    );
  } else if (timeZone(zone) === undefined) {
    errors.push(invalid(path, zone, `unknown time zone ${zone}`));
  }
}
