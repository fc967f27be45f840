import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { unboundVolume } from '../../volume/binding.ts';
import { setVolumePhase, tell } from './bind.ts';
import { volumeKey } from './keys.ts';
import { updateVolume } from './objects.ts';

const NAMESPACE = 'default';
/** How often one looks whether the recycler is done. */
const CHECK_PERIOD = 1000;

/** Empties the volume; fails where something stays. Kubernetes' own template uses an image of Debian for it. */
const SCRUB = 'test -e /scrub && rm -rf /scrub/* && test -z "$(ls -A /scrub)" || exit 1';

/**
 * Empties a volume by a pod that mounts it, and offers it again (`recycleVolumeOperation`). Of what there is here, only
 * host paths and NFS can be recycled; the policy is deprecated.
 */
export function recycle(turn: Turn, client: Client, volume: KubeObject): void {
  const { hostPath, nfs } = volume.spec ?? {};
  if (hostPath === undefined && nfs === undefined) {
    fail(turn, client, volume, 'No recycler plugin found for the volume!');
    return;
  }
  const name = `recycler-for-${volume.metadata.name}`;
  const pod = find(client, name);
  if (pod === undefined)
    client.create('pods', NAMESPACE, recyclerPod(name, hostPath === undefined ? { nfs } : { hostPath }));
  const phase = pod?.status?.phase;
  if (phase !== 'Succeeded' && phase !== 'Failed') {
    enqueueAfter(turn, volumeKey(volume.metadata.name), CHECK_PERIOD);
    return;
  }
  client.delete('pods', NAMESPACE, name);
  if (phase === 'Failed') {
    fail(turn, client, volume, `Recycle failed: recycler pod "${name}" failed`);
    return;
  }
  tell(turn, client, volume, { type: 'Normal', reason: 'VolumeRecycled', message: 'Volume recycled' });
  const { claimRef: _, ...spec } = volume.spec;
  const freed = unboundVolume(volume);
  setVolumePhase(turn, client, updateVolume(turn, client, { ...freed, spec }), 'Available');
}

function fail(turn: Turn, client: Client, volume: KubeObject, message: string): void {
  setVolumePhase(turn, client, volume, 'Failed', { type: 'Warning', reason: 'VolumeFailedRecycle', message });
}

function find(client: Client, name: string): KubeObject | undefined {
  try {
    return client.get('pods', NAMESPACE, name);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

function recyclerPod(name: string, source: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      activeDeadlineSeconds: 60,
      restartPolicy: 'Never',
      volumes: [{ name: 'vol', ...source }],
      containers: [
        {
          name: 'pv-recycler',
          image: 'busybox:1.36',
          command: ['/bin/sh'],
          args: ['-c', SCRUB],
          volumeMounts: [{ name: 'vol', mountPath: '/scrub' }],
        },
      ],
    },
  };
}
