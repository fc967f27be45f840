import { PRIVILEGED_GROUP } from '../authentication/names.ts';
import { ALLOWED, type Authorizer, NO_OPINION, noOpinion } from './authorizer.ts';
import { ALL } from './rbac/rule.ts';

/** Comes before all modes: the group `system:masters` may do anything. */
export const privilegedGroups: Authorizer = {
  mode: 'system:masters',
  authorize: (_facts, { user }) => (user.groups.includes(PRIVILEGED_GROUP) ? ALLOWED : NO_OPINION),
  allowsEverywhere: (_facts, { user }) => user.groups.includes(PRIVILEGED_GROUP),
};

export const alwaysAllow: Authorizer = {
  mode: 'AlwaysAllow',
  authorize: () => ALLOWED,
  allowsEverywhere: () => true,
  rulesFor: () => ({ rules: EVERYTHING, errors: [], isIncomplete: false }),
};

const EVERYTHING = [
  { verbs: [ALL], apiGroups: [ALL], resources: [ALL] },
  { verbs: [ALL], nonResourceURLs: [ALL] },
];

export const alwaysDeny: Authorizer = {
  mode: 'AlwaysDeny',
  authorize: () => noOpinion('Everything is forbidden.'),
  allowsEverywhere: () => false,
};
