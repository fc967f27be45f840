import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Certificate, issueFault, parseCertificate } from '../../certificates/certificate.ts';
import { commonNameOf, organizationsOf } from '../../certificates/name.ts';
import type { Turn } from '../../sim/turn.ts';
import { refuse } from '../call.ts';
import type { ApiRequest, IdentifiedRequest, Status, UserInfo } from '../request.ts';
import { impersonated, isImpersonating } from './impersonation.ts';
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, ANONYMOUS } from './names.ts';
import { ISSUER, identityOfClaims, type TokenIdentity } from './service-account-token.ts';
import { authenticationSettings, clientAuthorities, tokenKeySeed } from './settings.ts';
import { verifiedClaims } from './web-token.ts';

const NOBODY: UserInfo = { name: ANONYMOUS, groups: [ALL_UNAUTHENTICATED] };

/** What whoever is not known is told. */
export const UNAUTHORIZED: Status = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
};

/**
 * Finds out who makes a request, and for whom: a bearer token, a client certificate, or a component of the model, which
 * has shown its certificate already; then impersonation. Refuses with 401 or 403.
 *
 * Kubernetes asks for the certificate first. Here a token wins, as people who say `--token` beside a kubeconfig with a
 * certificate mean the token; on a real cluster it would be ignored without a word.
 */
export function identified(turn: Turn, request: ApiRequest): IdentifiedRequest {
  const { user, headers } = request;
  const isPlain = headers === undefined || (headers.authorization === undefined && !isImpersonating(headers));
  if (user !== undefined && isPlain) return request as IdentifiedRequest;
  const identity = identityOf(turn, request);
  return isImpersonating(headers) ? impersonated(turn, request, identity) : { ...request, user: identity };
}

function identityOf(turn: Turn, { user, headers, clientCertificate }: ApiRequest): UserInfo {
  const [, token] = /^bearer +(\S+)$/i.exec(headers?.authorization?.trim() ?? '') ?? [];
  if (token !== undefined) return userOfToken(turn, token) ?? refuse(UNAUTHORIZED);
  if (clientCertificate !== undefined) return userOfCertificate(turn, clientCertificate) ?? refuse(UNAUTHORIZED);
  if (user !== undefined) return user;
  return authenticationSettings(turn).isAnonymousAllowed ? NOBODY : refuse(UNAUTHORIZED);
}

function userOfToken(turn: Turn, token: string): UserInfo | undefined {
  const identity = identityOfToken(turn, token, [ISSUER]);
  return 'user' in identity ? identity.user : undefined;
}

/** Whose a bearer token is, if it is for one of the audiences. */
export function identityOfToken(turn: Turn, token: string, audiences: readonly string[]): TokenIdentity {
  const settings = authenticationSettings(turn);
  const user = Object.hasOwn(settings.tokens, token) ? settings.tokens[token] : undefined;
  if (user !== undefined) return { user, audiences };
  const claims = verifiedClaims(tokenKeySeed(settings), token);
  if (claims === undefined) return { fault: '' };
  const identity = identityOfClaims(turn, claims);
  if (!('user' in identity)) return identity;
  const common = identity.audiences.filter((audience) => audiences.includes(audience));
  if (common.length > 0) return { user: identity.user, audiences: common };
  return {
    fault: `token audiences ${goList(identity.audiences)} is invalid for the target audiences ${goList(audiences)}`,
  };
}

function goList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

/** A certificate that was read, whose it is, and why it is not the authority's if it is not. */
interface KnownCertificate {
  readonly parsed: Certificate | undefined;
  readonly user: UserInfo;
  readonly fault: string | undefined;
}

/** Certificates come again with each request: they are read and checked once. */
const certificates = new Map<string, KnownCertificate>();
const KNOWN = 256;

function userOfCertificate(turn: Turn, pem: string): UserInfo | undefined {
  const authorities = clientAuthorities(turn);
  const id = `${authorities.map(({ serialNumber }) => serialNumber).join()}${pem}`;
  let known = certificates.get(id);
  if (known === undefined) {
    const parsed = parseCertificate(pem);
    const fault = parsed === undefined ? 'x509: malformed certificate' : faultOf(parsed, authorities);
    known = { parsed, user: certificateUser(parsed), fault };
    if (certificates.size >= KNOWN) certificates.delete(certificates.keys().next().value as string);
    certificates.set(id, known);
  }
  const { parsed, user, fault } = known;
  if (parsed === undefined || fault !== undefined || user.name === '') return undefined;
  const isCurrent = parsed.notBefore <= turn.now && turn.now <= parsed.notAfter;
  return isCurrent && parsed.usages.includes('client auth') ? user : undefined;
}

/** Why none of the authorities has issued a certificate; undefined when one of them has. */
function faultOf(certificate: Certificate, authorities: readonly Certificate[]): string | undefined {
  const faults = authorities.map((authority) => issueFault(certificate, authority));
  return faults.includes(undefined) ? undefined : faults[0];
}

/** Common name and organisations are name and groups (`k8s.io/apiserver/pkg/authentication/request/x509`). */
function certificateUser(certificate: Certificate | undefined): UserInfo {
  if (certificate === undefined) return NOBODY;
  const { subject, bytes } = certificate;
  return {
    name: commonNameOf(subject),
    groups: [...organizationsOf(subject), ALL_AUTHENTICATED],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${bytesToHex(sha256(bytes))}`] },
  };
}
