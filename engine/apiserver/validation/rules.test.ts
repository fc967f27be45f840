import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { ApiResponse, Status } from '../request.ts';
import { TestServer } from '../testing.ts';

/** Rules of which no recording has an example: what is wrong, where. */

function causes({ body }: ApiResponse): readonly (readonly [string, string])[] {
  const { details } = body as Status & { readonly details?: { readonly causes?: readonly Cause[] } };
  return (details?.causes ?? []).map(({ field = '', message = '' }) => [field, message]);
}

interface Cause {
  readonly field: string;
  readonly message: string;
}

function wrong(path: string, body: { readonly metadata?: object; readonly [field: string]: unknown }) {
  const server = new TestServer();
  server.seed('namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } });
  return causes(server.post(path, { ...body, metadata: { name: 'x', ...body.metadata } }));
}

const wrongPod = (spec: object, container: object = {}, metadata: object = {}) =>
  wrong('/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'c', image: 'nginx', ...container }], ...spec },
  });

const SUBDOMAIN = /^Invalid value: "A b": a lowercase RFC 1123 subdomain/;

test('names that are wrong only for their dots are told so; search paths may have underscores', () => {
  expect(wrongPod({}, { name: 'a.b' })).toEqual([
    ['spec.containers[0].name', 'Invalid value: "a.b": must not contain dots'],
  ]);
  expect(wrongPod({ dnsConfig: { searches: ['_tcp.example.com', '.'] } })).toEqual([]);
  expect(wrongPod({ dnsPolicy: 'None', dnsConfig: { searches: ['A'] } })).toEqual([
    ['spec.dnsConfig.nameservers', 'Required value: must provide at least one DNS nameserver when `dnsPolicy` is None'],
  ]);
});

test('where a pod may run', () => {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const expression = { key: 'a', operator: 'In', values: ['b c'] };
  const affinity = { nodeAffinity: { [required]: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } } };
  expect(wrongPod({ affinity })[0]?.[0]).toBe(
    `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms[0].matchExpressions[0].values[0]`,
  );
  expect(wrongPod({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] })).toEqual([
    [
      'spec.tolerations[0].operator',
      `Invalid value: {"Key":"a","Operator":"Exists","Value":"b","Effect":"","TolerationSeconds":null}: value must be empty when \`operator\` is 'Exists'`,
    ],
  ]);
});

test('what a container is given', () => {
  const hugepages = { limits: { 'hugepages-2Mi': '3Mi', cpu: '1' } };
  expect(wrongPod({}, { resources: hugepages })[0]).toEqual([
    'spec.containers[0].resources.limits[hugepages-2Mi]',
    'Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
  ]);
  const resourceFieldRef = { resource: 'limits.memory', divisor: '5' };
  const env = [
    { name: 'A', valueFrom: { resourceFieldRef } },
    { name: 'B', valueFrom: { secretKeyRef: { name: 'A b', key: 'k' } } },
  ];
  const [divisor, name] = wrongPod({}, { env });
  expect(divisor?.[0]).toBe('spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor');
  expect(divisor?.[1]).toContain('Invalid value: "limits.memory": only divisor\'s values 1, 1k, 1M');
  expect(name).toEqual(['spec.containers[0].env[1].valueFrom.secretKeyRef.name', expect.stringMatching(SUBDOMAIN)]);
  const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }];
  expect(wrongPod({}, { restartPolicyRules: rules }).map(([field]) => field)).toEqual([
    'spec.containers[0].restartPolicy',
  ]);
});

test('metadata: finalizers, owners, annotations that mean something', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', uid: '1', controller: true };
  expect(
    wrongPod(
      {},
      {},
      {
        finalizers: ['hold'],
        ownerReferences: [
          { ...pod, name: 'a' },
          { ...pod, name: 'b' },
        ],
      },
    ),
  ).toEqual([
    ['metadata.ownerReferences', expect.stringContaining('Found "true" in references for Pod/a and Pod/b')],
    [
      'metadata.finalizers[0]',
      'Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ]);
  expect(wrongPod({}, {}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '1.5' } })).toEqual([
    [
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]',
      'Invalid value: "1.5": must be a 32bit integer',
    ],
  ]);
});

test('Jobs: labels of another Job, names that no host can have', () => {
  const job = (metadata: object, spec: object, labels?: object) =>
    wrong('/apis/batch/v1/namespaces/default/jobs', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        ...spec,
        template: {
          metadata: { labels },
          spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'nginx' }] },
        },
      },
    });
  expect(job({ name: 'a.b' }, { completionMode: 'Indexed', completions: 3 })).toEqual([
    ['metadata.name', 'Invalid value: "a.b": will not able to create pod with invalid DNS label: a.b-2'],
  ]);
  expect(job({}, {}, { 'job-name': 'y' }).map(([field]) => field)).toEqual(['spec.template.metadata.labels[job-name]']);
});

test('a subject at the cluster scope says where its account is; quotas and secrets say what they cannot be', () => {
  const rbac = 'rbac.authorization.k8s.io';
  expect(
    wrong(`/apis/${rbac}/v1/clusterrolebindings`, {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', name: 'bot' }],
    }),
  ).toEqual([['subjects[0].namespace', 'Required value']]);
  expect(
    wrong('/api/v1/namespaces/default/resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      spec: { hard: { foo: '1', 'requests.hugepages-2Mi': '2Mi' } },
    }).map(([, message]) => message),
  ).toEqual([
    'Invalid value: "foo": must be a standard resource type or fully qualified',
    'Invalid value: "foo": must be a standard resource for quota',
  ]);
  const login = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/dockerconfigjson' };
  expect(
    wrong('/api/v1/namespaces/default/secrets', { ...login, stringData: { '.dockerconfigjson': '{oops' } }),
  ).toEqual([
    [
      'data[.dockerconfigjson]',
      `Invalid value: "<secret contents redacted>": invalid character 'o' looking for beginning of object key string`,
    ],
  ]);
});

test('keys of the pod’s own labels are merged into selectors, once', () => {
  const server = new TestServer();
  server.seed('namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } });
  const labelSelector = { matchLabels: { app: 'x' } };
  const keys = { matchLabelKeys: ['hash', 'absent'], mismatchLabelKeys: ['team'] };
  const term = { topologyKey: 'zone', labelSelector, ...keys };
  const { body } = server.post('/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', labels: { hash: '1', team: 'a' } },
    spec: {
      containers: [{ name: 'c', image: 'nginx' }],
      affinity: {
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector,
          matchLabelKeys: ['hash'],
        },
      ],
    },
  });
  const hash = { key: 'hash', operator: 'In', values: ['1'] };
  const { spec } = body as KubeObject;
  expect(spec.topologySpreadConstraints[0].labelSelector).toEqual({ ...labelSelector, matchExpressions: [hash] });
  expect(
    spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector,
  ).toEqual({ ...labelSelector, matchExpressions: [hash, { key: 'team', operator: 'NotIn', values: ['a'] }] });
  const twice = { ...term, labelSelector: { matchLabels: { hash: '1' } }, matchLabelKeys: ['hash'] };
  const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [twice] } };
  expect(wrongPod({ affinity }, {}, { labels: { hash: '1' } })).toEqual([
    [
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0][0]',
      'Invalid value: "hash": exists in both matchLabelKeys and labelSelector',
    ],
  ]);
});

test('resources of a whole pod: which, how much, and what they leave to the containers', () => {
  const container = { resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } };
  const resources = {
    claims: [{ name: 'gpu' }],
    requests: { cpu: '1', 'ephemeral-storage': '1Gi' },
    limits: { cpu: '2', 'example.com/gpu': '1' },
  };
  expect(wrongPod({ resources }, container)).toEqual([
    ['spec.resources.claims', 'Forbidden: claims cannot be set for Resources at pod-level'],
    [
      'spec.resources.limits[example.com/gpu]',
      'Unsupported value: "example.com/gpu": supported values: "cpu", "hugepages-", "memory"',
    ],
    [
      'spec.resources.requests[ephemeral-storage]',
      'Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
    ],
    [
      'spec.resources.requests[cpu]',
      'Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
    ['spec.resources.containers[0][cpu].limits', 'Invalid value: "3": must be less than or equal to pod limits of 2'],
  ]);
  expect(wrongPod({ os: { name: 'windows' }, resources: { limits: { cpu: '2' } } })).toEqual([
    ['spec.resources', 'Forbidden: may not be set for a windows pod'],
  ]);
});

test('a gated pod may only be told more exactly where to go; annotations of a mirror pod stay', () => {
  const server = new TestServer();
  server.seed('namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } });
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const zone = { key: 'zone', operator: 'In', values: ['a'] };
  const disk = { key: 'disk', operator: 'Exists' };
  const toward = (...matchExpressions: readonly object[]) => ({
    nodeAffinity: { [required]: { nodeSelectorTerms: [{ matchExpressions }] } },
  });
  const { body } = server.post('/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: [{ name: 'c', image: 'nginx' }], schedulingGates: [{ name: 'hold' }], affinity: toward(zone) },
  });
  const pod = body as KubeObject;
  const changed = (spec: object, metadata: object = {}) =>
    server.put('/api/v1/namespaces/default/pods/x', {
      ...pod,
      metadata: { ...pod.metadata, resourceVersion: undefined, ...metadata },
      spec: { ...pod.spec, ...spec },
    });
  expect(changed({ affinity: toward(zone, disk) }).code).toBe(200);
  expect(causes(changed({ affinity: toward(disk) }))).toEqual([
    [
      `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms[0]`,
      'Invalid value: {"MatchExpressions":[{"Key":"disk","Operator":"Exists","Values":null}],"MatchFields":null}: ' +
        'only additions are allowed (no mutations or deletions)',
    ],
  ]);
  expect(
    causes(changed({ affinity: toward(zone, disk) }, { annotations: { 'kubernetes.io/config.mirror': '' } })),
  ).toContainEqual([
    'metadata.annotations[kubernetes.io/config.mirror]',
    'Forbidden: may not add mirror pod annotation',
  ]);
});

test('what a pod says of Windows', () => {
  const of = (windowsOptions: object) => ({ securityContext: { windowsOptions } });
  const windows = 'securityContext.windowsOptions';
  expect(wrongPod(of({ gmsaCredentialSpec: '', runAsUserName: 'a b!:\\x@' }))).toEqual([
    [`spec.${windows}.gmsaCredentialSpec`, 'Invalid value: "": gmsaCredentialSpec cannot be an empty string'],
    [
      `spec.${windows}.runAsUserName`,
      `Invalid value: "a b!:\\\\x@": runAsUserName's Domain doesn't match the NetBios nor the DNS format`,
    ],
    [
      `spec.${windows}.runAsUserName`,
      `Invalid value: "a b!:\\\\x@": runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`,
    ],
  ]);
  expect(wrongPod(of({ hostProcess: true }), of({ hostProcess: false }))).toEqual([
    [
      `spec.containers[0].${windows}.hostProcess`,
      'Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
    ],
  ]);
  expect(wrongPod(of({ hostProcess: true }))).toEqual([
    ['spec.hostNetwork', 'Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers'],
  ]);
  expect(
    wrongPod({ os: { name: 'windows' }, hostUsers: true, hostPID: false }, { securityContext: { privileged: false } }),
  ).toEqual([
    ['spec.hostUsers', 'Forbidden: cannot be set for a windows pod'],
    ['spec.containers[0].securityContext.privileged', 'Forbidden: cannot be set for a windows pod'],
  ]);
});

test('Services: source ranges of the annotation, topology modes that differ, what no ExternalName has', () => {
  const service = (annotations: object, spec: object) =>
    wrong('/api/v1/namespaces/default/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { annotations },
      spec,
    });
  const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges';
  const ports = [{ port: 10250 }];
  const mode = 'service.kubernetes.io/topology-mode';
  const hints = 'service.kubernetes.io/topology-aware-hints';
  expect(service({ [ranges]: '10.0.0.0/8, 10.0.0.0/40' }, { type: 'LoadBalancer', ports })).toEqual([
    [
      `metadata.annotations[${ranges}]`,
      'Invalid value: "10.0.0.0/40": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
  ]);
  expect(service({ [ranges]: '', [mode]: 'Auto', [hints]: 'Disabled' }, { ports })).toEqual([
    [
      `metadata.annotations[${mode}]`,
      `Invalid value: "Auto": must match annotations[${hints}] when both are specified`,
    ],
    [`metadata.annotations[${ranges}]`, "Forbidden: may only be used when `type` is 'LoadBalancer'"],
  ]);
  expect(service({}, { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.96.0.9' })).toEqual([
    ['spec.clusterIPs', 'Forbidden: may not be set for ExternalName services'],
  ]);
});

const MERGE = 'application/merge-patch+json';

test('where a load balancer listens is told in the status of those that have one, with a mode', () => {
  const server = new TestServer();
  server.seed('namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } });
  const path = '/api/v1/namespaces/default/services/x';
  server.post('/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x' },
    spec: { ports: [{ port: 80 }] },
  });
  const listening = (ingress: object) =>
    server.patch(`${path}/status`, MERGE, { status: { loadBalancer: { ingress: [ingress] } } });
  const place = 'status.loadBalancer.ingress';
  expect(causes(listening({ ip: '203.0.113.1' }))).toEqual([
    [place, "Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
  ]);
  server.patch(path, MERGE, { spec: { type: 'LoadBalancer' } });
  expect((listening({ ip: '203.0.113.1' }).body as KubeObject).status.loadBalancer.ingress).toEqual([
    { ip: '203.0.113.1', ipMode: 'VIP' },
  ]);
  expect(causes(listening({ hostname: '1.2.3.4', ipMode: 'VIP' }))).toEqual([
    [`${place}[0].ipMode`, 'Forbidden: may not be specified when `ip` is not set'],
    [`${place}[0].hostname`, 'Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
  ]);
  expect(causes(listening({ ip: '1.2.3', ipMode: 'Vip' }))).toEqual([
    [`${place}[0].ip`, 'Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    [`${place}[0].ipMode`, 'Unsupported value: "Vip": supported values: "Proxy", "VIP"'],
  ]);
});

test('Nodes: networks of their pods, amounts, addresses', () => {
  const server = new TestServer();
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'x' } };
  expect(
    causes(server.post('/api/v1/nodes', { ...node, spec: { podCIDRs: ['10.0.0.0/24', '10.0.0.0/24', '10.0/8'] } })),
  ).toEqual([
    ['spec.podCIDRs[2]', 'Invalid value: "10.0/8": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'],
    [
      'spec.podCIDRs',
      'Invalid value: ["10.0.0.0/24","10.0.0.0/24","10.0/8"]: may specify no more than one CIDR for each IP family',
    ],
    ['spec.podCIDRs[1]', 'Duplicate value: "10.0.0.0/24"'],
  ]);
  server.post('/api/v1/nodes', node);
  const addresses = [1, 2].map(() => ({ type: 'InternalIP', address: '10.0.0.1' }));
  const status = { capacity: { cpu: '-1', pods: '500m' }, addresses };
  expect(causes(server.put('/api/v1/nodes/x/status', { ...node, status }))).toEqual([
    ['status.capacity.cpu', 'Invalid value: "-1": must be greater than or equal to 0'],
    ['status.capacity.pods', 'Invalid value: "500m": must be an integer'],
    ['status.allocatable.cpu', 'Invalid value: "-1": must be greater than or equal to 0'],
    ['status.allocatable.pods', 'Invalid value: "500m": must be an integer'],
    ['status.addresses[1]', 'Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}'],
  ]);
});

test('an update is told of a wrong finalizer once', () => {
  const server = new TestServer();
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'x' } };
  server.post('/api/v1/nodes', node);
  expect(causes(server.put('/api/v1/nodes/x', { ...node, metadata: { name: 'x', finalizers: ['hold'] } }))).toEqual([
    [
      'metadata.finalizers[0]',
      'Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
    ],
  ]);
});
