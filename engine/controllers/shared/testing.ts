import type { KubeObject, ObjectMeta } from '../../object.ts';

/** When the objects of a test were created. */
const CREATED = '2026-01-01T00:00:00Z';

/** An object for a unit test; metadata that is left out is filled in, the UID is `uid-<name>`. */
export function testObject(
  apiVersion: string,
  kind: string,
  metadata: Partial<ObjectMeta> & { name: string },
  rest: object = {},
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      namespace: 'default',
      uid: `uid-${metadata.name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: CREATED,
      ...metadata,
    },
    ...rest,
  };
}

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'nginx', image: 'nginx:1.25' }] },
};

/** A Deployment `web` as the server stores it. */
export function testDeployment(replicas: number, spec: object = {}, rest: object = {}): KubeObject {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
  return testObject(
    'apps/v1',
    'Deployment',
    { name: 'web' },
    {
      spec: {
        replicas,
        strategy,
        selector: { matchLabels: { app: 'web' } },
        template: TEMPLATE,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        ...spec,
      },
      status: {},
      ...rest,
    },
  );
}

/** A ReplicaSet that selects `app=web`. */
export function testReplicaSet(
  replicas: number,
  metadata: Partial<ObjectMeta> = {},
  spec: object = {},
  status: object = { replicas: 0 },
): KubeObject {
  return testObject(
    'apps/v1',
    'ReplicaSet',
    { name: 'web', labels: { app: 'web' }, ...metadata },
    {
      spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: TEMPLATE, ...spec },
      status,
    },
  );
}

/** A running, ready pod of an owner, on `node-1`. */
export function testPod(
  name: string,
  owner: KubeObject | undefined,
  rest: { metadata?: Partial<ObjectMeta>; spec?: object; status?: object } = {},
): KubeObject {
  const ownerReferences = owner && [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ];
  return testObject(
    'v1',
    'Pod',
    { name, labels: { app: 'web' }, ...(ownerReferences ? { ownerReferences } : {}), ...rest.metadata },
    {
      spec: { nodeName: 'node-1', ...rest.spec },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: CREATED }],
        ...rest.status,
      },
    },
  );
}
