import { qosClass } from '../apiserver/kinds/qos.ts';
import { isExtendedResource } from '../extended-resource.ts';
import { matchesExpression } from '../label-selector.ts';
import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import type { QuotaEvaluator, Scope } from './evaluator.ts';
import { podResources } from './pod-resources.ts';
import { isSameResources, type ResourceList } from './resource-list.ts';

const COUNT = 'count/pods';

const NAMES = new Set([
  COUNT,
  'pods',
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]);

/** Where a quota names one of these, every container has to say how much of it. No others (`validationSet`). */
const REQUIRED = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
}

interface AffinityTerm {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
}

/** Source: `pkg/quota/v1/evaluator/core/pods.go`. */
export const podEvaluator: QuotaEvaluator = {
  resource: 'pods',

  handles: ({ operation, subresource }) =>
    (operation === 'CREATE' && subresource === '') || (operation === 'UPDATE' && subresource === 'resize'),

  matchingResources: (asked) => asked.filter((name) => NAMES.has(name) || isOtherResource(name)),
  matchesScope,
  fault: missingResources,

  usage(pod, now) {
    if (!isCharged(pod, now)) return { [COUNT]: '1' };
    const options = { withOverhead: true };
    return {
      [COUNT]: '1',
      ...computeUsage(podResources(pod, 'requests', options), podResources(pod, 'limits', options)),
    };
  },

  isReplenishedBy(pod, previous, now) {
    if (pod.spec !== previous.spec && hasResourcesChanged(pod, previous)) return true;
    if (isTerminating(pod) !== isTerminating(previous)) return true;
    return isCharged(previous, now) && !isCharged(pod, now);
  },
};

/** Huge pages, also as `requests.hugepages-2Mi`, and extended resources, only as `requests.example.com/gpu`. */
function isOtherResource(name: string): boolean {
  if (name.startsWith('hugepages-') || name.startsWith('requests.hugepages-')) return true;
  return name.startsWith('requests.') && isExtendedResource(name.slice('requests.'.length));
}

/** A pod that has ended, or that should have ended by now, only counts as an object. */
function isCharged({ metadata, status }: KubeObject, now: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return now <= parseTimestamp(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function computeUsage(requests: ResourceList, limits: ResourceList): ResourceList {
  const used: Record<string, string> = { pods: '1' };
  for (const [name, amount] of Object.entries(requests)) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-')) {
      used[name] = amount;
      used[`requests.${name}`] = amount;
    } else if (isExtendedResource(name)) {
      used[`requests.${name}`] = amount;
    }
  }
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const amount = limits[name];
    if (amount !== undefined) used[`limits.${name}`] = amount;
  }
  return used;
}

function missingResources(required: readonly string[], pod: KubeObject): string | undefined {
  const { spec } = pod;
  if (spec?.resources?.requests !== undefined || spec?.resources?.limits !== undefined) return undefined;
  const containers: readonly Container[] = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const complaints: string[] = [];
  for (const name of required.filter((each) => REQUIRED.includes(each)).sort()) {
    const without = containers
      .filter(({ resources }) => computeUsage(resources?.requests ?? {}, resources?.limits ?? {})[name] === undefined)
      .map((container) => container.name);
    if (without.length > 0) complaints.push(`${name} for: ${[...new Set(without)].sort().join(',')}`);
  }
  return complaints.length === 0 ? undefined : `must specify ${complaints.join('; ')}`;
}

function matchesScope(scope: Scope, pod: KubeObject): boolean {
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(pod);
    case 'NotTerminating':
      return !isTerminating(pod);
    case 'BestEffort':
      return qosClass(pod.spec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(pod.spec) !== 'BestEffort';
    case 'PriorityClass':
      return matchesPriorityClass(scope, pod);
    case 'CrossNamespacePodAffinity':
      return reachesOtherNamespaces(pod);
    default:
      return false;
  }
}

function isTerminating({ spec }: KubeObject): boolean {
  return spec?.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0;
}

function matchesPriorityClass({ operator, values }: Scope, { spec }: KubeObject): boolean {
  const name: string | undefined = spec?.priorityClassName || undefined;
  return matchesExpression({ key: 'PriorityClass', operator, ...(values === undefined ? {} : { values }) }, name);
}

function reachesOtherNamespaces({ spec }: KubeObject): boolean {
  return [spec?.affinity?.podAffinity, spec?.affinity?.podAntiAffinity].some((affinity) => {
    const preferred: readonly { readonly podAffinityTerm: AffinityTerm }[] =
      affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms: readonly AffinityTerm[] = [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...preferred.map(({ podAffinityTerm }) => podAffinityTerm),
    ];
    return terms.some(
      ({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined,
    );
  });
}

function hasResourcesChanged(pod: KubeObject, previous: KubeObject): boolean {
  return (['requests', 'limits'] as const).some(
    (side) => !isSameResources(podResources(pod, side), podResources(previous, side)),
  );
}
