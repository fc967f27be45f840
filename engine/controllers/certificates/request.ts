import { base64Decode } from '../../base64.ts';
import { type CertificateRequest, parseCertificateRequest } from '../../certificates/request.ts';
import { SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';

export const RESOURCE = 'certificatesigningrequests.certificates.k8s.io';

/** The signers of Kubernetes itself (`k8s.io/api/certificates/v1`). */
export const SIGNERS = {
  client: 'kubernetes.io/kube-apiserver-client',
  kubeletClient: 'kubernetes.io/kube-apiserver-client-kubelet',
  kubeletServing: 'kubernetes.io/kubelet-serving',
  unknown: 'kubernetes.io/legacy-unknown',
} as const;

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
}

export function conditionsOf(object: KubeObject): readonly Condition[] {
  return object.status?.conditions ?? [];
}

export function hasCondition(object: KubeObject, type: string): boolean {
  return conditionsOf(object).some((condition) => condition.type === type && condition.status !== 'False');
}

/** What is asked for. The API server has read it already: what cannot be read is a fault to be told, not to be met. */
export function requestOf(object: KubeObject): CertificateRequest {
  const request = parseCertificateRequest(base64Decode(object.spec.request) ?? '');
  if ('fault' in request) throw new SyncError(`unable to parse csr ${object.metadata.name}: ${request.fault}`);
  return request;
}
