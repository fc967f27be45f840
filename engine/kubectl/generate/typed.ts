import type { KubeObject } from '../../object.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An object as it looks once it has been a Go struct: fields that are no pointers and not left out when empty are there.
 * Source: the types of `k8s.io/api`.
 */
export function asTyped(object: KubeObject): KubeObject {
  const { kind } = object;
  const spec = SPECS[kind]?.(object.spec ?? {});
  const status = STATUSES[kind];
  return {
    ...object,
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined ? {} : { status: { ...status, ...object.status } }),
  };
}

function podSpec(spec: Fields): Fields {
  const lists = ['containers', 'initContainers'].filter((name) => spec[name] !== undefined);
  const withResources = (list: readonly Fields[]) => list.map((container) => ({ resources: {}, ...container }));
  return {
    ...spec,
    ...Object.fromEntries(lists.map((name) => [name, withResources(spec[name] as readonly Fields[])])),
  };
}

function template(given: unknown): Fields {
  const { spec = {}, ...rest } = (given ?? {}) as { readonly spec?: Fields };
  return { metadata: {}, ...rest, spec: podSpec(spec) };
}

const workload =
  (more: Fields) =>
  (spec: Fields): Fields => ({ ...more, ...spec, template: template(spec.template) });

const SPECS: Readonly<Record<string, (spec: Fields) => Fields>> = {
  Pod: podSpec,
  Deployment: workload({ strategy: {} }),
  DaemonSet: workload({ updateStrategy: {} }),
  StatefulSet: workload({ updateStrategy: {} }),
  ReplicaSet: workload({}),
  ReplicationController: workload({}),
  Job: workload({}),
  CronJob(spec) {
    const { spec: job = {}, ...rest } = (spec.jobTemplate ?? {}) as { readonly spec?: Fields };
    return { ...spec, jobTemplate: { metadata: {}, ...rest, spec: workload({})(job) } };
  },
};

const STATUSES: Readonly<Record<string, Fields>> = {
  Pod: {},
  Service: { loadBalancer: {} },
  Deployment: {},
  DaemonSet: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  StatefulSet: { availableReplicas: 0, replicas: 0 },
  ReplicaSet: { replicas: 0 },
  ReplicationController: { replicas: 0 },
  Job: {},
  CronJob: {},
};
