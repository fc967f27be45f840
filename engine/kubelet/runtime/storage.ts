import type { FileNode } from '../../process/files.ts';
import { removeCells } from '../../process/tree.ts';
import { type Turn, Unreachable } from '../../sim/turn.ts';
import type { AttachStorage, RuntimeFailure, TakenStorage } from './cri.ts';
import { nodesOf } from './nodes.ts';

/**
 * Storage outside of the nodes, as a CSI driver or an NFS server has it: the files of a volume follow the node that
 * uses it. They are cells `storage/<handle>/<path>` of that node; another node takes them over when it mounts the volume.
 */
const prefix = (handle: string): string => `storage/${handle}`;

/** Makes a volume's files present on this node. */
export function attachStorage(turn: Turn, { handle, isShared }: AttachStorage): RuntimeFailure | undefined {
  if (turn.memory.get(prefix(handle)) !== undefined) return undefined;
  for (const { name: node } of nodesOf(turn)) {
    if (node === turn.instance) continue;
    const taken = takeFrom(turn, node, handle);
    if (taken === undefined) continue;
    if (taken.isInUse)
      return {
        error: isShared
          ? `volume ${handle} is in use on ${node}; one volume on several nodes at once is not simulated`
          : `volume ${handle} is still in use on ${node}`,
      };
    if (!taken.files) continue;
    for (const path in taken.files) turn.memory.set(prefix(handle) + path, taken.files[path]);
    break;
  }
  if (turn.memory.get(prefix(handle)) === undefined)
    turn.memory.set(prefix(handle), { type: 'directory', mode: 0o755, modified: turn.now } satisfies FileNode);
  return undefined;
}

function takeFrom(turn: Turn, node: string, handle: string): TakenStorage | undefined {
  try {
    return turn.call(`containerd/${node}`, { call: 'TakeStorage', handle }) as TakenStorage;
  } catch (error) {
    if (error instanceof Unreachable) return undefined;
    throw error;
  }
}

/** Gives the files of a volume to another node, unless a container here still has it mounted. */
export function takeStorage(turn: Turn, handle: string): TakenStorage {
  const root = prefix(handle);
  if (turn.memory.get(root) === undefined) return {};
  for (const key of turn.memory.keys('machine/')) {
    const machine = turn.memory.get<{ mounts: readonly { source: string }[] }>(key);
    if (machine?.mounts.some(({ source }) => source === root || source.startsWith(`${root}/`)))
      return { isInUse: true };
  }
  const files: Record<string, FileNode> = {};
  for (const key of [root, ...turn.memory.keys(`${root}/`)])
    files[key.slice(root.length)] = turn.memory.get<FileNode>(key) as FileNode;
  turn.memory.delete(root);
  removeCells(turn.memory, `${root}/`);
  return { files };
}
