import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { refuse } from '../call.ts';
import { parseBody } from '../codec.ts';
import { badRequest, success } from '../errors.ts';
import { getObject, saveObject } from '../storage.ts';
import { deleteWith } from '../verbs/delete.ts';
import type { DeleteOptions } from '../verbs/delete-options.ts';
import { takeDisruption } from './disruption-budget.ts';
import type { SubresourceHandler } from './subresource.ts';

/**
 * A deletion that a disruption budget may refuse: what drains use. Source: `pkg/registry/core/pod/storage/eviction.go`.
 */
export const eviction: SubresourceHandler = {
  resources: ['pods'],
  create(call) {
    const body = parseBody(call.request.body) as KubeObject & { readonly deleteOptions?: DeleteOptions };
    if (body.metadata?.name !== undefined && body.metadata.name !== '' && body.metadata.name !== call.name) {
      refuse(badRequest('name in URL does not match name in Eviction object'));
    }
    const pod = getObject(call);
    if (!isOutsideBudget(pod)) takeDisruption(call, pod);
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    const marked = isGoing ? pod : saveObject(call, withCondition(pod, call.turn.now), pod);
    deleteWith(call, marked, body.deleteOptions ?? {});
    return { code: 201, body: { ...success(undefined), code: 201 } };
  },
};

/** Pods that do not count as healthy anyway (`canIgnorePDB`). */
function isOutsideBudget({ metadata, status }: KubeObject): boolean {
  return ['Succeeded', 'Failed', 'Pending'].includes(status?.phase) || metadata.deletionTimestamp !== undefined;
}

interface Condition {
  readonly type: string;
}

/** Says of the pod that it is about to be evicted. */
function withCondition(pod: KubeObject, now: number): KubeObject {
  const conditions: readonly Condition[] = pod.status?.conditions ?? [];
  const { generation } = pod.metadata;
  const condition = {
    type: 'DisruptionTarget',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(now),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = conditions.filter(({ type }) => type !== condition.type);
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
}
