import type { MachineConfig } from '../../config.ts';
import { usedBytes } from '../../process/tree.ts';
import type { Turn } from '../../sim/turn.ts';
import { listImages } from './images.ts';

/** The machine that the runtime runs on. */
export function hardware(turn: Turn): MachineConfig {
  let machine = turn.memory.get<MachineConfig>('hardware');
  if (machine === undefined) {
    machine = turn.call('world', { kind: 'machine', name: turn.instance }) as MachineConfig;
    turn.memory.set('hardware', machine);
  }
  return machine;
}

/** What the operating system takes of the disk. */
const SYSTEM_BYTES = 2 * 2 ** 30;

/** Bytes of the node's disk that are used: the system, images, what containers have written, and volumes. */
export function usedDisk(turn: Turn): number {
  let used = SYSTEM_BYTES;
  for (const { size } of listImages(turn)) used += size;
  return used + usedBytes(turn.memory, 'file/') + usedBytes(turn.memory, 'volume/') + usedBytes(turn.memory, 'host/');
}
