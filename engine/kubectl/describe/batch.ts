import { humanDuration } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp } from '../../sim/time.ts';
import type { Describer } from './describer.ts';
import { podTemplateText } from './pod-template.ts';
import { annotationLines, boolText, controllerText, dateText, labelLines, selectorText, Text } from './text.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

const UNSET = '<unset>';

function head(object: KubeObject): Text {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  text.line(0, `Namespace:\t${object.metadata.namespace}`);
  return text;
}

export const describeJob: Describer = (_, { object }) => {
  const { metadata, spec, status = {} } = object as Any;
  const text = head(object);
  text.line(0, `Selector:\t${selectorText(spec.selector)}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  const owner = controllerText(metadata);
  if (owner) text.line(0, `Controlled By:\t${owner}`);
  if (spec.parallelism !== undefined) text.line(0, `Parallelism:\t${spec.parallelism}`);
  text.line(0, `Completions:\t${spec.completions ?? UNSET}`);
  if (spec.completionMode !== undefined) text.line(0, `Completion Mode:\t${spec.completionMode}`);
  if (spec.suspend !== undefined) text.line(0, `Suspend:\t${spec.suspend}`);
  if (spec.backoffLimit !== undefined) text.line(0, `Backoff Limit:\t${spec.backoffLimit}`);
  if (spec.ttlSecondsAfterFinished !== undefined)
    text.line(0, `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}`);
  jobTimes(text, spec, status);
  text.line(0, `Pods Statuses:\t${podCounts(status)}`);
  if (spec.completionMode === 'Indexed')
    text.line(0, `Completed Indexes:\t${cappedIndexes(status.completedIndexes ?? '')}`);
  text.add(podTemplateText(spec.template));
  return String(text);
};

function jobTimes(text: Text, spec: Any, { startTime, completionTime }: Any): void {
  if (startTime) text.line(0, `Start Time:\t${dateText(startTime)}`);
  if (completionTime) text.line(0, `Completed At:\t${dateText(completionTime)}`);
  if (startTime && completionTime)
    text.line(0, `Duration:\t${humanDuration(parseTimestamp(completionTime) - parseTimestamp(startTime))}`);
  if (spec.activeDeadlineSeconds !== undefined)
    text.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
}

function podCounts({ active = 0, ready, succeeded = 0, failed = 0 }: Any): string {
  const readyText = ready === undefined ? '' : ` (${ready} Ready)`;
  return `${active} Active${readyText} / ${succeeded} Succeeded / ${failed} Failed`;
}

/** Long lists end behind the number at the fiftieth letter. */
function cappedIndexes(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', 50);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export const describeCronJob: Describer = (_, { object }) => {
  const { metadata, spec, status = {} } = object as Any;
  const text = head(object);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `Schedule:\t${spec.schedule}`);
  text.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy ?? ''}`);
  text.line(0, `Suspend:\t${boolText(spec.suspend)}`);
  text.line(0, `Time Zone:\t${spec.timeZone ?? UNSET}`);
  text.line(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? UNSET}`);
  text.line(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? UNSET}`);
  const deadline = spec.startingDeadlineSeconds;
  text.line(0, `Starting Deadline Seconds:\t${deadline === undefined ? UNSET : `${deadline}s`}`);
  jobTemplateLines(text, spec.jobTemplate?.spec ?? {});
  text.line(0, `Last Schedule Time:\t${status.lastScheduleTime ? dateText(status.lastScheduleTime) : UNSET}`);
  const active = ((status.active ?? []) as Any[]).map((job) => job.name);
  text.line(0, `Active Jobs:\t${active.join(', ') || '<none>'}`);
  return String(text);
};

function jobTemplateLines(text: Text, spec: Any): void {
  text.line(0, `Selector:\t${spec.selector ? selectorText(spec.selector) : UNSET}`);
  text.line(0, `Parallelism:\t${spec.parallelism ?? UNSET}`);
  text.line(0, `Completions:\t${spec.completions ?? UNSET}`);
  if (spec.activeDeadlineSeconds !== undefined)
    text.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  text.add(podTemplateText(spec.template));
}
