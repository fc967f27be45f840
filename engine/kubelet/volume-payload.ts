import type { KubeObject } from '../object.ts';
import { remembered } from '../remembered.ts';
import { timestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';
import { configMapFiles, fieldValue, type PodFacts, resourceValue, secretData } from './environment.ts';
import { type Container, cri } from './pod.ts';
import type { HostFile } from './runtime/cri.ts';
import { podToken } from './tokens.ts';
import { MountError, type Volume } from './volume.ts';

interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

type Payload = Record<string, PayloadFile>;

interface PayloadFile {
  readonly text: string;
  readonly mode: number;
  readonly user?: number;
  readonly group?: number;
}

const DEFAULT_MODE = 0o644;

/** Writes the files of a volume that the kubelet fills, or brings them up to date. */
export function fillVolume(turn: Turn, pod: KubeObject, volume: Volume, facts: PodFacts): void {
  const group: number | undefined = pod.spec.securityContext?.fsGroup;
  publish(turn, pod, volume.name, owned(payloadOf(turn, pod, volume, facts), group), group);
}

/** Group and owner may read what belongs to the pod's `fsGroup` (`SetVolumeOwnership` in `pkg/volume/volume_linux.go`). */
function owned(payload: Payload, group: number | undefined): Payload {
  if (group === undefined) return payload;
  return Object.fromEntries(
    Object.entries(payload).map(([path, file]) => [path, { ...file, group, mode: file.mode | 0o440 }]),
  );
}

function payloadOf(turn: Turn, pod: KubeObject, volume: Volume, facts: PodFacts): Payload {
  if (volume.configMap) return fromConfigMap(turn, pod, volume.name, volume.configMap, volume.configMap.defaultMode);
  if (volume.secret)
    return fromSecret(
      turn,
      pod,
      volume.name,
      { ...volume.secret, name: volume.secret.secretName },
      volume.secret.defaultMode,
    );
  if (volume.downwardAPI)
    return fromDownwardAPI(turn, pod, volume.downwardAPI.items, volume.downwardAPI.defaultMode, facts);
  const sources: readonly Volume[] = volume.projected.sources ?? [];
  const payload: Payload = {};
  for (const source of sources) {
    const files = fromProjection(turn, pod, volume, source, facts);
    for (const path in files) payload[path] = files[path] as PayloadFile;
  }
  return payload;
}

function fromProjection(turn: Turn, pod: KubeObject, volume: Volume, source: Volume, facts: PodFacts): Payload {
  const mode = volume.projected.defaultMode;
  if (source.configMap) return fromConfigMap(turn, pod, volume.name, source.configMap, mode);
  if (source.secret) return fromSecret(turn, pod, volume.name, source.secret, mode);
  if (source.downwardAPI) return fromDownwardAPI(turn, pod, source.downwardAPI.items, mode, facts);
  if (source.serviceAccountToken) {
    const text = podToken(turn, pod, volume.name, source.serviceAccountToken);
    return { [source.serviceAccountToken.path]: tokenFile(pod, text, mode) };
  }
  return {};
}

/**
 * Who may read a token: only the pod's user when all containers run as the same one, and only the group with `fsGroup`.
 * Source: `pkg/volume/projected/projected.go`, `FsUserFrom` in `pkg/volume/util`.
 */
function tokenFile(pod: KubeObject, text: string, mode: number = DEFAULT_MODE): PayloadFile {
  const { securityContext } = pod.spec;
  const containers: readonly Container[] = pod.spec.containers;
  const userOf = (container: Container | undefined): number | undefined =>
    container?.securityContext?.runAsUser ?? securityContext?.runAsUser;
  const user = userOf(containers[0]);
  if (user !== undefined && containers.every((container) => userOf(container) === user))
    return { text, mode: 0o600, user };
  return { text, mode: securityContext?.fsGroup === undefined ? mode : 0o600 };
}

/** What a volume takes its files from: `secret` names itself by `secretName`, callers pass it as `name`. */
interface FileSource {
  readonly name: string;
  readonly optional?: boolean;
  readonly items?: readonly Item[];
}

function fromConfigMap(turn: Turn, pod: KubeObject, volume: string, source: FileSource, mode?: number): Payload {
  return fromData(volume, configMapFiles(turn, pod, source.name), source, mode, 'configmap');
}

function fromSecret(turn: Turn, pod: KubeObject, volume: string, source: FileSource, mode?: number): Payload {
  return fromData(volume, secretData(turn, pod, source.name), source, mode, 'secret');
}

function fromData(
  volume: string,
  data: Readonly<Record<string, string>> | undefined,
  source: FileSource,
  mode: number | undefined,
  kind: 'configmap' | 'secret',
): Payload {
  if (!data && !source.optional)
    throw new MountError(`MountVolume.SetUp failed for volume "${volume}" : ${kind} "${source.name}" not found`);
  return project(volume, data ?? {}, source, mode, kind);
}

function project(
  volume: string,
  data: Readonly<Record<string, string>>,
  source: { items?: readonly Item[]; optional?: boolean },
  mode: number | undefined,
  kind: string,
): Payload {
  const payload: Payload = {};
  const items = source.items ?? Object.keys(data).map((key): Item => ({ key, path: key }));
  for (const item of items) {
    const text = data[item.key];
    if (text !== undefined) payload[item.path] = { text, mode: item.mode ?? mode ?? DEFAULT_MODE };
    else if (!source.optional)
      throw new MountError(
        `MountVolume.SetUp failed for volume "${volume}" : ${kind === 'secret' ? 'references non-existent secret' : 'configmap references non-existent config'} key: ${item.key}`,
      );
  }
  return payload;
}

function fromDownwardAPI(
  turn: Turn,
  pod: KubeObject,
  items: readonly Volume[] | undefined,
  mode: number | undefined,
  facts: PodFacts,
): Payload {
  const payload: Payload = {};
  for (const item of items ?? []) {
    const container: Container = (pod.spec.containers as Container[])[0] as Container;
    const text = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath, facts)
      : resourceValue(turn, pod, container, item.resourceFieldRef);
    payload[item.path] = { text, mode: item.mode ?? mode ?? DEFAULT_MODE };
  }
  return payload;
}

/**
 * Writes files so that a reader sees all of the old ones or all of the new: into a new folder, to which the link
 * `..data` is turned at once. Source: `pkg/volume/util/atomic_writer.go`. What stands there is the cell
 * `volume/<uid>/<name>` of the kubelet: its folder and its files.
 */
function publish(turn: Turn, pod: KubeObject, name: string, payload: Payload, group: number | undefined): void {
  const { uid } = pod.metadata;
  const cell = `volume/${uid}/${name}`;
  const before = turn.memory.get<{ folder: string; payload: Payload }>(cell);
  if (before && isEqual(before.payload, payload)) return;
  const folder = `..${folderName(turn.now)}`;
  turn.memory.set(cell, { folder, payload });
  const files: (readonly [string, HostFile | null])[] = [['..data', { link: folder }]];
  const tops = topNames(payload);
  if (before) for (const top of topNames(before.payload)) if (!tops.includes(top)) files.push([top, null]);
  for (const top of tops) files.push([top, { link: dataLink(top) }]);
  for (const path of ownFolders(payload, group)) files.push([`${folder}${path}`, folderFile(group)]);
  for (const path in payload) files.push([`${folder}/${path}`, payload[path] as HostFile]);
  cri(turn, { call: 'WriteHostFiles', source: `volume/${uid}/${name}`, files });
}

/** The files of most volumes have the names of many others. */
const dataLink = remembered((name) => `..data/${name}`);

/** Folders that do not come by themselves with the files in them: those of a group, and one without files. */
function ownFolders(payload: Payload, group: number | undefined): readonly string[] {
  if (group === undefined) return Object.keys(payload).length === 0 ? [''] : [];
  const names = new Set<string>();
  for (const path in payload)
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) names.add(`/${path.slice(0, at)}`);
  return ['', ...names];
}

function folderFile(group: number | undefined): HostFile {
  return group === undefined ? { directory: true } : { directory: true, mode: 0o2755, group };
}

function topNames(payload: Payload): readonly string[] {
  const names: string[] = [];
  for (const path in payload) {
    const slash = path.indexOf('/');
    const name = slash < 0 ? path : path.slice(0, slash);
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

function isEqual(left: Payload, right: Payload): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => left[name]?.text === right[name]?.text && left[name]?.mode === right[name]?.mode)
  );
}

function folderName(now: number): string {
  return `${folderDigits(timestamp(now))}.${String(now % 1_000_000_000).padStart(9, '0')}`;
}

/** Many pods are set up in one second. */
const folderDigits = remembered((time) => time.slice(0, 19).replace(/[-T:]/g, '_'), 10);
