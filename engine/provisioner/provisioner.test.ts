import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { type FakeTurn, fakeTurn } from '../sim/testing.ts';
import { syncClaim } from './claim.ts';
import { syncVolume } from './volume.ts';

const LOCAL = 'rancher.io/local-path';
const CSI = 'hostpath.csi.k8s.io';

function object(kind: string, name: string, metadata: object, rest: object): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '', ...metadata },
    ...rest,
  };
}

function storageClass(provisioner: string, volumeBindingMode: string): KubeObject {
  return object('StorageClass', 'standard', {}, { provisioner, volumeBindingMode, reclaimPolicy: 'Delete' });
}

function claim(annotations: object, spec: object = {}, status: object = { phase: 'Pending' }): KubeObject {
  const resources = { requests: { storage: '2Gi' } };
  const whole = { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources, ...spec };
  return object('PersistentVolumeClaim', 'data', { namespace: 'default', annotations }, { spec: whole, status });
}

const POD = object(
  'Pod',
  'provisioner',
  { namespace: 'storage' },
  {
    spec: {
      serviceAccountName: 'sa',
      containers: [{ image: 'rancher/local-path-provisioner:v0.0.31' }, { image: 'x/hostpathplugin:v1.17.0' }],
    },
    status: { phase: 'Running' },
  },
);

function turnWith(objects: Record<string, readonly KubeObject[]>, pods: readonly KubeObject[] = [POD]): FakeTurn {
  const turn: FakeTurn = fakeTurn({
    objects,
    serve: (_, request) =>
      (request as ApiRequest).method === 'GET'
        ? { code: 200, body: { items: pods } }
        : turn.echoApi(request as ApiRequest),
  });
  return turn;
}

describe('a claim', () => {
  const asked = { 'volume.kubernetes.io/storage-provisioner': LOCAL, 'volume.kubernetes.io/selected-node': 'node-1' };
  const classes = [storageClass(LOCAL, 'WaitForFirstConsumer')];

  it('gets a volume on its node after a while, made as the account of the pod', () => {
    const turn = turnWith({ persistentvolumeclaims: [claim(asked)], 'storageclasses.storage.k8s.io': classes });
    syncClaim(turn, 'default/data');
    expect(turn.bodies('/persistentvolumes')).toEqual([]);
    turn.now += 2000;
    syncClaim(turn, 'default/data');
    const [volume] = turn.bodies('/persistentvolumes');
    expect(volume).toMatchObject({
      metadata: { name: 'pvc-uid-data', annotations: { 'pv.kubernetes.io/provisioned-by': LOCAL } },
      spec: {
        capacity: { storage: '2Gi' },
        claimRef: { name: 'data', uid: 'uid-data' },
        hostPath: { path: '/opt/local-path-provisioner/pvc-uid-data_default_data' },
        persistentVolumeReclaimPolicy: 'Delete',
      },
    });
    expect(volume?.spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values).toEqual(['node-1']);
    expect(turn.bodies('/events').map(({ reason }) => reason)).toEqual(['Provisioning', 'ProvisioningSucceeded']);
    const users = turn.calls.map(({ request }) => (request as ApiRequest).user?.name);
    expect(new Set(users)).toEqual(new Set(['system:apiserver', 'system:serviceaccount:storage:sa']));
  });

  it('waits for its node, and for a provisioner that runs', () => {
    const { 'volume.kubernetes.io/selected-node': _, ...early } = asked;
    const idle = turnWith({ persistentvolumeclaims: [claim(early)], 'storageclasses.storage.k8s.io': classes });
    syncClaim(idle, 'default/data');
    expect(idle.calls).toEqual([]);
    const alone = turnWith({ persistentvolumeclaims: [claim(asked)], 'storageclasses.storage.k8s.io': classes }, []);
    syncClaim(alone, 'default/data');
    expect(alone.writes()).toEqual([]);
    expect(alone.agenda).toMatchObject([{ delay: 3000, options: { background: true } }]);
  });

  it('grows with its volume', () => {
    const bound = { phase: 'Bound', capacity: { storage: '1Gi' } };
    const annotations = { 'pv.kubernetes.io/provisioned-by': CSI };
    const volume = object('PersistentVolume', 'v', { annotations }, { spec: { capacity: { storage: '1Gi' } } });
    const turn = turnWith({
      persistentvolumeclaims: [claim({}, { volumeName: 'v' }, bound)],
      persistentvolumes: [volume],
      'storageclasses.storage.k8s.io': [storageClass(CSI, 'Immediate')],
    });
    syncClaim(turn, 'default/data');
    expect(turn.bodies('/persistentvolumes/v')[0]?.spec.capacity).toEqual({ storage: '2Gi' });
    expect(turn.bodies('/data/status')[0]?.status.capacity).toEqual({ storage: '2Gi' });
  });
});

it('a released volume is deleted where its policy says so', () => {
  const annotations = { 'pv.kubernetes.io/provisioned-by': LOCAL };
  const released = (persistentVolumeReclaimPolicy: string) =>
    object(
      'PersistentVolume',
      'v',
      { annotations },
      { spec: { persistentVolumeReclaimPolicy }, status: { phase: 'Released' } },
    );
  const gone = turnWith({ persistentvolumes: [released('Delete')] });
  syncVolume(gone, 'v');
  expect(gone.writes()).toEqual(['DELETE /api/v1/persistentvolumes/v']);
  const kept = turnWith({ persistentvolumes: [released('Retain')] });
  syncVolume(kept, 'v');
  expect(kept.writes()).toEqual([]);
});
