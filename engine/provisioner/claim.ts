import { enqueueAfter } from '../client/workqueue.ts';
import type { KubeObject } from '../object.ts';
import { compareQuantities } from '../quota/resource-list.ts';
import type { Turn } from '../sim/turn.ts';
import { PROVISIONED_BY, SELECTED_NODE, STORAGE_PROVISIONER } from '../volume/annotations.ts';
import { classOfClaim } from '../volume/claim.ts';
import { capacityOf, requestOf } from '../volume/matching.ts';
import { type Driver, driverOf } from './drivers.ts';
import { type Process, processOf, RETRY, tell } from './process.ts';

/** How long it takes to make a volume. */
const WORK = 2000;

const CLASSES = 'storageclasses.storage.k8s.io';

/** Makes the volume that a claim asks for, or lets the one that it has grow. */
export function syncClaim(turn: Turn, place: string): void {
  const [namespace = '', name = ''] = place.split('/');
  const claim = turn.cache('persistentvolumeclaims').get(namespace, name);
  if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return;
  const volume = claim.spec?.volumeName ? turn.cache('persistentvolumes').get('', claim.spec.volumeName) : undefined;
  const driver = driverOf(
    volume?.metadata.annotations?.[PROVISIONED_BY] ?? claim.metadata.annotations?.[STORAGE_PROVISIONER],
  );
  if (driver === undefined || !isWanted(turn, driver, claim, volume)) return;
  const process = processOf(turn, driver);
  if (process === undefined) enqueueAfter(turn, `claim|${place}`, RETRY, { background: true });
  else if (volume === undefined) provision(turn, process, claim);
  else expand(turn, process, claim, volume);
}

function isWanted(turn: Turn, driver: Driver, claim: KubeObject, volume: KubeObject | undefined): boolean {
  if (volume !== undefined) return driver.isExpandable && claim.status?.phase === 'Bound' && isGrown(claim);
  if (claim.spec?.volumeName) return false;
  const storageClass = turn.cache(CLASSES).get('', classOfClaim(claim));
  if (storageClass?.provisioner !== driver.provisioner) return false;
  const isDelayed = storageClass.volumeBindingMode === 'WaitForFirstConsumer';
  return !isDelayed || claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
}

function isGrown(claim: KubeObject): boolean {
  return compareQuantities(requestOf(claim), claim.status?.capacity?.storage ?? '0') > 0;
}

/** Says that it begins, and is done some seconds later. */
function provision(turn: Turn, process: Process, claim: KubeObject): void {
  const { driver, client } = process;
  const { namespace = '', name, uid, annotations } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  if (turn.cache('persistentvolumes').get('', volumeName) !== undefined) return;
  const node = annotations?.[SELECTED_NODE];
  if (driver.isLocal && node === undefined) {
    const className = classOfClaim(claim);
    const message = `failed to provision volume with StorageClass "${className}": configuration error, no node was specified`;
    tell(turn, process, claim, { type: 'Warning', reason: 'ProvisioningFailed', message });
    enqueueAfter(turn, `claim|${namespace}/${name}`, RETRY, { background: true });
    return;
  }
  const cell = `provisioning/${uid}`;
  const begun = turn.memory.get<number>(cell);
  if (begun === undefined || turn.now < begun + WORK) {
    if (begun !== undefined) return;
    turn.memory.set(cell, turn.now);
    const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
    tell(turn, process, claim, { type: 'Normal', reason: 'Provisioning', message });
    enqueueAfter(turn, `claim|${namespace}/${name}`, WORK);
    return;
  }
  turn.memory.delete(cell);
  client.create('persistentvolumes', '', newVolume(turn, driver, claim, volumeName));
  const message = `Successfully provisioned volume ${volumeName}`;
  tell(turn, process, claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message });
}

function newVolume(turn: Turn, driver: Driver, claim: KubeObject, name: string): object {
  const { namespace, name: claimName, uid, resourceVersion, annotations } = claim.metadata;
  const storageClass = turn.cache(CLASSES).get('', classOfClaim(claim));
  const node = annotations?.[SELECTED_NODE] ?? '';
  const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { ...driver.annotations(node), [PROVISIONED_BY]: driver.provisioner } },
    spec: {
      accessModes: claim.spec?.accessModes,
      capacity: { storage: requestOf(claim) },
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name: claimName, uid, apiVersion: 'v1', resourceVersion },
      ...driver.source(name, claim),
      ...(driver.isLocal ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } } } : {}),
      persistentVolumeReclaimPolicy: storageClass?.reclaimPolicy ?? 'Delete',
      storageClassName: classOfClaim(claim),
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      ...(storageClass?.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
    },
  };
}

/** A larger volume first, then the claim's own account of it. */
function expand(turn: Turn, process: Process, claim: KubeObject, volume: KubeObject): void {
  const { client } = process;
  const storage = requestOf(claim);
  const { name } = volume.metadata;
  tell(turn, process, claim, {
    type: 'Normal',
    reason: 'Resizing',
    message: `External resizer is resizing volume ${name}`,
  });
  if (compareQuantities(capacityOf(volume), storage) < 0)
    client.update('persistentvolumes', { ...volume, spec: { ...volume.spec, capacity: { storage } } });
  const { conditions: _, ...status } = claim.status ?? {};
  client.updateStatus('persistentvolumeclaims', { ...claim, status: { ...status, capacity: { storage } } });
  tell(turn, process, claim, {
    type: 'Normal',
    reason: 'VolumeResizeSuccessful',
    message: 'Resize volume succeeded',
  });
}
