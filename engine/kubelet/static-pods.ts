import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { withPodDefaults } from '../apiserver/kinds/pod-defaults.ts';
import { ApiError } from '../apiserver/request.ts';
import { fromYaml } from '../kubectl/codec/yaml-read.ts';
import type { KubeObject } from '../object.ts';
import { removeCells } from '../process/tree.ts';
import { say } from '../sentence.ts';
import { microTimestamp } from '../sim/time.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { MIRROR_ANNOTATION, mirrorCell, mirrorOf, SOURCE_ANNOTATION } from './mirror.ts';
import { cri, kubeletClient, newPodCell, podCell, setPodCell } from './pod.ts';
import { graceOf, terminate } from './termination.ts';

/** `staticPodPath` of KubeletConfiguration. */
const FOLDER = '/etc/kubernetes/manifests';

/** The cell that tells of manifests that were read once. */
const HAS_STATIC = 'has-static';

/** While an older pod of the same name ends, its successor waits. */
const RETRY = 1000;

/** A manifest as it was read: the cell `static/<path>`. */
interface StaticFile {
  readonly text: string;
  readonly uid: string;
}

interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes the pods whose manifests lie in a folder of the node, and ends those whose manifest is gone. They need no API
 * server. Source: `pkg/kubelet/config/{file,common}.go`.
 */
export function readManifests(turn: Turn): void {
  const files = cri<readonly ManifestFile[]>(turn, { call: 'HostFiles', folder: FOLDER });
  // Few nodes ever have any: on the others there is nothing to look through.
  if (files.length === 0 && turn.memory.get(HAS_STATIC) === undefined) return;
  const known = turn.memory.keys('static/');
  const present = new Set(files.map(({ path }) => `static/${path}`));
  for (const key of known) if (!present.has(key)) endStatic(turn, key);
  for (const file of files) readManifest(turn, file);
}

function readManifest(turn: Turn, { path, text }: ManifestFile): void {
  const key = `static/${path}`;
  const before = turn.memory.get<StaticFile>(key);
  if (before?.text === text) return;
  const pod = staticPod(turn, path, text);
  if (!pod) return;
  if (before) {
    endStatic(turn, key);
    if (podCell(turn, before.uid)) {
      turn.after(RETRY, { kind: 'manifests' });
      return;
    }
  }
  const { uid } = pod.metadata;
  turn.memory.set(key, { text, uid } satisfies StaticFile);
  turn.memory.set(HAS_STATIC, true);
  turn.note(say`Static pod found`, { resource: 'pods', namespace: pod.metadata.namespace, name: pod.metadata.name });
  if (podCell(turn, uid)) return;
  setPodCell(turn, newPodCell(pod, turn.now), {});
  turn.after(0, { kind: 'sync', uid });
}

function endStatic(turn: Turn, key: string): void {
  const { uid } = turn.memory.get<StaticFile>(key) as StaticFile;
  const cell = podCell(turn, uid);
  turn.memory.delete(key);
  if (!cell) return;
  deleteMirror(turn, cell.pod);
  terminate(turn, setPodCell(turn, cell, { isDeleted: true }), graceOf(cell), undefined);
}

/** The pod of a manifest: its name ends with the node's, its uid is the hash of what is in the file. */
function staticPod(turn: Turn, path: string, text: string): KubeObject | undefined {
  let manifest: KubeObject;
  try {
    manifest = fromYaml(text) as KubeObject;
  } catch (error) {
    turn.note(say`Could not process manifest file ${path}: ${(error as Error).message}`);
    return undefined;
  }
  if (manifest?.kind !== 'Pod' || !manifest.metadata?.name || !manifest.spec?.containers) {
    turn.note(say`Could not process manifest file ${path}: no Pod is in it`);
    return undefined;
  }
  const uid = bytesToHex(md5(utf8ToBytes(`${turn.instance}\n${path}\n${text}`)));
  const { name, namespace = 'default', labels, annotations } = manifest.metadata;
  return withPodDefaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${turn.instance.toLowerCase()}`,
      namespace,
      uid,
      resourceVersion: '',
      creationTimestamp: '',
      ...(labels ? { labels } : {}),
      annotations: {
        ...annotations,
        'kubernetes.io/config.hash': uid,
        'kubernetes.io/config.seen': microTimestamp(turn.now),
        [SOURCE_ANNOTATION]: 'file',
      },
    },
    spec: {
      ...manifest.spec,
      nodeName: turn.instance,
      tolerations: [...(manifest.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
    status: { phase: 'Pending' },
  });
}

/** The API server shows a mirror of a static pod: what has changed about it. */
export function observeMirror(turn: Turn, mirror: KubeObject, isDeleted: boolean): void {
  const { uid, name, namespace = '', deletionTimestamp, annotations } = mirror.metadata;
  const cell = podCell(turn, annotations?.[MIRROR_ANNOTATION] ?? '');
  if (isDeleted) {
    if (mirrorOf(turn, mirror) !== uid) return;
    turn.memory.delete(mirrorCell(mirror));
    // Somebody has deleted it: the pod runs on, and gets another mirror.
    if (!cell || cell.isDeleted) return;
    setPodCell(turn, cell, { status: undefined });
    turn.after(0, { kind: 'sync', uid: cell.pod.metadata.uid });
    return;
  }
  if (!cell || cell.isDeleted || deletionTimestamp) {
    removeMirror(turn, namespace, name, uid);
    return;
  }
  if (mirrorOf(turn, mirror) !== uid) turn.memory.set(mirrorCell(mirror), uid);
}

function deleteMirror(turn: Turn, pod: KubeObject): void {
  const uid = mirrorOf(turn, pod);
  if (uid !== undefined) removeMirror(turn, pod.metadata.namespace ?? '', pod.metadata.name, uid);
  removeCells(turn.memory, mirrorCell(pod));
}

function removeMirror(turn: Turn, namespace: string, name: string, uid: string): void {
  try {
    kubeletClient(turn).delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    // It is looked at again when the API server shows it the next time.
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
  }
}
