/** The modes of `--authorization-mode` that are simulated. */
const MODES = ['Node', 'RBAC', 'AlwaysAllow', 'AlwaysDeny'] as const;

export type AuthorizationMode = (typeof MODES)[number];

/** As kubeadm sets it. */
export const DEFAULT_MODES: readonly AuthorizationMode[] = ['Node', 'RBAC'];

/** Flags of kube-apiserver about authorisation. */
export interface AuthorizationFlags {
  /** `--authorization-mode`, in order; Node and RBAC when absent. */
  readonly authorizationMode?: readonly AuthorizationMode[];
}

/** Modes of the real server that ask somebody who does not exist here. */
const ELSEWHERE = ['ABAC', 'Webhook'];

/** Why a list of modes cannot be had; `undefined` when it can. Source: `pkg/kubeapiserver/options/authorization.go`. */
export function authorizationModeProblem(modes: readonly string[]): string | undefined {
  if (modes.length === 0) return 'at least one authorization-mode must be passed';
  if (new Set(modes).size < modes.length) {
    return `authorization-mode ${JSON.stringify(modes)} has mode specified more than once`;
  }
  const strange = modes.find((mode) => !(MODES as readonly string[]).includes(mode));
  if (strange === undefined) return undefined;
  const what = ELSEWHERE.includes(strange) ? 'is not simulated' : 'is not a valid mode';
  return `authorization-mode "${strange}" ${what}; choose from ${MODES.join(', ')}`;
}
