import type { Draft } from './draft.ts';
import type { Process } from './process.ts';

/**
 * What processes use, as far as a cluster notices: memory that counts against a limit, and processor time. Figures are
 * small and fixed, so that a learner can foresee them; they are what such programs use when idle, rounded.
 */
const MEBIBYTE = 2 ** 20;
const MEMORY: Readonly<Record<string, number>> = {
  sh: MEBIBYTE,
  ash: MEBIBYTE,
  bash: 2 * MEBIBYTE,
  nginx: 6 * MEBIBYTE,
  httpd: 6 * MEBIBYTE,
  'redis-server': 8 * MEBIBYTE,
  mysqld: 350 * MEBIBYTE,
  postgres: 40 * MEBIBYTE,
  pause: MEBIBYTE / 2,
  app: 4 * MEBIBYTE,
};
const OTHER_MEMORY = MEBIBYTE / 2;

/** Microseconds of processor time that one system call stands for. */
const CALL_TIME = 20;

/** What a process holds in memory. */
function memoryOf({ state, memory = 0 }: Process): number {
  return (MEMORY[state.program] ?? OTHER_MEMORY) + memory;
}

/** What all processes of a machine hold, and its volumes in memory: the working set of its control group. */
export function workingSet(processes: readonly Process[], inMemory: number): number {
  let sum = inMemory;
  for (const process of processes) if (process.ended === undefined) sum += memoryOf(process);
  return sum;
}

/** Whether the machine's processes use more than its limit, or more than any node has. */
export function isOverMemory(draft: Draft): boolean {
  const limit = draft.machine.limits.memory ?? draft.host.memory?.(draft.turn) ?? Number.MAX_SAFE_INTEGER;
  return workingSet(draft.all(), 0) > limit;
}

/** Books processor time; answers how long it takes in real milliseconds under the machine's limit. */
export function chargeTime(draft: Draft, milliseconds: number, cores = 1): number {
  const { machine } = draft;
  draft.machine = { ...machine, cpuTime: machine.cpuTime + milliseconds * cores * 1000 };
  const share = Math.min(1, (machine.limits.cpu ?? cores * 1000) / 1000 / cores);
  return Math.max(1, Math.round(milliseconds / share));
}

export function chargeCalls(draft: Draft, calls: number): void {
  draft.machine = { ...draft.machine, cpuTime: draft.machine.cpuTime + calls * CALL_TIME };
}
