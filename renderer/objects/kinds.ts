import type { ObjectRow } from '../../engine/protocol/views.ts';

/** One kind of objects to choose: its resource, its name in Kubernetes' own words, and how many there are. */
export interface KindChoice {
  readonly resource: string;
  readonly kind: string;
  readonly count: number;
}

export type KindGroup = 'workloads' | 'network' | 'config' | 'cluster' | 'other';

/** Kinds that are always offered, in the order in which learners meet them. What else has objects is offered too. */
const COMMON: Readonly<Record<Exclude<KindGroup, 'other'>, Readonly<Record<string, string>>>> = {
  workloads: {
    pods: 'Pod',
    'deployments.apps': 'Deployment',
    'replicasets.apps': 'ReplicaSet',
    'statefulsets.apps': 'StatefulSet',
    'daemonsets.apps': 'DaemonSet',
    'jobs.batch': 'Job',
    'cronjobs.batch': 'CronJob',
  },
  network: {
    services: 'Service',
    'endpointslices.discovery.k8s.io': 'EndpointSlice',
    endpoints: 'Endpoints',
    'ingresses.networking.k8s.io': 'Ingress',
    'networkpolicies.networking.k8s.io': 'NetworkPolicy',
  },
  config: {
    configmaps: 'ConfigMap',
    secrets: 'Secret',
    serviceaccounts: 'ServiceAccount',
    persistentvolumeclaims: 'PersistentVolumeClaim',
    persistentvolumes: 'PersistentVolume',
  },
  cluster: {
    nodes: 'Node',
    namespaces: 'Namespace',
    events: 'Event',
    'leases.coordination.k8s.io': 'Lease',
  },
};

/** All kinds to choose from, by group. */
export function kindGroups(rows: Iterable<ObjectRow>): readonly (readonly [KindGroup, readonly KindChoice[]])[] {
  const counts = new Map<string, { kind: string; count: number }>();
  for (const { resource, kind } of rows) {
    const known = counts.get(resource);
    if (known) known.count++;
    else counts.set(resource, { kind, count: 1 });
  }
  const groups = Object.entries(COMMON).map(([group, kinds]) => {
    const choices = Object.entries(kinds).map(([resource, kind]) => {
      const count = counts.get(resource)?.count ?? 0;
      counts.delete(resource);
      return { resource, kind, count };
    });
    return [group as KindGroup, choices] as const;
  });
  const others = [...counts]
    .map(([resource, { kind, count }]) => ({ resource, kind, count }))
    .sort((left, right) => (left.kind < right.kind ? -1 : 1));
  return others.length === 0 ? groups : [...groups, ['other', others]];
}
