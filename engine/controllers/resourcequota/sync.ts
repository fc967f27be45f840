import type { Client } from '../../client/client.ts';
import { enqueue, enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { isCounted } from '../../quota/evaluator.ts';
import { evaluatorOf } from '../../quota/evaluators.ts';
import { addResources, isSameResources, maskResources, type ResourceList } from '../../quota/resource-list.ts';
import type { Turn } from '../../sim/turn.ts';
import { DISCOVERY_KEY, followCustomResources } from '../shared/custom-resources.ts';
import { countedResources, RESYNC_KEY } from './keys.ts';

/** `--resource-quota-sync-period`. */
const RESYNC_PERIOD = 300_000;

/** What a resource must allow to be counted (`NamespacedResourcesFunc`, `Sync`). */
const VERBS = ['create', 'list', 'watch', 'delete'];

/** Counts what a quota limits and writes it into its status (`syncResourceQuota`). */
export function syncQuota(turn: Turn, client: Client, key: string): void {
  if (key === DISCOVERY_KEY) {
    followCustomResources(turn, client, VERBS);
    return;
  }
  if (key === RESYNC_KEY) {
    resync(turn);
    return;
  }
  const [namespace = '', name = ''] = key.split('/');
  const quota = turn.cache('resourcequotas').get(namespace, name);
  if (quota === undefined) return;
  enqueueAfter(turn, RESYNC_KEY, RESYNC_PERIOD, { background: true });
  const hard: ResourceList = quota.spec?.hard ?? {};
  const known: ResourceList = quota.status?.used ?? {};
  const used = maskResources({ ...known, ...usageOf(turn, quota, hard) }, Object.keys(hard));
  const isFirst = quota.status?.hard === undefined || quota.status.used === undefined;
  if (!isFirst && isSameResources(quota.status.hard, hard) && isSameResources(used, known)) return;
  client.updateStatus('resourcequotas', { ...quota, status: { hard, used } });
}

/** Time heals what no event tells: pods that are stuck past their grace. Each quota that is looked at plans the next round. */
function resync(turn: Turn): void {
  for (const { metadata } of turn.cache('resourcequotas').list())
    enqueue(turn, `${metadata.namespace}/${metadata.name}`);
}

/** What the namespace uses of each limited resource; 0 where there is nothing (`quota.CalculateUsage`). */
function usageOf(turn: Turn, quota: KubeObject, hard: ResourceList): ResourceList {
  const namespace = quota.metadata.namespace ?? '';
  let total: ResourceList = {};
  for (const resource of countedResources(turn)) {
    const evaluator = evaluatorOf(resource);
    const names = evaluator?.matchingResources(Object.keys(hard)) ?? [];
    if (evaluator === undefined || names.length === 0) continue;
    total = { ...total, ...Object.fromEntries(names.map((name) => [name, '0'])) };
    for (const object of turn.cache(resource).list(namespace)) {
      if (!isCounted(evaluator, quota, hard, object)) continue;
      total = addResources(total, maskResources(evaluator.usage(object, turn.now), names));
    }
  }
  return total;
}
