import { commonNameOf } from '../../certificates/name.ts';
import type { Client } from '../../client/client.ts';
import { controller, SyncError } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { conditionsOf, hasCondition, RESOURCE, requestOf, SIGNERS } from './request.ts';
import { kubeletClientFault } from './signers.ts';

/** A kind of request that is approved without asking anybody, if who asks may create the subresource. */
interface Recognizer {
  readonly subresource: string;
  readonly message: string;
  readonly isOwn: boolean;
}

const RECOGNIZERS: readonly Recognizer[] = [
  {
    subresource: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
    isOwn: true,
  },
  {
    subresource: 'nodeclient',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
    isOwn: false,
  },
];

/** Approves the client certificates of kubelets that may have one (`pkg/controller/certificates/approver`). */
export const certificateApprovingController = controller({
  name: 'certificatesigningrequest-approving-controller',
  watches: [{ resource: RESOURCE }],
  keysOf: (_turn, _resource, { type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]),
  sync: approveRequest,
});

/** Approves a request that is recognised and allowed. */
export function approveRequest(turn: Turn, client: Client, key: string): void {
  const object = turn.cache(RESOURCE).get('', key);
  if (object === undefined || object.spec.signerName !== SIGNERS.kubeletClient || object.status?.certificate) return;
  if (hasCondition(object, 'Approved') || hasCondition(object, 'Denied')) return;
  const request = requestOf(object);
  if (kubeletClientFault(request, object.spec.usages ?? []) !== undefined) return;
  const isOwn = commonNameOf(request.subject) === object.spec.username;
  const tried = RECOGNIZERS.filter((recognizer) => isOwn || !recognizer.isOwn);
  const found = tried.find((recognizer) => isAllowed(client, object, recognizer));
  if (found === undefined) {
    const names = tried.map(({ subresource }) => subresource).join(' ');
    throw new SyncError(`recognized csr "${key}" as [${names}] but subject access review was not approved`);
  }
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'AutoApproved',
    message: found.message,
    lastUpdateTime: timestamp(turn.now),
  };
  const status = { ...object.status, conditions: [...conditionsOf(object), condition] };
  client.updateSubresource(RESOURCE, { ...object, status }, 'approval');
}

function isAllowed(client: Client, { spec }: KubeObject, { subresource }: Recognizer): boolean {
  const review = client.create('subjectaccessreviews.authorization.k8s.io', '', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: {
      user: spec.username,
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.groups === undefined ? {} : { groups: spec.groups }),
      ...(spec.extra === undefined ? {} : { extra: spec.extra }),
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  });
  return review.status.allowed === true;
}
