import type { KubeObject } from '../object.ts';
import { uid } from '../sim/identity.ts';
import { timestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';
import { SERVER_IP, SERVER_PORT } from './address.ts';
import { publishedConfigMaps } from './authentication/published.ts';
import { reconcilePolicy } from './authorization/bootstrappolicy/reconcile.ts';
import { localApiServices } from './bootstrap/api-services.ts';
import { FLOW_SCHEMAS, PRIORITY_LEVELS } from './bootstrap/flow-control.ts';
import type { Fields } from './kinds/fields.ts';
import { ADDRESSES, addressOf } from './kinds/service-address.ts';
import { servedKinds } from './served.ts';

const NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/** Virtual address of the `kubernetes` service: the first of the service network 10.96.0.0/16. */
const SERVICE_IP = '10.96.0.1';

const LABELS = { component: 'apiserver', provider: 'kubernetes' };
const PORTS = [{ name: 'https', port: SERVER_PORT, protocol: 'TCP' }];

/**
 * What a starting server makes sure of: system namespaces, default roles, system priority classes, flow control,
 * APIServices, the service network, the `kubernetes` service and its endpoints.
 */
export function bootstrap(turn: Turn): void {
  if (!turn.isRunning('etcd')) return;
  for (const name of NAMESPACES) ensure(turn, 'namespaces', namespace(name));
  reconcilePolicy(turn);
  for (const configMap of publishedConfigMaps(turn)) ensure(turn, 'configmaps', configMap);
  ensure(turn, 'priorityclasses.scheduling.k8s.io', priorityClass('system-cluster-critical', 2_000_000_000, 'cluster'));
  ensure(turn, 'priorityclasses.scheduling.k8s.io', priorityClass('system-node-critical', 2_000_001_000, 'node'));
  ensureFlowControl(turn);
  ensureApiServices(turn);
  ensure(turn, 'servicecidrs.networking.k8s.io', defaultServiceCidr(timestamp(turn.now)));
  ensure(turn, ADDRESSES, addressOf(SERVICE_IP, kubernetesService(), { now: turn.now, random: () => turn.random() }));
  ensure(turn, 'services', kubernetesService());
  ensure(turn, 'endpoints', kubernetesEndpoints());
  ensure(turn, 'endpointslices.discovery.k8s.io', kubernetesEndpointSlice());
}

type Draft = Omit<KubeObject, 'metadata'> & {
  readonly metadata: Partial<KubeObject['metadata']> & { readonly name: string };
};

function ensure(turn: Turn, resource: string, draft: Draft): void {
  const { name, namespace: home = '' } = draft.metadata;
  if (turn.store.get(resource, home, name) !== undefined) return;
  const metadata = {
    ...draft.metadata,
    uid: uid(() => turn.random()),
    resourceVersion: '',
    creationTimestamp: timestamp(turn.now),
  };
  turn.store.put(resource, home, name, { ...draft, metadata } as KubeObject);
}

function ensureFlowControl(turn: Turn): void {
  const group = 'flowcontrol.apiserver.k8s.io';
  const annotations = { 'apf.kubernetes.io/autoupdate-spec': 'true' };
  const draft = (kind: string, name: string, spec: Fields): Draft => ({
    kind,
    apiVersion: `${group}/v1`,
    metadata: { name, generation: 1, annotations },
    spec,
    status: {},
  });
  for (const [name, spec] of Object.entries(PRIORITY_LEVELS)) {
    ensure(turn, `prioritylevelconfigurations.${group}`, draft('PriorityLevelConfiguration', name, spec));
  }
  const status = { conditions: [knownLevel(timestamp(turn.now))] };
  for (const [name, spec] of Object.entries(FLOW_SCHEMAS)) {
    ensure(turn, `flowschemas.${group}`, { ...draft('FlowSchema', name, spec), status });
  }
}

/** What the controller of flow control says of a schema whose level exists. */
function knownLevel(lastTransitionTime: string): object {
  return {
    type: 'Dangling',
    status: 'False',
    lastTransitionTime,
    reason: 'Found',
    message: 'This FlowSchema references the PriorityLevelConfiguration object and it exists',
  };
}

function ensureApiServices(turn: Turn): void {
  for (const [name, fields] of Object.entries(localApiServices(servedKinds(), timestamp(turn.now)))) {
    ensure(turn, 'apiservices.apiregistration.k8s.io', {
      kind: 'APIService',
      apiVersion: 'apiregistration.k8s.io/v1',
      metadata: { name, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      ...fields,
    });
  }
}

function defaultServiceCidr(lastTransitionTime: string): Draft {
  return {
    kind: 'ServiceCIDR',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name: 'kubernetes', finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    spec: { cidrs: ['10.96.0.0/16'] },
    status: {
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          lastTransitionTime,
          reason: '',
          message: 'Kubernetes default Service CIDR is ready',
        },
      ],
    },
  };
}

function namespace(name: string): Draft {
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function priorityClass(name: string, value: number, scope: string): Draft {
  return {
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    metadata: { name, generation: 1 },
    value,
    description: `Used for system critical pods that must ${scope === 'node' ? 'not be moved from their current node' : 'run in the cluster, but can be moved to another node if necessary'}.`,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}

function kubernetesService(): Draft {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: 'kubernetes', namespace: 'default', labels: LABELS },
    spec: {
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: SERVER_PORT }],
      clusterIP: SERVICE_IP,
      clusterIPs: [SERVICE_IP],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  };
}

function kubernetesEndpoints(): Draft {
  return {
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: SERVER_IP }], ports: PORTS }],
  };
}

function kubernetesEndpointSlice(): Draft {
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      generation: 1,
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [SERVER_IP], conditions: { ready: true } }],
    ports: PORTS,
  };
}
