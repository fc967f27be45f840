import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, invalid } from './field.ts';
import { podSpecForm } from './pod-diff.ts';

const IMMUTABLE = [
  'selector',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
];

/** `ValidateJobSpecUpdate` in `pkg/apis/batch/validation`. */
export function validateJobUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateCompletions(next.spec, previous.spec, errors);
  for (const field of IMMUTABLE) {
    if (!isEqual(next.spec[field], previous.spec[field]))
      errors.push(invalid(`spec.${field}`, next.spec[field] ?? null, 'field is immutable'));
  }
  validateTemplateUpdate(next.spec.template, previous, errors);
  return errors;
}

/** An indexed Job is elastic: it grows and shrinks when all of its indexes run at once. */
function validateCompletions(next: Fields, previous: Fields, errors: ErrorList): void {
  const { completions, parallelism, completionMode } = next;
  if (isEqual(completions, previous.completions)) return;
  if (completionMode !== 'Indexed') {
    errors.push(invalid('spec.completions', completions ?? null, 'field is immutable'));
  } else if (completions !== undefined && completions !== parallelism) {
    errors.push(invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism'));
  }
}

/**
 * A suspended Job without pods may be given other resources, and be sent elsewhere (KEP-5440
 * `MutablePodResourcesForSuspendedJobs`, `MutableSchedulingDirectivesForSuspendedJobs`).
 */
function validateTemplateUpdate(template: Fields, previous: KubeObject, errors: ErrorList): void {
  const before: Fields = previous.spec.template;
  if (!isSafelySuspended(previous)) {
    if (!isEqual(template, before)) errors.push(invalid('spec.template', templateForm(template), 'field is immutable'));
  } else if (!isEqual(template.spec, withMutableFields(before.spec, template.spec))) {
    errors.push(invalid('spec.template.spec', podSpecForm(template.spec), 'field is immutable'));
  }
}

function isSafelySuspended({ spec, status = {} }: KubeObject): boolean {
  if (spec.suspend !== true || (status.active ?? 0) > 0) return false;
  const conditions: readonly { type: string; status: string }[] = status.conditions ?? [];
  const isMarked = conditions.some(({ type, status: value }) => type === 'Suspended' && value === 'True');
  return status.startTime === undefined || isMarked;
}

/** A pod spec with what may change of another. */
function withMutableFields(before: Fields, next: Fields): Fields {
  const { nodeSelector, tolerations, schedulingGates, affinity: _, ...spec } = before;
  const nodeAffinity = next.affinity?.nodeAffinity;
  const { nodeAffinity: __, ...others } = before.affinity ?? {};
  const affinity = { ...others, ...(nodeAffinity === undefined ? {} : { nodeAffinity }) };
  const isAffine = next.affinity !== undefined || Object.keys(affinity).length > 0;
  const given = Object.entries({
    nodeSelector: next.nodeSelector,
    tolerations: next.tolerations,
    schedulingGates: next.schedulingGates,
    affinity: isAffine ? affinity : undefined,
  }).filter(([, value]) => value !== undefined);
  return {
    ...spec,
    ...Object.fromEntries(given),
    containers: withResources(before.containers, next.containers),
    ...(before.initContainers ? { initContainers: withResources(before.initContainers, next.initContainers) } : {}),
  };
}

function withResources(before: readonly Fields[], next: readonly Fields[] = []): readonly Fields[] {
  return before.map(({ resources, ...container }, index) => {
    const wanted = next[index]?.resources;
    return wanted === undefined ? container : { ...container, resources: wanted };
  });
}

/** A pod template as the server's internal struct prints. */
function templateForm({ metadata = {}, spec }: Fields): object {
  const { labels, annotations } = metadata;
  return { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}), Spec: podSpecForm(spec) };
}
