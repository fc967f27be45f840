import { type Implementation, library, type Overload } from './function.ts';
import { objectOf } from './type.ts';
import { EvaluationError, Opaque } from './value.ts';

const AUTHORIZER = 'kubernetes.authorization.Authorizer';
const PATH = 'kubernetes.authorization.PathCheck';
const GROUP = 'kubernetes.authorization.GroupCheck';
const RESOURCE = 'kubernetes.authorization.ResourceCheck';
const DECISION = 'kubernetes.authorization.Decision';

/** What an expression asks the authoriser. */
export interface AuthorizationQuestion {
  /** `undefined` for the user of the request. */
  readonly user?: { readonly name: string; readonly groups: readonly string[] };
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly verb: string;
}

export interface AuthorizationAnswer {
  readonly isAllowed: boolean;
  readonly reason: string;
}

/** Who answers: the server's authoriser. */
export type Authorize = (question: AuthorizationQuestion) => AuthorizationAnswer;

interface Asking {
  readonly authorize: Authorize;
  readonly question: Omit<AuthorizationQuestion, 'verb'>;
}

/** The value of the variable `authorizer`; its `requestResource` is a check of what the request is about. */
export function authorizerValue(authorize: Authorize, request: Omit<AuthorizationQuestion, 'verb'>): Opaque {
  const requestResource = asking(RESOURCE, { authorize, question: request });
  return new Opaque(AUTHORIZER, '', { authorize, question: {} }, { requestResource });
}

function asking(type: string, content: Asking): Opaque {
  return new Opaque(type, JSON.stringify(content.question), content);
}

/** The same question, said more exactly. */
function more(type: string, name: keyof AuthorizationQuestion): Implementation {
  return ({ content }: Opaque, value: string) => {
    const { authorize, question } = content as Asking;
    return asking(type, { authorize, question: { ...question, [name]: value } });
  };
}

function path(authorizer: Opaque, text: string): Opaque {
  if (text === '') throw new EvaluationError('path must not be empty');
  return more(PATH, 'path')(authorizer as never, text as never) as Opaque;
}

function serviceAccount({ content }: Opaque, namespace: string, name: string): Opaque {
  const { authorize, question } = content as Asking;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const user = { name: `system:serviceaccount:${namespace}:${name}`, groups };
  return asking(AUTHORIZER, { authorize, question: { ...question, user } });
}

function check({ content }: Opaque, verb: string): Opaque {
  const { authorize, question } = content as Asking;
  const answer = authorize({ ...question, verb });
  return new Opaque(DECISION, JSON.stringify(answer), answer);
}

/** Selectors narrow what is asked; rules of RBAC do not look at them. */
function same(value: Opaque): Opaque {
  return value;
}

const FUNCTIONS: Readonly<Record<string, Implementation>> = {
  [`path: ${AUTHORIZER}.(string) -> ${PATH}`]: path,
  [`group: ${AUTHORIZER}.(string) -> ${GROUP}`]: more(GROUP, 'group'),
  [`serviceAccount: ${AUTHORIZER}.(string, string) -> ${AUTHORIZER}`]: serviceAccount,
  [`resource: ${GROUP}.(string) -> ${RESOURCE}`]: more(RESOURCE, 'resource'),
  [`subresource: ${RESOURCE}.(string) -> ${RESOURCE}`]: more(RESOURCE, 'subresource'),
  [`namespace: ${RESOURCE}.(string) -> ${RESOURCE}`]: more(RESOURCE, 'namespace'),
  [`name: ${RESOURCE}.(string) -> ${RESOURCE}`]: more(RESOURCE, 'name'),
  [`fieldSelector: ${RESOURCE}.(string) -> ${RESOURCE}`]: same,
  [`labelSelector: ${RESOURCE}.(string) -> ${RESOURCE}`]: same,
  [`check: ${PATH}.(string) -> ${DECISION}`]: check,
  [`check{resource}: ${RESOURCE}.(string) -> ${DECISION}`]: check,
  [`allowed: ${DECISION}.() -> bool`]: ({ content }: Opaque) => (content as AuthorizationAnswer).isAllowed,
  [`reason: ${DECISION}.() -> string`]: ({ content }: Opaque) => (content as AuthorizationAnswer).reason,
  [`errored: ${DECISION}.() -> bool`]: () => false,
  [`error: ${DECISION}.() -> string`]: () => '',
};

/** Source: `k8s.io/apiserver/pkg/cel/library/authz.go`. */
export const AUTHORIZATION: readonly Overload[] = library(FUNCTIONS);

/** The type of the variable `authorizer`. */
export const AUTHORIZER_TYPE = objectOf(AUTHORIZER, { requestResource: objectOf(RESOURCE) });
