import { base64Encode } from '../../base64.ts';
import { certificateAuthority } from '../../certificates/authority.ts';
import { issueCertificate } from '../../certificates/certificate.ts';
import type { CertificateRequest } from '../../certificates/request.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { ClusterConfig } from '../../config.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { conditionsOf, hasCondition, RESOURCE, requestOf } from './request.ts';
import { SIGNER_RULES } from './signers.ts';

const MINUTE = 60_000;
/** `--cluster-signing-duration`. */
const LONGEST = 365 * 24 * 60 * MINUTE;
/** Nobody gets less, whatever he asks for. */
const SHORTEST = 10 * MINUTE;
/** Certificates begin a little in the past, for clocks that are slow; short ones last as long as asked for all the same. */
const BACKDATE = 5 * MINUTE;
const SHORT = 8 * 60 * MINUTE;

/** Signs what has been approved for one of Kubernetes' own signers (`pkg/controller/certificates/signer`). */
export const certificateSigningController = controller({
  name: 'certificatesigningrequest-signing-controller',
  watches: [{ resource: RESOURCE }],
  keysOf: (_turn, _resource, { type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]),
  sync: syncRequest,
});

/** Signs a request, or says why not. */
export function syncRequest(turn: Turn, client: Client, key: string): void {
  const object = turn.cache(RESOURCE).get('', key);
  if (object === undefined || object.status?.certificate) return;
  const rule = SIGNER_RULES[object.spec.signerName];
  if (rule === undefined || !hasCondition(object, 'Approved') || hasCondition(object, 'Failed')) return;
  if (hasCondition(object, 'Denied')) return;
  const request = requestOf(object);
  const fault = rule(request, object.spec.usages ?? []);
  const status = fault === undefined ? { certificate: signed(turn, object, request) } : failed(turn, object, fault);
  client.updateStatus(RESOURCE, { ...object, status: { ...object.status, ...status } });
}

function failed(turn: Turn, object: KubeObject, message: string): object {
  const condition = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message,
    lastUpdateTime: timestamp(turn.now),
  };
  return { conditions: [...conditionsOf(object), condition] };
}

function signed(turn: Turn, { spec }: KubeObject, request: CertificateRequest): string {
  const authority = certificateAuthority(turn.call('world', { kind: 'config' }) as ClusterConfig);
  const lifetime = lifetimeOf(spec.expirationSeconds);
  const notBefore = turn.now - BACKDATE;
  const notAfter = lifetime < SHORT ? turn.now + lifetime : notBefore + lifetime;
  const { subject, publicKeyInfo, dnsNames, ipAddresses, emailAddresses, uris } = request;
  return base64Encode(
    issueCertificate(authority, {
      subject: subject.bytes,
      publicKeyInfo,
      dnsNames,
      ipAddresses,
      emailAddresses,
      uris,
      usages: spec.usages ?? [],
      notBefore,
      notAfter: Math.min(notAfter, authority.parsed.notAfter),
    }),
  );
}

function lifetimeOf(seconds: number | undefined): number {
  if (seconds === undefined) return LONGEST;
  return Math.min(LONGEST, Math.max(SHORTEST, seconds * 1000));
}
