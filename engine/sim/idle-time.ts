import type { AgendaItem } from './agenda.ts';
import type { StepRecord } from './trace.ts';

/**
 * Long stretches in which nothing happens but idle work (heartbeats of healthy nodes and the like) are passed over: one
 * step moves that work on to shortly before the next thing that does happen. A month of an idle cluster would otherwise
 * be two million heartbeats. It follows from the state alone when this is done, so that replays agree:
 *
 *  - the outside world has been silent for five minutes, and nobody watches;
 *  - every process runs and no link is cut, so that each heartbeat would arrive;
 *  - all idle work has looked at the cluster since it was changed last, and found nothing to do;
 *  - the next other work is far enough away.
 *
 * While the clock has not come to that work nothing is executed at all; an input from outside is preceded by another one,
 * a look, which makes up for it.
 */
const SILENCE = 300_000;
/** Idle work goes on so long before something happens: every heartbeat comes once, so that all signs of life are fresh. */
const LEAD = 11_000;
/** Shorter stretches are not worth it. */
const SHORTEST = 30_000;

/** The task of the step that passes over a stretch. */
export const PASS = '$pass';
/** The input that ends a silence: somebody looks on. */
export const LOOK = 'look';

/** What is known of the past that decides whether a stretch is idle. */
export class IdleTime {
  private lastInput: number;
  /** The last step that changed the store and was no idle work. */
  private lastChange = 0;

  constructor(start: number) {
    this.lastInput = start;
  }

  /** The same knowledge as of an earlier step. */
  static at(trace: readonly StepRecord[], start: number): IdleTime {
    const idle = new IdleTime(start);
    for (const record of trace) idle.observe(record);
    return idle;
  }

  observe({ step, time, input, idle, fromRevision, toRevision }: StepRecord): void {
    if (input !== undefined) this.lastInput = time;
    if (idle === undefined && (input !== undefined || toRevision > fromRevision)) this.lastChange = step;
  }

  /** How far idle work can be moved when `first` is next on the agenda; undefined: not at all. */
  passableUntil(
    first: AgendaItem,
    busy: AgendaItem | undefined,
    idle: () => readonly AgendaItem[],
  ): number | undefined {
    if (first.at - this.lastInput < SILENCE) return undefined;
    const until = (busy?.at ?? Number.POSITIVE_INFINITY) - LEAD;
    if (until - first.at < SHORTEST) return undefined;
    return idle().every(({ cause }) => cause > this.lastChange) ? until : undefined;
  }
}

/** How far overdue idle work is moved when the clock stands at `now`: its last round falls into the time just before. */
export function leadBefore(now: number): number {
  return now - LEAD;
}
