import type { StepRecord } from './trace.ts';

/** A cell that has changed: what it held before and what it held then. Undefined: there was no cell. */
export interface Change {
  readonly key: string;
  readonly step: number;
  readonly time: number;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What has been recorded so far, for those who ask what happened: a journal is computed from it when somebody reads it,
 * so that nobody has to write one. Reading costs as much as was recorded; no component decides anything by it.
 */
export interface History {
  /** The step that is being executed. */
  readonly step: number;
  /** Every change of the cells with a prefix in a component's memory after a step, oldest first. */
  changes(component: string, prefix: string, after?: number): Change[];
  /** When a process has started and ended after a step, oldest first. */
  runs(
    component: string,
    after?: number,
  ): readonly { readonly step: number; readonly time: number; readonly isStart: boolean }[];
  /** The steps after one. */
  steps(after?: number): readonly StepRecord[];
}
