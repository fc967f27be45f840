import type { Syscall } from '../process/program.ts';

/** Work of a kubectl process: yields system calls. */
export type Task<T = void> = Generator<Syscall, T, unknown>;

/** Runs work that may or may not need system calls. */
export function* finished<T extends string | object>(work: Task<T> | T): Task<T> {
  return isTask(work) ? yield* work : work;
}

function isTask<T extends string | object>(work: Task<T> | T): work is Task<T> {
  return typeof work === 'object' && 'next' in work && Symbol.iterator in work;
}
