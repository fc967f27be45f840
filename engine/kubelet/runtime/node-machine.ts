import type { FileNode } from '../../process/files.ts';
import { NODE_IMAGE } from '../../process/images/node-image.ts';
import { createMachine, machineOf } from '../../process/machine.ts';
import { absolutePath } from '../../process/paths.ts';
import type { Machine } from '../../process/process.ts';
import { Tree } from '../../process/tree.ts';
import type { Turn } from '../../sim/turn.ts';
import { hardware } from './hardware.ts';
import { HOST_NETWORK, NODE_MACHINE } from './host-network.ts';
import { nodeFiles } from './node-files/node-files.ts';

export function nodeMachine(turn: Turn): Machine {
  const known = machineOf(turn.memory, NODE_MACHINE);
  if (known) return known;
  const machine = createMachine(turn, {
    id: NODE_MACHINE,
    hostname: turn.instance,
    image: NODE_IMAGE.name,
    network: HOST_NETWORK,
    address: hardware(turn).address,
    files: 'host',
    naming: { hostsFile: 'machine' },
    isSystem: true,
  });
  writeOwnFiles(turn, machine);
  return machine;
}

/** What a machine knows of itself is on a node's disk for whoever mounts it, too. */
function writeOwnFiles(turn: Turn, machine: Machine): void {
  const tree = new Tree(turn.memory, machine, turn.now);
  for (const path of ['/etc/hostname', '/etc/hosts']) {
    const node = tree.at(path);
    if (node !== undefined && turn.memory.get(`${machine.files}${path}`) === undefined) tree.put(path, node);
  }
}

/** What is at a path of the node's disk. */
export function hostFile(turn: Turn, path: string): { readonly type?: 'file' | 'directory' } {
  const tree = new Tree(turn.memory, nodeMachine(turn), turn.now, () => nodeFiles(turn));
  const found = tree.find(absolutePath(path, '/'), '/');
  const node = 'error' in found ? undefined : found.node;
  return node?.type === 'file' || node?.type === 'directory' ? { type: node.type } : {};
}

/** The files in a folder of the node's disk that somebody has put there. */
export function hostFiles(turn: Turn, folder: string): { readonly path: string; readonly text: string }[] {
  // Whoever writes to the disk has asked for the machine before: without one there is nothing to look through.
  if (machineOf(turn.memory, NODE_MACHINE) === undefined) return [];
  return turn.memory.keys(`host${folder}/`).flatMap((key) => {
    const node = turn.memory.get<FileNode>(key);
    const path = key.slice('host'.length);
    const isHidden = path.slice(folder.length + 1).startsWith('.') || path.slice(folder.length + 1).includes('/');
    return node?.type === 'file' && !isHidden ? [{ path, text: node.text }] : [];
  });
}
