import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64Encode, base64OfBytes } from '../../base64.ts';
import type { KubeObject } from '../../object.ts';
import { hex, uid } from '../../sim/identity.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { type Call, refuse } from '../call.ts';
import { parseBody } from '../codec.ts';
import { invalid as invalidStatus } from '../errors.ts';
import { getObject } from '../storage.ts';
import { invalid } from '../validation/field.ts';
import type { SubresourceHandler } from './subresource.ts';

/** Who issues tokens, and for whom when a request does not say. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const DEFAULT_SECONDS = 3600;
const SHORTEST_SECONDS = 600;
const LONGEST_SECONDS = 2 ** 32;

interface TokenRequest {
  readonly spec?: { readonly audiences?: readonly string[]; readonly expirationSeconds?: number };
}

/** Issues a token for a service account. Source: `pkg/registry/core/serviceaccount/storage/token.go`. */
export const token: SubresourceHandler = {
  resources: ['serviceaccounts'],
  create(call) {
    const account = getObject(call);
    const { spec = {} } = parseBody(call.request.body) as TokenRequest;
    const audiences = spec.audiences ?? [ISSUER];
    const expirationSeconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
    checkSeconds(expirationSeconds);
    const status = {
      token: signedToken(call, account, audiences, expirationSeconds),
      expirationTimestamp: timestamp(call.turn.now + expirationSeconds * 1000),
    };
    const { name, namespace, creationTimestamp } = { ...account.metadata, creationTimestamp: timestamp(call.turn.now) };
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp },
      spec: { ...spec, audiences, expirationSeconds },
      status,
    };
    return { code: 201, body };
  },
};

function checkSeconds(seconds: number): void {
  const field = 'spec.expirationSeconds';
  const isShort = seconds < SHORTEST_SECONDS;
  if (!isShort && seconds <= LONGEST_SECONDS) return;
  const why = isShort
    ? 'may not specify a duration less than 10 minutes'
    : 'may not specify a duration larger than 2^32 seconds';
  refuse(invalidStatus({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [invalid(field, seconds, why)]));
}

/** A JSON Web Token with the claims of a bound service account token, signed with the server's own key. */
function signedToken(call: Call, account: KubeObject, audiences: readonly string[], seconds: number): string {
  const { turn } = call;
  const issued = Math.floor(turn.now / 1000);
  const { name, namespace } = account.metadata;
  const claims = {
    aud: audiences,
    exp: issued + seconds,
    iat: issued,
    iss: ISSUER,
    jti: uid(() => turn.random()),
    'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const content = `${urlSafe(base64Encode(JSON.stringify({ alg: 'HS256' })))}.${urlSafe(base64Encode(JSON.stringify(claims)))}`;
  return `${content}.${urlSafe(base64OfBytes(hmac(sha256, utf8ToBytes(signingKey(turn)), utf8ToBytes(content))))}`;
}

/** Made once; kept as long as the server runs. */
function signingKey(turn: Turn): string {
  const present = turn.memory.get<string>('signing-key');
  if (present !== undefined) return present;
  const key = hex(() => turn.random(), 64);
  turn.memory.set('signing-key', key);
  return key;
}

function urlSafe(encoded: string): string {
  return encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
