import type { KubeObject } from '../../object.ts';
import { say } from '../../sentence.ts';
import { attempt, slowStart } from '../shared/attempt.ts';
import { creationObserved, expectCreations } from '../shared/expectations.ts';
import { createPod, isNamespaceTerminating, podFromTemplate } from '../shared/pod-control.ts';
import type { JobSync } from './job-sync.ts';
import {
  COMPLETION_INDEX,
  countIn,
  INDEX_FAILURES,
  INDEX_IGNORED_FAILURES,
  isIndexed,
  TRACKING_FINALIZER,
} from './pods.ts';
import { matchFailurePolicy } from './policies.ts';

const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';
/** How containers learn their index: from the pod's annotation. */
const INDEX_ENVIRONMENT = {
  name: INDEX_VARIABLE,
  valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${COMPLETION_INDEX}']` } },
};

/** `generateName` makes room for a suffix of five letters. */
const LONGEST_PREFIX = 58;

/** Creates one pod for each place: an index, or undefined where the Job has none. */
export function createPods(
  sync: JobSync,
  places: readonly (number | undefined)[],
): { readonly active: number; readonly failure?: Error } {
  const { turn, client, job, key } = sync;
  if (places.length === 0) return { active: sync.activePods.length };
  const template = podTemplate(job);
  turn.note(say`Too few pods running, creating ${places.length}`, {
    resource: 'jobs.batch',
    namespace: job.metadata.namespace,
    name: job.metadata.name,
  });
  expectCreations(turn, key, places.length);
  const { succeeded, failure } = slowStart(places, (index) => {
    const pod = index === undefined ? template : indexedPod(sync, template, index);
    const error = attempt(() => createPod(turn, client, job, pod));
    return isNamespaceTerminating(error) ? undefined : error;
  });
  if (succeeded < places.length) creationObserved(turn, key, places.length - succeeded);
  return { active: sync.activePods.length + succeeded, failure };
}

function podTemplate(job: KubeObject): KubeObject {
  const pod = podFromTemplate(job.spec.template, job);
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  const spec = isIndexed(job) ? withIndexVariable(pod.spec) : pod.spec;
  return { ...pod, metadata: { ...pod.metadata, finalizers }, spec };
}

function withIndexVariable(spec: KubeObject['spec']): object {
  const extend = (container: { env?: readonly { name: string }[] }) =>
    container.env?.some(({ name }) => name === INDEX_VARIABLE)
      ? container
      : { ...container, env: [...(container.env ?? []), INDEX_ENVIRONMENT] };
  const { initContainers } = spec;
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(extend) }),
    containers: spec.containers.map(extend),
  };
}

function indexedPod(sync: JobSync, template: KubeObject, index: number): KubeObject {
  const { job } = sync;
  const place = String(index);
  const { metadata } = template;
  const suffix = `-${place}-`;
  return {
    ...template,
    metadata: {
      ...metadata,
      generateName: job.metadata.name.slice(0, LONGEST_PREFIX - suffix.length) + suffix,
      labels: { ...metadata.labels, [COMPLETION_INDEX]: place },
      annotations: { ...metadata.annotations, [COMPLETION_INDEX]: place, ...failureCounts(sync, index) },
    },
    spec: { ...template.spec, hostname: `${job.metadata.name}-${place}` },
  };
}

/** A new pod carries on the count of failures of the pod that it replaces (`addIndexFailureCountAnnotation`). */
function failureCounts({ job, delayed }: JobSync, index: number): Readonly<Record<string, string>> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  const replaced = delayed.get(index);
  if (replaced === undefined) return { [INDEX_FAILURES]: '0' };
  const { isCounted } = matchFailurePolicy(job, replaced);
  const failures = countIn(replaced, INDEX_FAILURES) + (isCounted ? 1 : 0);
  const ignored = countIn(replaced, INDEX_IGNORED_FAILURES) + (isCounted ? 0 : 1);
  return {
    [INDEX_FAILURES]: String(failures),
    ...(ignored > 0 ? { [INDEX_IGNORED_FAILURES]: String(ignored) } : {}),
  };
}
