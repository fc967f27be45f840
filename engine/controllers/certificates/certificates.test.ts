import { expect, test } from 'vitest';
import { base64Decode, base64Encode } from '../../base64.ts';
import { certificateAuthority } from '../../certificates/authority.ts';
import { issueFault, parseCertificate } from '../../certificates/certificate.ts';
import { ellipticKey } from '../../certificates/elliptic.ts';
import { commonNameOf, subjectName } from '../../certificates/name.ts';
import { certificateRequest } from '../../certificates/request.ts';
import type { KubeObject } from '../../object.ts';
import { ControlPlane } from '../testing.ts';

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const NODE_USAGES = ['digital signature', 'client auth'];

interface Asked {
  readonly name: string;
  readonly signerName: string;
  readonly subject?: Uint8Array;
  readonly usages?: readonly string[];
  readonly as?: string;
}

function ask(plane: ControlPlane, { name, signerName, subject, usages = ['client auth'], as }: Asked): KubeObject {
  const request = certificateRequest(ellipticKey(name), subject ?? subjectName('jane', ['devs']));
  const headers: Record<string, string> =
    as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': 'system:nodes' };
  const body = {
    kind: 'CertificateSigningRequest',
    apiVersion: 'certificates.k8s.io/v1',
    metadata: { name },
    spec: { request: base64Encode(request), signerName, usages, expirationSeconds: 86_400 },
  };
  return plane.request('POST', PATH, body, 'application/json', headers);
}

function approve(plane: ControlPlane, name: string, headers: Record<string, string> = {}): KubeObject {
  const present = plane.request('GET', `${PATH}/${name}`);
  const conditions = [{ type: 'Approved', status: 'True', reason: 'Test', message: 'approved' }];
  const body = { ...present, status: { conditions } };
  return plane.request('PUT', `${PATH}/${name}/approval`, body, 'application/json', headers);
}

function status(plane: ControlPlane, name: string): KubeObject['status'] {
  return plane.request('GET', `${PATH}/${name}`).status;
}

test('what is approved is signed by the cluster, for as long as was asked', () => {
  const plane = new ControlPlane();
  ask(plane, { name: 'jane', signerName: 'kubernetes.io/kube-apiserver-client' });
  plane.session.advance(5000);
  expect(status(plane, 'jane')).toEqual({});
  approve(plane, 'jane');
  plane.session.advance(5000);
  const certificate = parseCertificate(base64Decode(status(plane, 'jane').certificate) ?? '');
  if (certificate === undefined) throw new Error('not signed');
  expect(commonNameOf(certificate.subject)).toBe('jane');
  expect(certificate.usages).toEqual(['client auth']);
  expect(certificate.notAfter - certificate.notBefore).toBe(86_400_000);
  expect(issueFault(certificate, certificateAuthority(plane.session.config).parsed)).toBeUndefined();
});

test('a signer says why it does not sign; strange signers are left alone', () => {
  const plane = new ControlPlane();
  ask(plane, { name: 'bad', signerName: 'kubernetes.io/kube-apiserver-client', usages: ['server auth'] });
  ask(plane, { name: 'serving', signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth'] });
  ask(plane, { name: 'custom', signerName: 'example.com/mine' });
  for (const name of ['bad', 'serving', 'custom']) approve(plane, name);
  plane.session.advance(5000);
  expect(status(plane, 'bad').conditions[1]).toMatchObject({
    type: 'Failed',
    reason: 'SignerValidationFailure',
    message: 'invalid usage for client certificate: server auth',
  });
  expect(status(plane, 'serving').conditions[1].message).toBe('subject organization is not system:nodes');
  expect(status(plane, 'custom')).not.toHaveProperty('certificate');
});

test("a node's own client certificate is approved where its group may create it", () => {
  const plane = new ControlPlane();
  const subject = subjectName('system:node:node-7', ['system:nodes']);
  const node = { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', subject, usages: NODE_USAGES };
  ask(plane, { ...node, name: 'before', as: 'system:node:node-7' });
  plane.session.advance(5000);
  expect(status(plane, 'before')).toEqual({});
  plane.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    kind: 'ClusterRoleBinding',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name: 'rotation' },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  });
  ask(plane, { ...node, name: 'after', as: 'system:node:node-7' });
  plane.session.advance(5000);
  expect(status(plane, 'after')).toMatchObject({
    certificate: expect.any(String),
    conditions: [
      {
        type: 'Approved',
        reason: 'AutoApproved',
        message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
      },
    ],
  });
});

test('requests are removed an hour after they were decided, a day after nobody did', () => {
  const plane = new ControlPlane();
  ask(plane, { name: 'done', signerName: 'kubernetes.io/kube-apiserver-client' });
  ask(plane, { name: 'waiting', signerName: 'kubernetes.io/kube-apiserver-client' });
  approve(plane, 'done');
  const names = () => plane.list(PATH).map(({ metadata }) => metadata.name);
  plane.session.advance(2.5 * 3_600_000);
  expect(names()).toEqual(['waiting']);
  plane.session.advance(24 * 3_600_000);
  expect(names()).toEqual([]);
});

test('approving needs the verb for the signer; system:masters cannot be asked for', () => {
  const plane = new ControlPlane();
  ask(plane, { name: 'jane', signerName: 'kubernetes.io/kube-apiserver-client' });
  const rules = [
    { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'], verbs: ['update'] },
  ];
  const policy = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'approver' } };
  const access = '/apis/rbac.authorization.k8s.io/v1';
  plane.request('POST', `${access}/clusterroles`, { ...policy, kind: 'ClusterRole', rules });
  plane.request('POST', `${access}/clusterrolebindings`, {
    ...policy,
    kind: 'ClusterRoleBinding',
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'approver' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'tom' }],
  });
  const asTom = { 'impersonate-user': 'tom' };
  expect(() => approve(plane, 'jane', asTom)).toThrow(
    'user not permitted to approve requests with signerName \\"kubernetes.io/kube-apiserver-client\\"',
  );
  const subject = subjectName('root', ['system:masters']);
  expect(() => ask(plane, { name: 'root', signerName: 'kubernetes.io/kube-apiserver-client', subject })).toThrow(
    'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
});

test('aggregated roles have the rules of their parts', () => {
  const plane = new ControlPlane();
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  const rules = (name: string) => plane.request('GET', `${roles}/${name}`).rules as readonly { resources?: string[] }[];
  const has = (name: string, resource: string) => rules(name).some(({ resources }) => resources?.includes(resource));
  expect(has('view', 'pods')).toBe(true);
  expect(has('view', 'secrets')).toBe(false);
  expect(has('edit', 'secrets')).toBe(true);
  expect(has('edit', 'pods/log')).toBe(true);
  expect(has('admin', 'rolebindings')).toBe(true);
  plane.request('POST', roles, {
    kind: 'ClusterRole',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name: 'crontabs', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [{ apiGroups: ['stable.example.com'], resources: ['crontabs'], verbs: ['get'] }],
  });
  plane.session.advance(5000);
  expect(['view', 'edit', 'admin'].map((name) => has(name, 'crontabs'))).toEqual([true, true, true]);
});
