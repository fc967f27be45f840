import type { Attributes } from '../attributes.ts';
import type { Authorizer, Decision } from '../authorizer.ts';
import { NO_OPINION, noOpinion } from '../authorizer.ts';
import { aggregated, type Grant, grantText } from './binding.ts';
import { ruleAllows } from './rule.ts';

/** Allows what a rule of some role bound to the user allows. Source: `plugin/pkg/auth/authorizer/rbac/rbac.go`. */
export const rbac: Authorizer = {
  mode: 'RBAC',
  authorize(facts, attributes) {
    const errors: string[] = [];
    for (const scope of scopesOf(attributes)) {
      for (const grant of facts.grants(attributes.user, scope)) {
        if (grant.error !== undefined) errors.push(grant.error);
        if (grant.rules.some((rule) => ruleAllows(rule, attributes))) return allowedBy(grant);
      }
    }
    return errors.length === 0 ? NO_OPINION : noOpinion(`RBAC: ${aggregated(errors)}`);
  },
  allowsEverywhere(facts, attributes) {
    return facts
      .grants(attributes.user, '')
      .some(({ rules }) => rules.some((rule) => !rule.resourceNames?.length && ruleAllows(rule, attributes)));
  },
  rulesFor(facts, user, namespace) {
    const grants = scopesOf({ namespace }).flatMap((scope) => facts.grants(user, scope));
    return {
      rules: grants.flatMap(({ rules }) => rules),
      errors: grants.flatMap(({ error }) => error ?? []),
      isIncomplete: false,
    };
  },
};

function allowedBy(grant: Grant): Decision {
  return { decision: 'Allow', reason: `RBAC: allowed by ${grantText(grant)}` };
}

/** Where rules for a request may come from: everywhere, and the request's own namespace. */
export function scopesOf({ namespace }: Pick<Attributes, 'namespace'>): readonly string[] {
  return namespace === '' ? [''] : ['', namespace];
}
