import type { KubeObject } from '../object.ts';
import type { Container } from './pod.ts';

/** `restartPolicyRules[*]` of a container. */
interface RestartRule {
  readonly action: string;
  readonly exitCodes?: { readonly operator: 'In' | 'NotIn'; readonly values?: readonly number[] };
}

function matches({ exitCodes }: RestartRule, exitCode: number): boolean {
  if (!exitCodes) return false;
  const isListed = exitCodes.values?.includes(exitCode) === true;
  return exitCodes.operator === 'In' ? isListed : !isListed;
}

/**
 * Whether a container that ended with this exit code runs again: by its own rules, else by its own policy, else by the
 * pod's (`ContainerShouldRestart` in `pkg/api/v1/pod/util.go`).
 */
export function isRestartedAfter(pod: KubeObject, container: Container, exitCode: number): boolean {
  const rules: readonly RestartRule[] = container.restartPolicyRules ?? [];
  const rule = container.restartPolicy === undefined ? undefined : rules.find((each) => matches(each, exitCode));
  if (rule?.action === 'Restart') return true;
  const policy: string = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether an init container that has failed is tried again: a pod that is to run on tries until it succeeds. */
export function isInitRetried(pod: KubeObject, container: Container, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) return isRestartedAfter(pod, container, exitCode);
  return pod.spec.restartPolicy !== 'Never';
}
