import { describe, expect, it } from 'vitest';
import { controllerClient } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import { type FakeTurn, fakeTurn } from '../../sim/testing.ts';
import { attachmentName } from '../../volume/attachment.ts';
import { testObject, testPod } from '../shared/testing.ts';
import { syncVolume } from './sync.ts';

function clusterObject(kind: string, name: string, rest: object): KubeObject {
  const object = testObject('storage.k8s.io/v1', kind, { name }, rest);
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function volume(accessModes: readonly string[] = ['ReadWriteOnce']): KubeObject {
  const csi = { driver: 'example.com', volumeHandle: 'h' };
  return clusterObject('PersistentVolume', 'v', {
    spec: { accessModes, csi, claimRef: { namespace: 'default', name: 'data' } },
  });
}

function user(name: string, nodeName: string): KubeObject {
  return testPod(name, undefined, {
    spec: { nodeName, volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
  });
}

function attachment(nodeName: string, attached: boolean): KubeObject {
  const spec = { attacher: 'example.com', nodeName, source: { persistentVolumeName: 'v' } };
  return clusterObject('VolumeAttachment', attachmentName('h', 'example.com', nodeName), {
    spec,
    status: { attached },
  });
}

function sync(objects: Record<string, readonly KubeObject[]>): FakeTurn {
  const turn = fakeTurn({ objects });
  syncVolume(turn, controllerClient(turn), 'v');
  return turn;
}

function events(turn: FakeTurn): string[] {
  return turn.bodies('/events').map(({ message }) => message);
}

describe('a volume', () => {
  it('is attached to the node of its pod', () => {
    const turn = sync({ persistentvolumes: [volume()], pods: [user('p', 'node-1')] });
    expect(turn.bodies('/volumeattachments')).toMatchObject([
      { spec: { attacher: 'example.com', nodeName: 'node-1', source: { persistentVolumeName: 'v' } } },
    ]);
    const done = sync({
      persistentvolumes: [volume()],
      pods: [user('p', 'node-1')],
      'volumeattachments.storage.k8s.io': [attachment('node-1', true)],
    });
    expect(events(done)).toEqual(['AttachVolume.Attach succeeded for volume "v" ']);
  });

  it('is not attached twice unless it may be shared', () => {
    const objects = {
      pods: [user('p', 'node-1'), user('q', 'node-2')],
      'volumeattachments.storage.k8s.io': [attachment('node-1', false)],
    };
    expect(events(sync({ ...objects, persistentvolumes: [volume()] }))).toEqual([
      'Multi-Attach error for volume "v" Volume is already used by pod(s) p',
    ]);
    const shared = sync({ ...objects, persistentvolumes: [volume(['ReadWriteMany'])] });
    expect(shared.bodies('/volumeattachments')[0]?.spec.nodeName).toBe('node-2');
  });

  it('is detached where nobody uses it any more', () => {
    const turn = sync({
      persistentvolumes: [volume()],
      'volumeattachments.storage.k8s.io': [attachment('node-1', true)],
    });
    const name = attachmentName('h', 'example.com', 'node-1');
    expect(turn.writes()).toEqual([`DELETE /apis/storage.k8s.io/v1/volumeattachments/${name}`]);
  });

  it('keeps attachments that somebody else made', () => {
    const spec = { attacher: 'example.com', nodeName: 'node-1', source: { persistentVolumeName: 'v' } };
    const turn = sync({
      persistentvolumes: [volume()],
      'volumeattachments.storage.k8s.io': [clusterObject('VolumeAttachment', 'mine', { spec })],
    });
    expect(turn.writes()).toEqual([]);
  });

  it('is left alone where its driver does not attach', () => {
    const driver = clusterObject('CSIDriver', 'example.com', { spec: { attachRequired: false } });
    const turn = sync({
      persistentvolumes: [volume()],
      pods: [user('p', 'node-1')],
      'csidrivers.storage.k8s.io': [driver],
    });
    expect(turn.writes()).toEqual([]);
  });
});
