import type { Draft } from './draft.ts';
import type { Process } from './process.ts';
import type { Syscall } from './program.ts';

/** Puts a process to sleep, at most `timeout` milliseconds. */
export function sleepIn(
  draft: Draft,
  process: Process,
  call: Syscall,
  timeout?: number,
  subject?: number,
  background = true,
): undefined {
  const sequence = draft.sequence();
  const task = { kind: 'process', machine: draft.machine.id, pid: process.pid, sequence };
  const timer =
    timeout === undefined ? undefined : draft.turn.after(timeout, task, background ? { background } : undefined);
  const current = draft.process(process.pid) as Process;
  draft.put({ ...current, blocked: { call, sequence, timer, subject } });
  return undefined;
}
