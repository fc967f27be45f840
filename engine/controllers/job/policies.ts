import type { KubeObject } from '../../object.ts';
import { conditionOf } from '../shared/pod.ts';
import { countCommon, countIndexes, type Indexes, parseIndexes } from './indexes.ts';

/** What a Job's pod failure policy makes of a failed pod. */
export interface PolicyMatch {
  /** Why the whole Job fails, if a rule says so. */
  readonly failJob?: string;
  /** Whether the failure counts against the back-off limits. */
  readonly isCounted: boolean;
  readonly failsIndex?: boolean;
}

interface FailureRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

const COUNTED: PolicyMatch = { isCounted: true };

/** The first rule that applies decides (`matchPodFailurePolicy` in `pkg/controller/job/pod_failure_policy.go`). */
export function matchFailurePolicy(job: KubeObject, pod: KubeObject): PolicyMatch {
  const rules: readonly FailureRule[] = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const reason = rule.onExitCodes === undefined ? matchConditions(rule, pod) : matchExitCodes(rule, pod);
    if (reason === undefined) continue;
    if (rule.action === 'Ignore') return { isCounted: false };
    if (rule.action === 'FailIndex') return { isCounted: true, failsIndex: true };
    if (rule.action === 'Count') return COUNTED;
    return { isCounted: true, failJob: `${reason} matching FailJob rule at index ${index}` };
  }
  return COUNTED;
}

/** `Container main for pod default/web-1 failed with exit code 42`. */
function matchExitCodes({ onExitCodes }: FailureRule, pod: KubeObject): string | undefined {
  if (onExitCodes === undefined) return undefined;
  const { containerName, operator, values } = onExitCodes;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const code: number | undefined = state?.terminated?.exitCode;
    if (!code || (containerName !== undefined && containerName !== name)) continue;
    if (values.includes(code) !== (operator === 'In')) continue;
    return `Container ${name} for pod ${pod.metadata.namespace}/${pod.metadata.name} failed with exit code ${code}`;
  }
  return undefined;
}

function matchConditions({ onPodConditions }: FailureRule, pod: KubeObject): string | undefined {
  const match = onPodConditions?.find(({ type, status }) => conditionOf(pod, type)?.status === status);
  if (match === undefined) return undefined;
  return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${match.type}`;
}

/** Why an Indexed Job counts as successful early, if a rule says so (`matchSuccessPolicy` in `success_policy.go`). */
export function matchSuccessPolicy(job: KubeObject, succeeded: Indexes): string | undefined {
  if (succeeded.length === 0) return undefined;
  for (const [index, rule] of (job.spec.successPolicy?.rules ?? []).entries()) {
    if (isSuccessRuleMet(rule, succeeded, job.spec.completions)) return `Matched rules at index ${index}`;
  }
  return undefined;
}

function isSuccessRuleMet(
  rule: { readonly succeededIndexes?: string; readonly succeededCount?: number },
  succeeded: Indexes,
  completions: number,
): boolean {
  const { succeededIndexes, succeededCount } = rule;
  if (succeededIndexes === undefined) return succeededCount !== undefined && countIndexes(succeeded) >= succeededCount;
  const wanted = parseIndexes(succeededIndexes, completions);
  return countCommon(succeeded, wanted) >= (succeededCount ?? countIndexes(wanted));
}
