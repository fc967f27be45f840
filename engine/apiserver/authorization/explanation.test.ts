import { expect, test } from 'vitest';
import { ControlPlane } from '../../controllers/testing.ts';
import type { StepRecord } from '../../sim/trace.ts';
import { accessRecords } from './access-record.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

function plane(): ControlPlane {
  const made = new ControlPlane();
  const meta = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  made.request('POST', `${RBAC}/namespaces/default/roles`, {
    ...meta,
    kind: 'Role',
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'], resourceNames: ['web'] }],
  });
  for (const namespace of ['default', 'kube-public']) {
    const kind = namespace === 'default' ? 'Role' : 'ClusterRole';
    made.request('POST', `${RBAC}/namespaces/${namespace}/rolebindings`, {
      ...meta,
      kind: 'RoleBinding',
      metadata: { name: 'reads' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: kind === 'Role' ? 'reader' : 'view' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    });
  }
  return made;
}

function asked(made: ControlPlane, path: string) {
  const ask = () => made.request('GET', path, undefined, 'application/json', { 'impersonate-user': 'jane' });
  try {
    ask();
  } catch {
    // A refusal is explained as well.
  }
  const { session } = made;
  return accessRecords(session, session.head.step).map(({ explanation }) => explanation)[0];
}

test('a refusal names the rules that come nearest, and what each lacks', () => {
  const made = plane();
  const refused = asked(made, '/api/v1/namespaces/default/pods/other');
  expect(refused?.decision).toEqual({ decision: 'NoOpinion', reason: '' });
  expect(refused?.authorizers.map(({ mode }) => mode)).toEqual(['system:masters', 'Node', 'RBAC']);
  const [first, second] = refused?.nearest ?? [];
  expect(first).toMatchObject({
    role: { kind: 'Role', name: 'reader', namespace: 'default' },
    binding: { kind: 'RoleBinding', name: 'reads', namespace: 'default' },
    index: 0,
    lacks: ['resourceName'],
  });
  expect(second).toMatchObject({ binding: { name: 'reads', namespace: 'kube-public' }, lacks: ['binding'] });
  expect(refused?.nearest.some(({ role, binding }) => role.name === 'view' && binding === undefined)).toBe(true);
});

test('what is allowed names its rule; components are explained too, also much later', () => {
  const made = plane();
  expect(asked(made, '/api/v1/namespaces/default/pods/web')?.allowedBy).toMatchObject({
    role: { name: 'reader' },
    subject: { kind: 'User', name: 'jane' },
  });
  const { session } = made;
  const publisher = 'kube-controller-manager/root-ca-certificate-publisher';
  const isWrite = ({ component, calls }: StepRecord) =>
    component === publisher && calls.some(({ to }) => to === 'kube-apiserver');
  const step = session.trace(1, session.head.step).find(isWrite)?.step ?? 0;
  const records = () => accessRecords(session, step);
  const [record] = records();
  expect(record).toMatchObject({
    from: publisher,
    explanation: {
      attributes: { user: { name: 'system:serviceaccount:kube-system:root-ca-cert-publisher' }, verb: 'create' },
      decision: {
        decision: 'Allow',
        reason:
          'RBAC: allowed by ClusterRoleBinding "system:controller:root-ca-cert-publisher" of ClusterRole "system:controller:root-ca-cert-publisher" to ServiceAccount "root-ca-cert-publisher/kube-system"',
      },
    },
  });
  session.advance(60_000);
  expect(records()).toEqual([record]);
});
