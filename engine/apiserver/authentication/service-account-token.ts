import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { UserInfo } from '../request.ts';
import { quote } from '../validation/field.ts';
import { ALL_AUTHENTICATED, serviceAccountGroups, serviceAccountName } from './names.ts';
import type { Claims } from './web-token.ts';

/** Who issues the cluster's tokens, and for whom when a request does not say: `--service-account-issuer`. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** Issuer of tokens in Secrets, which never expire. */
export const LEGACY_ISSUER = 'kubernetes/serviceaccount';

/** The object that a token lives and dies with. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}

/** The node that the pod of a token runs on. */
export interface TokenNode {
  readonly name: string;
  readonly uid: string;
}

/** What a token is made of. Times are whole seconds since the Unix epoch. */
export interface TokenContent {
  readonly account: KubeObject;
  readonly audiences: readonly string[];
  readonly issued: number;
  readonly expires: number;
  /** From then on its use is only suffered: the life of a pod's token is longer than asked for. */
  readonly warnAfter: number | undefined;
  readonly identifier: string;
  readonly bound: BoundObject | undefined;
  readonly node: TokenNode | undefined;
}

interface PrivateClaims {
  readonly namespace?: string;
  readonly serviceaccount?: { readonly name: string; readonly uid: string };
  readonly pod?: TokenNode;
  readonly secret?: TokenNode;
  readonly node?: TokenNode;
}

/** The claims of a token (`pkg/serviceaccount/claims.go`), names sorted as Go writes them. */
export function tokenClaims(content: TokenContent): Claims {
  const { account, audiences, issued, expires, identifier } = content;
  const { name, namespace = '' } = account.metadata;
  return {
    aud: audiences,
    exp: expires,
    iat: issued,
    iss: ISSUER,
    jti: identifier,
    'kubernetes.io': privateClaims(content),
    nbf: issued,
    sub: serviceAccountName(namespace, name),
  };
}

function privateClaims({ account, warnAfter, bound, node }: TokenContent): object {
  const { name, namespace = '', uid } = account.metadata;
  const reference = bound && { name: bound.name, uid: bound.uid };
  const claims: Record<string, unknown> = { namespace };
  if (node !== undefined) claims.node = node;
  else if (bound?.kind === 'Node') claims.node = reference;
  if (bound?.kind === 'Pod') claims.pod = reference;
  if (bound?.kind === 'Secret') claims.secret = reference;
  claims.serviceaccount = { name, uid };
  if (warnAfter !== undefined) claims.warnafter = warnAfter;
  return claims;
}

/** Whom a token stands for, and for which audiences; or why it stands for nobody (any more). */
export type TokenIdentity =
  | { readonly user: UserInfo; readonly audiences: readonly string[] }
  | { readonly fault: string };

/** Seconds for which a pod on its way out still may use its token: `pkg/serviceaccount/claims.go`. */
const GRACE_SECONDS = 60;

/** Judges the claims of a token whose signature holds. */
export function identityOfClaims(turn: Turn, claims: Claims): TokenIdentity {
  return claims.iss === LEGACY_ISSUER ? identityOfLegacy(turn, claims) : identityOfBound(turn, claims);
}

function identityOfBound(turn: Turn, claims: Claims): TokenIdentity {
  const now = turn.now / 1000;
  if (claims.iss !== ISSUER) return { fault: 'invalid bearer token' };
  if (now > (claims.exp as number)) return { fault: 'service account token has expired' };
  if (now < (claims.nbf as number)) return { fault: 'service account token is not valid yet' };
  const own = (claims['kubernetes.io'] ?? {}) as PrivateClaims;
  const { namespace = '', serviceaccount: account, pod, secret, node } = own;
  if (account === undefined || claims.sub !== serviceAccountName(namespace, account.name)) {
    return { fault: 'service account UID is required' };
  }
  const fault =
    accountFault(turn, namespace, account) ??
    (secret && boundFault(turn, 'secrets', namespace, secret)) ??
    (pod && boundFault(turn, 'pods', namespace, pod)) ??
    (node && pod === undefined ? boundFault(turn, 'nodes', '', node) : undefined);
  if (fault !== undefined) return { fault };
  const extra = {
    'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
    ...(node && { 'authentication.kubernetes.io/node-name': [node.name] }),
    ...(node?.uid && { 'authentication.kubernetes.io/node-uid': [node.uid] }),
    ...(pod && { 'authentication.kubernetes.io/pod-name': [pod.name] }),
    ...(pod && { 'authentication.kubernetes.io/pod-uid': [pod.uid] }),
  };
  return { user: accountUser(namespace, account, extra), audiences: claims.aud as readonly string[] };
}

function accountUser(
  namespace: string,
  { name, uid }: TokenNode,
  extra?: Readonly<Record<string, readonly string[]>>,
): UserInfo {
  const groups = [...serviceAccountGroups(namespace), ALL_AUTHENTICATED];
  return { name: serviceAccountName(namespace, name), uid, groups, ...(extra === undefined ? {} : { extra }) };
}

function accountFault(turn: Turn, namespace: string, account: TokenNode): string | undefined {
  const stored = turn.store.get('serviceaccounts', namespace, account.name);
  if (stored === undefined) return `serviceaccounts ${quote(account.name)} not found`;
  if (isGone(turn, stored)) return 'service account token has been invalidated';
  return stored.metadata.uid === account.uid
    ? undefined
    : `service account UID (${stored.metadata.uid}) does not match claim (${account.uid})`;
}

function boundFault(turn: Turn, resource: string, namespace: string, { name, uid }: TokenNode): string | undefined {
  const stored = turn.store.get(resource, namespace, name);
  if (stored === undefined || isGone(turn, stored)) return 'service account token has been invalidated';
  const kind = resource.slice(0, -1);
  return stored.metadata.uid === uid
    ? undefined
    : `${kind} UID (${stored.metadata.uid}) does not match service account ${kind} ref claim (${uid})`;
}

function isGone(turn: Turn, { metadata }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  return Date.parse(metadata.deletionTimestamp) < turn.now - GRACE_SECONDS * 1000;
}

/** Claims of a token in a Secret. */
export function legacyClaims(account: KubeObject, secret: string): Claims {
  const { name, namespace = '', uid } = account.metadata;
  return {
    iss: LEGACY_ISSUER,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret,
    'kubernetes.io/serviceaccount/service-account.name': name,
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: serviceAccountName(namespace, name),
  };
}

/** A token in a Secret is good while the Secret and the account are there. Source: `pkg/serviceaccount/legacy.go`. */
function identityOfLegacy(turn: Turn, claims: Claims): TokenIdentity {
  const claim = (name: string): string => String(claims[`kubernetes.io/serviceaccount/${name}`] ?? '');
  const namespace = claim('namespace');
  const account = { name: claim('service-account.name'), uid: claim('service-account.uid') };
  const secret = turn.store.get('secrets', namespace, claim('secret.name'));
  if (secret === undefined) return { fault: 'service account token has been invalidated' };
  if (isGone(turn, secret)) return { fault: 'service account token has been invalidated' };
  const fault = accountFault(turn, namespace, account);
  return fault === undefined ? { user: accountUser(namespace, account), audiences: [ISSUER] } : { fault };
}
