import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../apiserver/request.ts';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { testObject } from '../shared/testing.ts';
import { syncKey } from './sync.ts';

const CLAIM_KEY = 'claim|default/data';
const SOURCE = { hostPath: { path: '/tmp/x' } };

function volume(name: string, storage: string, spec: object = {}, phase = 'Available', annotations = {}): KubeObject {
  const object = testObject(
    'v1',
    'PersistentVolume',
    { name, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    {
      spec: {
        capacity: { storage },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'manual',
        volumeMode: 'Filesystem',
        persistentVolumeReclaimPolicy: 'Retain',
        ...SOURCE,
        ...spec,
      },
      status: { phase },
    },
  );
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function claim(spec: object = {}, annotations: Record<string, string> = {}, phase = 'Pending'): KubeObject {
  return testObject(
    'v1',
    'PersistentVolumeClaim',
    { name: 'data', ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '3Gi' } },
        storageClassName: 'manual',
        volumeMode: 'Filesystem',
        ...spec,
      },
      status: { phase },
    },
  );
}

function storageClass(provisioner: string, volumeBindingMode = 'Immediate', annotations = {}): KubeObject {
  const object = testObject('storage.k8s.io/v1', 'StorageClass', { name: 'manual', annotations });
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata, provisioner, volumeBindingMode };
}

function run(key: string, objects: Record<string, readonly KubeObject[]>): FakeTurn {
  const turn = fakeTurn({ objects });
  syncKey(turn, controllerClient(turn), key);
  return turn;
}

function events(turn: FakeTurn): string[] {
  return turn.bodies('/events').map(({ reason, message }) => `${reason}: ${message}`);
}

describe('a claim', () => {
  it('takes the smallest volume that fits, in four writes', () => {
    const volumes = [volume('big', '20Gi'), volume('fit', '5Gi'), volume('small', '1Gi')];
    const turn = run(CLAIM_KEY, { persistentvolumes: volumes, persistentvolumeclaims: [claim()] });
    expect(turn.writes()).toEqual([
      'PUT /api/v1/persistentvolumes/fit',
      'PUT /api/v1/persistentvolumes/fit/status',
      'PUT /api/v1/namespaces/default/persistentvolumeclaims/data',
      'PUT /api/v1/namespaces/default/persistentvolumeclaims/data/status',
    ]);
    expect(turn.bodies('/volumes/fit')).toEqual([]);
    expect(turn.bodies('/persistentvolumes/fit')[0]).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
      spec: { claimRef: { namespace: 'default', name: 'data', uid: 'uid-data' } },
    });
    expect(turn.bodies('/data')[0]).toMatchObject({
      metadata: {
        annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
      },
      spec: { volumeName: 'fit' },
    });
    expect(turn.bodies('/data/status')[0]?.status).toEqual({
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '5Gi' },
    });
  });

  it('does nothing once all is bound', () => {
    const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
    const claimRef = { namespace: 'default', name: 'data', uid: 'uid-data' };
    const bound = { ...claim({ volumeName: 'fit' }, annotations) };
    const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } };
    const turn = run(CLAIM_KEY, {
      persistentvolumes: [volume('fit', '5Gi', { claimRef }, 'Bound')],
      persistentvolumeclaims: [{ ...bound, status }],
    });
    expect(turn.writes()).toEqual([]);
  });

  it('says why it goes without', () => {
    const persistentvolumeclaims = [claim({ storageClassName: '' })];
    expect(events(run(CLAIM_KEY, { persistentvolumeclaims }))).toEqual([
      'FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ]);
    const delayed = {
      persistentvolumeclaims: [claim()],
      'storageclasses.storage.k8s.io': [storageClass('x', 'WaitForFirstConsumer')],
    };
    expect(events(run(CLAIM_KEY, delayed))).toEqual([
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ]);
    expect(events(run(CLAIM_KEY, { persistentvolumeclaims: [claim()] }))).toEqual([
      'ProvisioningFailed: storageclass.storage.k8s.io "manual" not found',
    ]);
    const taken = volume('taken', '5Gi', { claimRef: { namespace: 'default', name: 'other', uid: 'u' } }, 'Bound');
    const named = { persistentvolumes: [taken], persistentvolumeclaims: [claim({ volumeName: 'taken' })] };
    expect(events(run(CLAIM_KEY, named))).toEqual([
      'FailedBinding: volume "taken" already bound to a different claim.',
    ]);
    const small = { persistentvolumes: [volume('s', '1Gi')], persistentvolumeclaims: [claim({ volumeName: 's' })] };
    expect(events(run(CLAIM_KEY, small))).toEqual([
      'VolumeMismatch: Cannot bind to requested volume "s": requested PV is too small',
    ]);
  });

  it('asks the provisioner of its class', () => {
    const turn = run(CLAIM_KEY, {
      persistentvolumeclaims: [claim()],
      'storageclasses.storage.k8s.io': [storageClass('example.com/p')],
    });
    expect(turn.bodies('/data')[0]?.metadata.annotations).toEqual({
      'volume.beta.kubernetes.io/storage-provisioner': 'example.com/p',
      'volume.kubernetes.io/storage-provisioner': 'example.com/p',
    });
    expect(events(turn)[0]).toMatch(/^ExternalProvisioning: Waiting for a volume to be created either by the external/);
  });

  it('gets the default class when there is one at last', () => {
    const { storageClassName: _, ...spec } = claim().spec;
    const classes = [storageClass('x', 'Immediate', { 'storageclass.kubernetes.io/is-default-class': 'true' })];
    const turn = run(CLAIM_KEY, {
      persistentvolumeclaims: [{ ...claim(), spec }],
      'storageclasses.storage.k8s.io': classes,
    });
    expect(turn.bodies('/data')[0]?.spec.storageClassName).toBe('manual');
  });

  it('is lost with its volume', () => {
    const bound = claim({ volumeName: 'gone' }, { 'pv.kubernetes.io/bind-completed': 'yes' }, 'Bound');
    const turn = run(CLAIM_KEY, { persistentvolumeclaims: [bound] });
    expect(turn.bodies('/data/status')[0]?.status).toEqual({ phase: 'Lost' });
    expect(events(turn)).toEqual(['ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!']);
  });
});

describe('a volume', () => {
  const claimRef = { namespace: 'default', name: 'data', uid: 'uid-gone' };

  it('becomes available, and is released by a claim that is gone', () => {
    const fresh = run('volume|v', { persistentvolumes: [volume('v', '1Gi', {}, 'Pending')] });
    expect(fresh.bodies('/v/status')[0]?.status.phase).toBe('Available');
    const left = run('volume|v', { persistentvolumes: [volume('v', '1Gi', { claimRef }, 'Bound')] });
    expect(left.bodies('/v/status')[0]?.status.phase).toBe('Released');
    expect(left.writes()).toHaveLength(1);
  });

  it('is deleted where its policy says so and its source allows it', () => {
    const policy = { claimRef, persistentVolumeReclaimPolicy: 'Delete' };
    const deleted = run('volume|v', { persistentvolumes: [volume('v', '1Gi', policy, 'Released')] });
    expect(deleted.writes()).toEqual(['DELETE /api/v1/persistentvolumes/v']);
    const elsewhere = { ...policy, hostPath: { path: '/mnt/data' } };
    const failed = run('volume|v', { persistentvolumes: [volume('v', '1Gi', elsewhere, 'Released')] });
    expect(failed.bodies('/v/status')[0]?.status).toEqual({
      phase: 'Failed',
      message: 'host_path deleter only supports /tmp/.+ but received provided /mnt/data',
    });
    expect(events(failed)[0]).toMatch(/^VolumeFailedDelete/);
    const provisioned = { 'pv.kubernetes.io/provisioned-by': 'example.com/p' };
    const external = run('volume|v', { persistentvolumes: [volume('v', '1Gi', policy, 'Released', provisioned)] });
    expect(external.writes()).toEqual([]);
  });

  it('is emptied by a pod and offered again where it is to be recycled', () => {
    const policy = { claimRef, persistentVolumeReclaimPolicy: 'Recycle' };
    const begun = run('volume|v', { persistentvolumes: [volume('v', '1Gi', policy, 'Released')] });
    const [recycler] = begun.bodies('/pods');
    expect(recycler).toMatchObject({ metadata: { name: 'recycler-for-v' }, spec: { volumes: [SOURCE] } });
    expect(begun.agenda).toMatchObject([{ delay: 1000 }]);
    const turn: FakeTurn = fakeTurn({
      objects: { persistentvolumes: [volume('v', '1Gi', policy, 'Released')] },
      serve: (_, request) =>
        (request as ApiRequest).method === 'GET'
          ? { code: 200, body: { ...recycler, status: { phase: 'Succeeded' } } }
          : turn.echoApi(request as ApiRequest),
    });
    syncKey(turn, controllerClient(turn), 'volume|v');
    expect(turn.bodies('/persistentvolumes/v')[0]?.spec.claimRef).toBeUndefined();
    expect(turn.bodies('/v/status')[0]?.status.phase).toBe('Available');
    expect(events(turn)).toEqual(['VolumeRecycled: Volume recycled']);
  });

  it('is freed when its claim has another', () => {
    const own = { ...claimRef, uid: 'uid-data' };
    const mine = volume('v', '5Gi', { claimRef: own }, 'Bound', { 'pv.kubernetes.io/bound-by-controller': 'yes' });
    const turn = run('volume|v', {
      persistentvolumes: [mine],
      persistentvolumeclaims: [claim({ volumeName: 'other' })],
    });
    expect(turn.bodies('/persistentvolumes/v')[0]?.spec.claimRef).toBeUndefined();
    expect(turn.bodies('/v/status')[0]?.status.phase).toBe('Available');
  });
});
