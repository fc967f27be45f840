import type { KubeObject } from '../../object.ts';
import { identityOfToken } from '../authentication/authenticate.ts';
import { ISSUER } from '../authentication/service-account-token.ts';
import { type Call, refuse } from '../call.ts';
import { decodeBody } from '../codec.ts';
import { badRequest, invalid as invalidStatus } from '../errors.ts';
import type { Kind } from '../kinds/kind.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
  tokenReview,
} from '../kinds/reviews.ts';
import type { UserInfo } from '../request.ts';
import { withNamespace, withOwner } from '../verbs/create.ts';
import { decide } from './access.ts';
import type { Attributes } from './attributes.ts';
import { aggregated } from './rbac/binding.ts';
import { accessFaults } from './review-validation.ts';
import { rulesReview } from './rules-review.ts';
import { rememberVisitor } from './visitor.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Fields = any;

type Answer = (call: Call, review: KubeObject) => Fields;

const ANSWERS: ReadonlyMap<Kind, Answer> = new Map<Kind, Answer>([
  [selfSubjectReview, ({ request }) => ({ userInfo: userFields(request.user) })],
  [tokenReview, tokenStatus],
  [localSubjectAccessReview, localStatus],
  [selfSubjectAccessReview, (call, review) => accessStatus(call, review, call.request.user)],
  [subjectAccessReview, (call, review) => accessStatus(call, review, reviewedUser(review.spec))],
  [selfSubjectRulesReview, rulesStatus],
]);

/** The answer to a review; `undefined` for kinds whose objects are stored. */
export function reviewAnswer(call: Call): KubeObject | undefined {
  const answer = ANSWERS.get(call.kind);
  if (answer === undefined) return undefined;
  const decoded = decodeBody(call, call.request.body);
  const review = withOwner(call, withNamespace(call, { ...decoded, metadata: decoded.metadata ?? {} }));
  const status = answer(call, review);
  // The list of rules comes back without what was asked (`selfsubjectrulesreview/rest.go`).
  return call.kind === selfSubjectRulesReview ? { ...review, spec: {}, status } : { ...review, status };
}

function userFields({ name, uid, groups, extra }: UserInfo): Fields {
  return { username: name, ...(uid ? { uid } : {}), groups, ...(extra === undefined ? {} : { extra }) };
}

/** Source: `pkg/registry/authentication/tokenreview/storage.go`. */
function tokenStatus({ turn }: Call, { spec }: KubeObject): Fields {
  if (!spec?.token) refuse(badRequest('token is required for TokenReview in authentication'));
  const audiences: readonly string[] = spec.audiences?.length ? spec.audiences : [ISSUER];
  const identity = identityOfToken(turn, spec.token, audiences);
  if ('user' in identity) {
    return { authenticated: true, user: userFields(identity.user), audiences: identity.audiences };
  }
  const errors = ['invalid bearer token', ...(identity.fault === '' ? [] : [identity.fault])];
  return { user: {}, error: aggregated(errors) };
}

function reviewedUser({ user = '', groups = [], uid, extra }: Fields): UserInfo {
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function accessStatus(call: Call, review: KubeObject, user: UserInfo): Fields {
  const errors = accessFaults(review);
  if (errors.length > 0) refuse(invalidStatus(call.kind, review.metadata.name ?? '', errors));
  const attributes = reviewedAttributes(review.spec, user);
  rememberVisitor(call.turn, attributes);
  const { decision, reason } = decide(call.turn, attributes);
  return {
    allowed: decision === 'Allow',
    ...(decision === 'Deny' ? { denied: true } : {}),
    ...(reason === '' ? {} : { reason }),
  };
}

function localStatus(call: Call, review: KubeObject): Fields {
  if (call.namespace === '') refuse(badRequest(`namespace is required on this type: ${call.namespace}`));
  return accessStatus(call, review, reviewedUser(review.spec));
}

function reviewedAttributes({ resourceAttributes, nonResourceAttributes }: Fields, user: UserInfo): Attributes {
  if (nonResourceAttributes) {
    const { verb = '', path = '' } = nonResourceAttributes;
    return { user, verb, path, apiGroup: '', resource: '', subresource: '', namespace: '', name: '' };
  }
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes;
  const selector = fieldSelectorOf(resourceAttributes.fieldSelector);
  return {
    user,
    verb,
    apiGroup: group,
    resource,
    subresource,
    namespace,
    name,
    ...(selector === undefined ? {} : { fieldSelector: selector }),
  };
}

function fieldSelectorOf(selector: Fields): string | undefined {
  if (!selector) return undefined;
  if (selector.rawSelector) return selector.rawSelector;
  const exact = (selector.requirements ?? []).filter(
    ({ operator, values }: Fields) => operator === 'In' && values?.length === 1,
  );
  return exact.map(({ key, values }: Fields) => `${key}=${values[0]}`).join(',');
}

/** Source: `pkg/registry/authorization/selfsubjectrulesreview/rest.go`. */
function rulesStatus({ turn, request }: Call, { spec }: KubeObject): Fields {
  if (!spec?.namespace) refuse(badRequest('no namespace on request'));
  return rulesReview(turn, request.user, spec.namespace);
}
