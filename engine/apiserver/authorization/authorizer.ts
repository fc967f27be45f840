import type { UserInfo } from '../request.ts';
import type { Attributes } from './attributes.ts';
import type { Grant, PolicyReader } from './rbac/binding.ts';
import type { PolicyRule } from './rbac/rule.ts';

/** What an authoriser says of a request. `NoOpinion` leaves it to the next one; after the last it is a refusal. */
export interface Decision {
  readonly decision: 'Allow' | 'Deny' | 'NoOpinion';
  /** As an audit log and a refusal give it; `''` when there is nothing to say. */
  readonly reason: string;
}

/** What a decision may look at: the stored objects, and the bindings of a user, which are looked for only once. */
export interface AccessFacts {
  readonly reader: PolicyReader;
  /** Bindings of a namespace (`''`: cluster-wide) that concern a user. */
  grants(user: UserInfo, namespace: string): readonly Grant[];
}

/** One of the modes of `--authorization-mode`. */
export interface Authorizer {
  readonly mode: string;
  authorize(facts: AccessFacts, attributes: Attributes): Decision;
  /**
   * Whether a request like this one is allowed whatever its namespace and name: then nobody needs to ask again for as
   * long as the rules stay the same. False when that is not sure.
   */
  allowsEverywhere(facts: AccessFacts, attributes: Attributes): boolean;
  /** The rules by which a user may do something in a namespace, where there are rules. */
  rulesFor?(facts: AccessFacts, user: UserInfo, namespace: string): UserRules;
}

/** What an authoriser knows of a user's rules. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  readonly errors: readonly string[];
  /** There is more that it allows than rules can say. */
  readonly isIncomplete: boolean;
}

export const NO_OPINION: Decision = { decision: 'NoOpinion', reason: '' };
export const ALLOWED: Decision = { decision: 'Allow', reason: '' };

export function noOpinion(reason: string): Decision {
  return { decision: 'NoOpinion', reason };
}

/** Asks one after the other; the first that allows or denies decides. Source: `k8s.io/apiserver/pkg/authorization/union`. */
export function unionDecision(chain: readonly Authorizer[], facts: AccessFacts, attributes: Attributes): Decision {
  const reasons: string[] = [];
  for (const authorizer of chain) {
    const decision = authorizer.authorize(facts, attributes);
    if (decision.decision !== 'NoOpinion') return decision;
    if (decision.reason !== '') reasons.push(decision.reason);
  }
  return reasons.length === 0 ? NO_OPINION : noOpinion(reasons.join('\n'));
}
