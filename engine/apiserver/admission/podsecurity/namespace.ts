import type { KubeObject } from '../../../object.ts';
import type { ErrorList } from '../../validation/field.ts';
import { formatReasons, violations } from './evaluate.ts';
import {
  defaultPolicy,
  formatLevel,
  isPrivileged,
  type LevelVersion,
  type PodSecurityConfiguration,
  parsePolicy,
  statedModes,
  strictness,
} from './policy.ts';

/** `defaultNamespaceMaxPodsToCheck`. */
const MOST_PODS = 3000;

interface Outcome {
  readonly errors: ErrorList;
  readonly warnings: readonly string[];
}

/**
 * A namespace's labels must be readable; a stricter enforced level warns of the pods that it would not let in now.
 * `previous` is absent for a new namespace.
 */
export function validateNamespace(
  configuration: PodSecurityConfiguration,
  namespace: KubeObject,
  previous: KubeObject | undefined,
  pods: () => readonly KubeObject[],
): Outcome {
  const defaults = defaultPolicy(configuration);
  const { name, labels } = namespace.metadata;
  const { policy, errors } = parsePolicy(labels, defaults);
  const before = previous === undefined ? undefined : parsePolicy(previous.metadata.labels, defaults);
  const isOldFault = before !== undefined && JSON.stringify(before.errors) === JSON.stringify(errors);
  if (errors.length > 0 && !isOldFault) return { errors, warnings: [] };
  const isExempt = configuration.exemptions?.namespaces?.includes(name) ?? false;
  const ignored = (): readonly string[] => {
    const stated = statedModes(labels ?? {}, policy);
    if (isPrivileged(policy) || stated === '') return [];
    return [`namespace "${name}" is exempt from Pod Security, and the policy (${stated}) will be ignored`];
  };
  if (before === undefined) return { errors: [], warnings: isExempt ? ignored() : [] };
  if (!isStricter(policy.enforce, before.policy.enforce)) return { errors: [], warnings: [] };
  return { errors: [], warnings: isExempt ? ignored() : podWarnings(name, policy.enforce, pods()) };
}

function isStricter(now: LevelVersion, before: LevelVersion): boolean {
  if (now.level === 'privileged') return false;
  return now.version !== before.version || strictness(now.level, before.level) > 0;
}

/** One line a kind of violation, with the first pod that has it. */
function podWarnings(namespace: string, enforce: LevelVersion, pods: readonly KubeObject[]): readonly string[] {
  const ordered = onePerController(pods);
  const checked = ordered.slice(0, MOST_PODS);
  const found = new Map<string, string[]>();
  for (const pod of checked) {
    const broken = violations(enforce, pod);
    if (broken.length === 0) continue;
    const reasons = formatReasons(broken);
    found.set(reasons, [...(found.get(reasons) ?? []), pod.metadata.name]);
  }
  const lines = [...found].map(([reasons, names]) => `${firstOf(names)}: ${reasons}`).sort();
  return [
    ...(checked.length < ordered.length
      ? [
          `new PodSecurity enforce level only checked against the first ${checked.length} of ${ordered.length} existing pods`,
        ]
      : []),
    ...(lines.length > 0
      ? [
          `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${formatLevel(enforce)}"`,
        ]
      : []),
    ...lines,
  ];
}

/** Replicas look alike: the first of each controller comes before all others. */
function onePerController(pods: readonly KubeObject[]): readonly KubeObject[] {
  const seen = new Set<string>();
  const first: KubeObject[] = [];
  const rest: KubeObject[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    if (owner !== undefined && seen.has(owner.uid)) {
      rest.push(pod);
      continue;
    }
    if (owner !== undefined) seen.add(owner.uid);
    first.push(pod);
  }
  return [...first, ...rest];
}

function firstOf(names: readonly string[]): string {
  const [first = ''] = [...names].sort();
  if (names.length === 1) return first;
  return `${first} (and ${names.length - 1} other ${names.length === 2 ? 'pod' : 'pods'})`;
}
