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

/** The first rule that an exit code meets; rules need a policy beside them. */
export function restartRule(container: Container, exitCode: number): RestartRule | undefined {
  if (container.restartPolicy === undefined) return undefined;
  return rulesOf(container).find((rule) => matches(rule, exitCode));
}

function rulesOf({ restartPolicyRules = [] }: Container): readonly RestartRule[] {
  return restartPolicyRules;
}

/** Whether the exit of one container may restart the whole pod (`AllContainersCouldRestart` in `pkg/api/v1/pod/util.go`). */
export function mayRestartAll({ spec }: KubeObject): boolean {
  const isRestarter = (container: Container): boolean =>
    container.restartPolicyRules !== undefined &&
    rulesOf(container).some(({ action }) => action === 'RestartAllContainers');
  return spec.containers.some(isRestarter) || (spec.initContainers?.some(isRestarter) ?? false);
}

/**
 * Whether a container that ended with this exit code runs again: by its own rules, else by its own policy, else by the
 * pod's (`ContainerShouldRestart` in `pkg/api/v1/pod/util.go`).
 */
export function isRestartedAfter(pod: KubeObject, container: Container, exitCode: number): boolean {
  // Of the two actions there are, either brings the container back.
  if (restartRule(container, exitCode)) return true;
  const policy: string = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether an init container that has failed is tried again: a pod that is to run on tries until it succeeds. */
export function isInitRetried(pod: KubeObject, container: Container, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) return isRestartedAfter(pod, container, exitCode);
  return pod.spec.restartPolicy !== 'Never';
}
