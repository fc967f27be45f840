import type { Cells, CellVersion } from './cells.ts';
import type { Change, History } from './history.ts';
import type { Processes } from './processes.ts';
import type { StepRecord } from './trace.ts';

/** What a timeline has recorded. */
export interface Recorded {
  /** Virtual time in milliseconds since the epoch. */
  readonly now: number;
  /** Number of the last finished step. */
  readonly step: number;
  readonly trace: readonly StepRecord[];
  readonly cells: Cells;
  readonly processes: Processes;
}

/** The history of everything up to the step that is being executed. */
export function recordedHistory(timeline: Recorded): History {
  const step = timeline.step + 1;
  const timeOf = (at: number): number => timeline.trace[at - 1]?.time ?? timeline.now;
  const changes = (component: string, prefix: string, after = 0): Change[] =>
    timeline.cells.versions(component, prefix, after).map(({ key, step: at, value, before }: CellVersion) => ({
      key,
      step: at,
      time: timeOf(at),
      before,
      after: value,
    }));
  return {
    step,
    changes,
    runs: (component, after) =>
      timeline.processes.changes(component, after).map(({ step: at, isRunning }) => ({
        step: at,
        time: timeOf(at),
        isStart: isRunning,
      })),
    steps: (after = 0) => (after === 0 ? timeline.trace : timeline.trace.slice(after)),
  };
}
