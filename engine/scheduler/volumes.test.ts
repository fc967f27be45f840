import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { SchedulerHarness, testNode, testPod } from './testing.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';

function stored(kind: string, name: string, rest: object, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '', ...metadata },
    ...rest,
  };
}

function claim(spec: object = {}, annotations: Record<string, string> = {}): KubeObject {
  const rest = {
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'local',
      ...spec,
    },
    status: { phase: 'Pending' },
  };
  return stored('PersistentVolumeClaim', 'data', rest, { namespace: 'default', annotations });
}

function localVolume(name: string, node: string): KubeObject {
  const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }];
  const rest = {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      local: { path: '/tmp' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
    },
    status: { phase: 'Available' },
  };
  return stored('PersistentVolume', name, rest);
}

const LOCAL = stored('StorageClass', 'local', {
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
});
const USER = testPod('user', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });

function harness(...objects: readonly (readonly [string, KubeObject])[]): SchedulerHarness {
  const cluster = new SchedulerHarness();
  for (const name of ['a', 'b']) cluster.put('nodes', testNode(name));
  cluster.put('storageclasses.storage.k8s.io', LOCAL);
  for (const [resource, object] of objects) cluster.put(resource, object);
  return cluster;
}

function conditionOf(cluster: SchedulerHarness): string {
  return cluster.pod('user').status.conditions?.[0]?.message ?? '';
}

describe('volumes', () => {
  it('says what is wrong with the claim, for all nodes at once', () => {
    const missing = harness();
    missing.put('pods', USER);
    missing.run(3000);
    expect(conditionOf(missing)).toBe(
      '0/2 nodes are available: persistentvolumeclaim "data" not found. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
    const immediate = harness([CLAIMS, claim({ storageClassName: 'fast' })]);
    immediate.put('pods', USER);
    immediate.run(3000);
    expect(conditionOf(immediate)).toContain('pod has unbound immediate PersistentVolumeClaims.');
  });

  it('waits for a volume, takes the node that reaches it, and binds it before the pod', () => {
    const cluster = harness([CLAIMS, claim()]);
    cluster.put('pods', USER);
    cluster.run(3000);
    expect(conditionOf(cluster)).toContain("2 node(s) didn't find available persistent volumes to bind.");
    cluster.put(VOLUMES, localVolume('here', 'b'));
    cluster.run(3000);
    const [bound] = cluster.turn.bodies(`/${VOLUMES}/here`);
    expect(bound?.spec.claimRef).toMatchObject({ name: 'data', uid: 'uid-data' });
    expect(cluster.pod('user').spec.nodeName).toBeUndefined();
    const done = { 'pv.kubernetes.io/bind-completed': 'yes' };
    cluster.put(CLAIMS, claim({ volumeName: 'here' }, done));
    cluster.run(3000);
    expect(cluster.pod('user').spec.nodeName).toBe('b');
  });

  it('keeps a bound claim to the nodes that reach its volume', () => {
    const bound = claim({ volumeName: 'here' }, { 'pv.kubernetes.io/bind-completed': 'yes' });
    const cluster = harness([CLAIMS, bound], [VOLUMES, localVolume('here', 'elsewhere')]);
    cluster.put('pods', USER);
    cluster.run(3000);
    expect(conditionOf(cluster)).toContain("2 node(s) didn't match PersistentVolume's node affinity.");
  });

  const BOUND = { 'pv.kubernetes.io/bind-completed': 'yes' };

  function cloudVolume(labels: object, source: object = { nfs: { server: 's', path: '/' } }): KubeObject {
    const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'local', ...source };
    return stored('PersistentVolume', 'disk', { spec, status: { phase: 'Bound' } }, { labels });
  }

  it('keeps pods in the zone of their volumes', () => {
    const cluster = new SchedulerHarness();
    for (const zone of ['x', 'y']) cluster.put('nodes', testNode(zone, { 'topology.kubernetes.io/zone': zone }));
    cluster.put(CLAIMS, claim({ volumeName: 'disk' }, BOUND));
    cluster.put(VOLUMES, cloudVolume({ 'topology.kubernetes.io/zone': 'y' }));
    cluster.put('pods', USER);
    cluster.run();
    expect(cluster.nodeOf('user')).toBe('y');
    cluster.remove('nodes', testNode('y'));
    cluster.put('pods', { ...USER, metadata: { ...USER.metadata, name: 'late', uid: 'uid-late' } });
    cluster.run();
    expect(cluster.message('late')).toContain('1 node(s) had no available volume zone.');
  });

  it('gives a claim that is for one pod to one pod', () => {
    const cluster = harness([CLAIMS, claim({ volumeName: 'disk', accessModes: ['ReadWriteOncePod'] }, BOUND)]);
    cluster.put(VOLUMES, cloudVolume({}));
    const { metadata, spec } = USER;
    const first = {
      ...USER,
      metadata: { ...metadata, name: 'first', uid: 'uid-first' },
      spec: { ...spec, nodeName: 'a' },
    };
    cluster.put('pods', first);
    cluster.put('pods', USER);
    cluster.run();
    expect(cluster.message('user')).toContain(
      '2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.',
    );
    cluster.remove('pods', first);
    cluster.run(3000);
    expect(cluster.nodeOf('user')).toBeDefined();
  });

  it('attaches no more volumes of a driver to a node than it takes', () => {
    const cluster = harness([CLAIMS, claim({ volumeName: 'disk' }, BOUND)]);
    cluster.put(VOLUMES, cloudVolume({}, { csi: { driver: 'example.com', volumeHandle: 'h' } }));
    for (const name of ['a', 'b']) {
      const drivers = [{ name: 'example.com', nodeID: name, allocatable: { count: name === 'a' ? 0 : 1 } }];
      cluster.put('csinodes.storage.k8s.io', stored('CSINode', name, { spec: { drivers } }));
    }
    cluster.put('pods', USER);
    cluster.run();
    expect(cluster.nodeOf('user')).toBe('b');
  });
});
