import { expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import type { UserInfo } from './request.ts';
import { ADMIN, TestServer } from './testing.ts';

const FLOW = '/apis/flowcontrol.apiserver.k8s.io/v1';
const JANE: UserInfo = { name: 'jane', groups: ['system:authenticated'] };

/** The names of the FlowSchema and the priority level that an answer's headers tell. */
function flowOf(server: TestServer, user: UserInfo, path: string): readonly (string | undefined)[] {
  const { headers = {} } = server.send({ method: 'GET', path, user });
  const nameOf = (plural: string, uid: string | undefined) =>
    (server.get(`${FLOW}/${plural}`).body as { readonly items: readonly KubeObject[] }).items.find(
      ({ metadata }) => metadata.uid === uid,
    )?.metadata.name;
  return [
    nameOf('flowschemas', headers['x-kubernetes-pf-flowschema-uid']),
    nameOf('prioritylevelconfigurations', headers['x-kubernetes-pf-prioritylevel-uid']),
  ];
}

test('answers tell how a request was classified, refusals too', () => {
  const server = new TestServer();
  expect(flowOf(server, ADMIN, '/api/v1/nodes')).toEqual(['exempt', 'exempt']);
  expect(flowOf(server, JANE, '/healthz')).toEqual(['probes', 'exempt']);
  expect(flowOf(server, JANE, '/api/v1/nodes')).toEqual(['global-default', 'global-default']);
  const bot = {
    name: 'system:serviceaccount:kube-system:bot',
    groups: ['system:serviceaccounts', 'system:authenticated'],
  };
  expect(flowOf(server, bot, '/api/v1/nodes')).toEqual(['kube-system-service-accounts', 'workload-high']);
  expect(flowOf(server, { name: 'x', groups: [] }, '/api/v1/nodes')).toEqual(['catch-all', 'catch-all']);
});

test('the lowest precedence wins', () => {
  const server = new TestServer();
  const schema = (name: string, matchingPrecedence: number) => ({
    metadata: { name },
    spec: {
      matchingPrecedence,
      priorityLevelConfiguration: { name: 'workload-low' },
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'jane' } }],
          resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], namespaces: ['default'] }],
        },
      ],
    },
  });
  server.post(`${FLOW}/flowschemas`, schema('b', 50));
  server.post(`${FLOW}/flowschemas`, schema('a', 50));
  server.post(`${FLOW}/flowschemas`, schema('c', 60));
  expect(flowOf(server, JANE, '/api/v1/namespaces/default/pods')).toEqual(['a', 'workload-low']);
  expect(flowOf(server, JANE, '/api/v1/pods')).toEqual(['global-default', 'global-default']);
});

test('what may go on for ever is not classified', () => {
  expect(new TestServer().get('/api/v1/namespaces/default/pods/p/log').headers).toBeUndefined();
});
