import type { Turn } from '../../sim/turn.ts';
import type { UserInfo } from '../request.ts';
import { accessFacts, authorizers } from './access.ts';
import { aggregated } from './rbac/binding.ts';

/** What a user may do in a namespace, as far as rules say so: the status of a SelfSubjectRulesReview. */
export function rulesReview(turn: Turn, user: UserInfo, namespace: string): object {
  const facts = accessFacts(turn);
  const answers = authorizers(turn).flatMap(({ rulesFor }) => rulesFor?.(facts, user, namespace) ?? []);
  const rules = answers.flatMap((answer) => answer.rules);
  const errors = answers.flatMap((answer) => answer.errors);
  return {
    resourceRules: rules
      .filter(({ resources }) => (resources?.length ?? 0) > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        ...(apiGroups === undefined ? {} : { apiGroups }),
        resources,
        ...(resourceNames?.length ? { resourceNames } : {}),
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => (nonResourceURLs?.length ?? 0) > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: answers.some(({ isIncomplete }) => isIncomplete),
    ...(errors.length === 0 ? {} : { evaluationError: aggregated(errors) }),
  };
}
