import type { KubeObject } from '../../../object.ts';
import type { AdmissionRequest } from '../plugin.ts';
import { isMatched } from './match.ts';

/** Kinds that policies do not look at: they could lock themselves in; and requests that store nothing. */
const EXEMPT = [
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
].map((plural) => `${plural}.admissionregistration.k8s.io`);
const EXEMPT_GROUPS = ['authentication.k8s.io', 'authorization.k8s.io'];

/** A policy with a binding that puts it to use. */
export interface BoundPolicy {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
}

const NONE: readonly BoundPolicy[] = [];

/** The policies that a request has to pass, each with the bindings that say so; sorted by name. */
export function boundPolicies(policies: string, bindings: string, request: AdmissionRequest): readonly BoundPolicy[] {
  const { kind, turn } = request.call;
  if (turn.store.isUnused(bindings)) return NONE;
  if (EXEMPT.includes(kind.resource) || EXEMPT_GROUPS.includes(kind.group)) return [];
  const bound = turn.store.at(bindings).list();
  if (bound.length === 0) return [];
  return turn.store
    .at(policies)
    .list()
    .filter((policy) => isMatched(policy.spec.matchConstraints, request))
    .flatMap((policy) =>
      bound
        .filter(({ spec }) => spec.policyName === policy.metadata.name && isMatched(spec.matchResources, request))
        .map((binding) => ({ policy, binding })),
    );
}
