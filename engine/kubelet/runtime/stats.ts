import { machineOf, processesOf } from '../../process/machine.ts';
import { workingSet } from '../../process/resources.ts';
import { usedBytes } from '../../process/tree.ts';
import type { Turn } from '../../sim/turn.ts';
import { containersOf } from './containers.ts';
import type { ContainerStats, Sandbox } from './cri.ts';
import { hardware, usedDisk } from './hardware.ts';

/** What a running container uses at this instant. */
export function containerStats(turn: Turn, id: string): Omit<ContainerStats, 'uid' | 'name'> {
  const machine = machineOf(turn.memory, id);
  const { mounts = [], files = '', cpuTime = 0 } = machine ?? {};
  const inMemory = mounts.filter(({ isMemory }) => isMemory === true);
  const tmpfs = inMemory.reduce((sum, { source }) => sum + usedBytes(turn.memory, `${source}/`), 0);
  return {
    cpuMicroseconds: cpuTime,
    memoryBytes: workingSet(processesOf(turn.memory, id), tmpfs),
    writtenBytes: files === '' ? 0 : usedBytes(turn.memory, `${files}/`),
    processes: machine?.pids.length ?? 0,
  };
}

/** `ListContainerStats`: every running container of the node. */
export function listContainerStats(turn: Turn): ContainerStats[] {
  const result: ContainerStats[] = [];
  for (const key of turn.memory.keys('sandbox/')) {
    const { uid } = turn.memory.get<Sandbox>(key) as Sandbox;
    for (const { id, name, state } of containersOf(turn, uid))
      if (state === 'running') result.push({ uid, name, ...containerStats(turn, id) });
  }
  return result;
}

/** `ImageFsInfo`, as far as eviction and statistics look: the one disk of the node. */
export function diskInfo(turn: Turn): { readonly capacity: number; readonly used: number } {
  return { capacity: hardware(turn).diskBytes, used: usedDisk(turn) };
}
