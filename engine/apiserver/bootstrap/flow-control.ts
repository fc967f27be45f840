import type { Fields } from '../kinds/fields.ts';

/*
 * Flow schemas and priority levels of every cluster.
 * Source: `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap`.
 */

const EVERYTHING = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};
const LEASES = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ['*'] };
const EVERYBODY = [group('system:unauthenticated'), group('system:authenticated')];
const KUBE_SYSTEM = { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } };

function group(name: string): Fields {
  return { kind: 'Group', group: { name } };
}

function user(name: string): Fields {
  return { kind: 'User', user: { name } };
}

function schema(level: string, matchingPrecedence: number, method: string, rule: Fields): Fields {
  return {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence,
    ...(method === '' ? {} : { distinguisherMethod: { type: method } }),
    rules: [rule],
  };
}

/** Specs of the schemas that nobody may change. */
export const MANDATORY_FLOW_SCHEMAS: Readonly<Record<string, Fields>> = {
  exempt: schema('exempt', 1, '', { subjects: [group('system:masters')], ...EVERYTHING }),
  'catch-all': schema('catch-all', 10000, 'ByUser', { subjects: EVERYBODY, ...EVERYTHING }),
};

/** Specs of all schemas by name. */
export const FLOW_SCHEMAS: Readonly<Record<string, Fields>> = {
  ...MANDATORY_FLOW_SCHEMAS,
  'system-nodes': schema('system', 500, 'ByUser', { subjects: [group('system:nodes')], ...EVERYTHING }),
  'system-node-high': schema('node-high', 400, 'ByUser', {
    subjects: [group('system:nodes')],
    resourceRules: [
      { verbs: ['*'], apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: ['*'] },
      { verbs: ['*'], ...LEASES },
    ],
  }),
  probes: schema('exempt', 2, '', {
    subjects: EVERYBODY,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  'system-leader-election': schema('leader-election', 100, 'ByUser', {
    subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), KUBE_SYSTEM],
    resourceRules: [{ verbs: ['get', 'create', 'update'], ...LEASES }],
  }),
  'kube-controller-manager': schema('workload-high', 800, 'ByNamespace', {
    subjects: [user('system:kube-controller-manager')],
    ...EVERYTHING,
  }),
  'kube-scheduler': schema('workload-high', 800, 'ByNamespace', {
    subjects: [user('system:kube-scheduler')],
    ...EVERYTHING,
  }),
  'kube-system-service-accounts': schema('workload-high', 900, 'ByNamespace', {
    subjects: [KUBE_SYSTEM],
    ...EVERYTHING,
  }),
  'service-accounts': schema('workload-low', 9000, 'ByUser', {
    subjects: [group('system:serviceaccounts')],
    ...EVERYTHING,
  }),
  'global-default': schema('global-default', 9900, 'ByUser', { subjects: EVERYBODY, ...EVERYTHING }),
};

function limited(nominalConcurrencyShares: number, lendablePercent: number, queues: number, handSize: number): Fields {
  const limitResponse = { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } };
  return { type: 'Limited', limited: { nominalConcurrencyShares, limitResponse, lendablePercent } };
}

/** Specs of the levels that nobody may change. */
export const MANDATORY_PRIORITY_LEVELS: Readonly<Record<string, Fields>> = {
  'catch-all': {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' }, lendablePercent: 0 },
  },
  exempt: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
};

/** Specs of all levels by name. */
export const PRIORITY_LEVELS: Readonly<Record<string, Fields>> = {
  ...MANDATORY_PRIORITY_LEVELS,
  system: limited(30, 33, 64, 6),
  'node-high': limited(40, 25, 64, 6),
  'leader-election': limited(10, 0, 16, 4),
  'workload-high': limited(40, 50, 128, 6),
  'workload-low': limited(100, 90, 128, 6),
  'global-default': limited(20, 50, 128, 6),
};
