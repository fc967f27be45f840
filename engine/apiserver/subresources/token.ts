import { extended, type KubeObject } from '../../object.ts';
import { uid } from '../../sim/identity.ts';
import { timestamp } from '../../sim/time.ts';
import { nodeOf } from '../authentication/names.ts';
import { type BoundObject, ISSUER, tokenClaims } from '../authentication/service-account-token.ts';
import { authenticationSettings, tokenKeySeed } from '../authentication/settings.ts';
import { signedToken, unsignedToken } from '../authentication/web-token.ts';
import { type Call, refuse } from '../call.ts';
import { parseBody } from '../codec.ts';
import { badRequest, conflict, invalid as invalidStatus, notFound } from '../errors.ts';
import { getObject } from '../storage.ts';
import { invalid } from '../validation/field.ts';
import type { SubresourceHandler } from './subresource.ts';

const DEFAULT_SECONDS = 3600;
const SHORTEST_SECONDS = 600;
const LONGEST_SECONDS = 2 ** 32;

/** The life that the token of a pod asks for, and what it gets, so that old clients that never read it again still work. */
const POD_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 60 * 60;

interface TokenRequest {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: {
      readonly kind: string;
      readonly apiVersion: string;
      readonly name: string;
      readonly uid?: string;
    };
  };
}

/** Issues a token for a service account. Source: `pkg/registry/core/serviceaccount/storage/token.go`. */
export const token: SubresourceHandler = {
  resources: ['serviceaccounts'],
  create(call) {
    const { spec = {}, metadata = {} } = (parseBody(call.request.body) ?? {}) as TokenRequest;
    checkPlace(call, metadata);
    const account = getObject(call);
    const audiences = spec.audiences?.length ? spec.audiences : [ISSUER];
    const expirationSeconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
    checkSeconds(expirationSeconds);
    const bound = boundObject(call, account, spec);
    const now = Math.floor(call.turn.now / 1000);
    const isExtended = bound?.reference.kind === 'Pod' && expirationSeconds === POD_SECONDS && audiences[0] === ISSUER;
    const claims = tokenClaims({
      account,
      audiences,
      issued: now,
      expires: now + (isExtended ? EXTENDED_SECONDS : expirationSeconds),
      warnAfter: isExtended ? now + expirationSeconds : undefined,
      identifier: uid(() => call.turn.random()),
      bound: bound?.reference,
      node: bound?.node,
    });
    const { name, namespace } = account.metadata;
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: timestamp(call.turn.now) },
      spec: extended(spec, { audiences, expirationSeconds }),
      status: {
        token: tokenFor(call, claims),
        expirationTimestamp: timestamp(call.turn.now + expirationSeconds * 1000),
      },
    };
    return { code: 201, body };
  },
};

/** A kubelet of the model puts its tokens into files, most of which nobody reads: those are signed when they are read. */
function tokenFor(call: Call, claims: ReturnType<typeof tokenClaims>): string {
  const seed = tokenKeySeed(authenticationSettings(call.turn));
  const isForFile = call.turn.caller?.startsWith('kubelet/') && nodeOf(call.request.user) !== undefined;
  return isForFile ? unsignedToken(seed, claims) : signedToken(seed, claims);
}

/** A body that says whose token it wants has to say what the path says. */
function checkPlace(call: Call, metadata: NonNullable<TokenRequest['metadata']>): void {
  for (const field of PLACE) {
    const given = metadata[field] ?? '';
    if (given === '' || given === call[field]) continue;
    const error = invalid(`metadata.${field}`, given, `must match the service account ${field} if specified`);
    refuse(invalidStatus({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, call.name, [error]));
  }
}

const PLACE = ['name', 'namespace'] as const;

function checkSeconds(seconds: number): void {
  const field = 'spec.expirationSeconds';
  const isShort = seconds < SHORTEST_SECONDS;
  if (!isShort && seconds <= LONGEST_SECONDS) return;
  const why = isShort
    ? 'may not specify a duration less than 10 minutes'
    : 'may not specify a duration larger than 2^32 seconds';
  refuse(invalidStatus({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [invalid(field, seconds, why)]));
}

interface Bound {
  readonly reference: BoundObject;
  readonly node: { readonly name: string; readonly uid: string } | undefined;
}

/** Finds the object that the token is to live and die with. */
function boundObject(
  call: Call,
  account: KubeObject,
  { boundObjectRef: given }: NonNullable<TokenRequest['spec']>,
): Bound | undefined {
  if (given === undefined) return undefined;
  const { kind, apiVersion, name } = given;
  const resource = apiVersion === 'v1' ? RESOURCES[kind as BoundObject['kind']] : undefined;
  if (resource === undefined) refuse(badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`));
  const { namespace = '' } = account.metadata;
  const stored = call.turn.store.get(resource, kind === 'Node' ? '' : namespace, name);
  if (stored === undefined) refuse(notFound({ group: '', plural: resource, kind }, name));
  const found = stored.metadata.uid;
  if (given.uid !== undefined && given.uid !== '' && given.uid !== found) {
    const why = `the UID in the bound object reference (${given.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    refuse(conflict({ group: '', plural: kind, kind }, name, why));
  }
  if (kind === 'Pod' && stored.spec.serviceAccountName !== account.metadata.name) {
    refuse(
      badRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name)} to pod running with different serviceaccount name.`,
      ),
    );
  }
  const node = kind === 'Pod' ? nodeOfPod(call, stored) : undefined;
  return { reference: { kind: kind as BoundObject['kind'], name, uid: found }, node };
}

const RESOURCES = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' } as const;

function nodeOfPod(call: Call, pod: KubeObject): Bound['node'] {
  const name: string | undefined = pod.spec.nodeName;
  if (!name) return undefined;
  return { name, uid: call.turn.store.get('nodes', '', name)?.metadata.uid ?? '' };
}
