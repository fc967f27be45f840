import type { Client } from '../../client/client.ts';
import { recordEvent } from '../../client/events.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { attachmentName } from '../../volume/attachment.ts';
import { isPodTerminal } from '../shared/pod.ts';

export const ATTACHMENTS = 'volumeattachments.storage.k8s.io';
export const DRIVERS = 'csidrivers.storage.k8s.io';

/** Attachments that somebody else made under a name of their own are none of the controller's business. */
const OWN = /^csi-[0-9a-f]{64}$/;

const SHARED_MODES = ['ReadWriteMany', 'ReadOnlyMany'];

/** Attaches a volume where pods need it and detaches it where none does any more. */
export function syncVolume(turn: Turn, client: Client, name: string): void {
  const volume = turn.cache('persistentvolumes').get('', name);
  const present = turn
    .cache(ATTACHMENTS)
    .list()
    .filter(({ metadata, spec }) => OWN.test(metadata.name) && spec?.source?.persistentVolumeName === name);
  const pods = volume === undefined || !isAttachable(turn, volume) ? [] : usersOf(turn, volume);
  for (const attachment of present) {
    if (pods.some((pod) => pod.spec.nodeName === attachment.spec.nodeName)) continue;
    if (attachment.metadata.deletionTimestamp === undefined) client.delete(ATTACHMENTS, '', attachment.metadata.name);
  }
  const wanted = new Set(present.map(({ spec }) => spec.nodeName as string));
  for (const pod of pods) {
    const node: string = pod.spec.nodeName;
    const attachment = present.find(({ spec }) => spec.nodeName === node);
    if (attachment?.status?.attached === true) tellAttached(turn, client, pod, name);
    if (volume === undefined || wanted.has(node)) continue;
    if (wanted.size > 0 && !isShared(volume)) {
      tellTaken(turn, client, pod, volume, pods);
      continue;
    }
    wanted.add(node);
    client.create(ATTACHMENTS, '', newAttachment(volume, node));
  }
}

/** A driver that has not said otherwise wants to be asked before a node uses a volume. */
function isAttachable(turn: Turn, { spec }: KubeObject): boolean {
  const driver: string | undefined = spec?.csi?.driver;
  return driver !== undefined && turn.cache(DRIVERS).get('', driver)?.spec?.attachRequired !== false;
}

/** The pods on nodes that use the volume's claim, the oldest first. */
function usersOf(turn: Turn, { spec }: KubeObject): readonly KubeObject[] {
  const reference = spec?.claimRef;
  if (reference === undefined) return [];
  return turn
    .cache('pods')
    .by('claim', `${reference.namespace}/${reference.name}`)
    .filter((pod) => pod.spec.nodeName && !isPodTerminal(pod))
    .sort((one, other) => (one.metadata.creationTimestamp < other.metadata.creationTimestamp ? -1 : 1));
}

function isShared({ spec }: KubeObject): boolean {
  return ((spec?.accessModes ?? []) as readonly string[]).some((mode) => SHARED_MODES.includes(mode));
}

function newAttachment({ metadata, spec }: KubeObject, nodeName: string): object {
  const { driver, volumeHandle } = spec.csi;
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: attachmentName(volumeHandle, driver, nodeName) },
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: metadata.name } },
  };
}

interface Report {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Each pod hears the same thing once. */
function tellOnce(turn: Turn, client: Client, pod: KubeObject, report: Report): void {
  const cell = `told/${pod.metadata.uid}/${report.reason}`;
  if (turn.memory.get<string>(cell) === report.message) return;
  turn.memory.set(cell, report.message);
  recordEvent(turn, client, { object: pod, component: 'attachdetach-controller', ...report });
}

function tellAttached(turn: Turn, client: Client, pod: KubeObject, volume: string): void {
  const message = `AttachVolume.Attach succeeded for volume "${volume}" `;
  tellOnce(turn, client, pod, { type: 'Normal', reason: 'SuccessfulAttachVolume', message });
}

function tellTaken(
  turn: Turn,
  client: Client,
  pod: KubeObject,
  { metadata }: KubeObject,
  pods: readonly KubeObject[],
): void {
  const others = pods.filter((other) => other.spec.nodeName !== pod.spec.nodeName).map((other) => other.metadata.name);
  const why =
    others.length > 0
      ? `Volume is already used by pod(s) ${others.join(', ')}`
      : "Volume is already exclusively attached to one node and can't be attached to another";
  const message = `Multi-Attach error for volume "${metadata.name}" ${why}`;
  tellOnce(turn, client, pod, { type: 'Warning', reason: 'FailedAttachVolume', message });
}
