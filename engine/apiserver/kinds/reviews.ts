import { defineKind } from './define.ts';
import type { Kind } from './kind.ts';

/** Questions to the server: they are posted, answered and forgotten. `authorization/reviews.ts` answers them. */
function defineReview(group: string, kind: string, namespaced = false): Kind {
  return defineKind({ group, version: 'v1', kind, plural: `${kind.toLowerCase()}s`, namespaced, verbs: ['create'] });
}

const AUTHENTICATION = 'authentication.k8s.io';
const AUTHORIZATION = 'authorization.k8s.io';

export const selfSubjectReview = defineReview(AUTHENTICATION, 'SelfSubjectReview');
export const tokenReview = defineReview(AUTHENTICATION, 'TokenReview');
export const localSubjectAccessReview = defineReview(AUTHORIZATION, 'LocalSubjectAccessReview', true);
export const selfSubjectAccessReview = defineReview(AUTHORIZATION, 'SelfSubjectAccessReview');
export const selfSubjectRulesReview = defineReview(AUTHORIZATION, 'SelfSubjectRulesReview');
export const subjectAccessReview = defineReview(AUTHORIZATION, 'SubjectAccessReview');
