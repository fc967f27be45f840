import type { MachineConfig } from '../config.ts';
import type { Turn } from '../sim/turn.ts';
import type { ContainerUsage, NodeUsage, Usage } from './api.ts';
import { newest } from './container-status.ts';
import { cri, podCell, runtimeStatus } from './pod.ts';
import type { ContainerStats } from './runtime/cri.ts';

/** What the node itself uses: the operating system, the runtime, the kubelet. */
const SYSTEM_MEMORY = 400 * 2 ** 20;
/** Thousandths of a core. */
const SYSTEM_CPU = 60;

/** What the node and each of its running containers use at this instant. */
export function nodeUsage(turn: Turn): NodeUsage {
  const containers: ContainerUsage[] = [];
  const node = systemUsage(turn);
  let { cpuMicroseconds, memoryBytes } = node;
  for (const stats of cri<readonly ContainerStats[]>(turn, { call: 'ListContainerStats' })) {
    cpuMicroseconds += stats.cpuMicroseconds;
    memoryBytes += stats.memoryBytes;
    const cell = podCell(turn, stats.uid);
    if (!cell) continue;
    const { name, namespace = '' } = cell.pod.metadata;
    containers.push({
      namespace,
      pod: name,
      container: stats.name,
      cpuMicroseconds: stats.cpuMicroseconds,
      memoryBytes: stats.memoryBytes,
      startedAt: newest(runtimeStatus(turn, stats.uid), stats.name)?.startedAt ?? turn.now,
    });
  }
  return { time: turn.now, node: { cpuMicroseconds, memoryBytes }, containers };
}

function systemUsage(turn: Turn): Usage {
  const { memoryBytes } = turn.memory.get<MachineConfig>('machine') as MachineConfig;
  const begun = turn.memory.get<number>('begun') ?? turn.now;
  return {
    cpuMicroseconds: (turn.now - begun) * SYSTEM_CPU,
    memoryBytes: Math.min(SYSTEM_MEMORY, memoryBytes / 4),
  };
}
