import type { AgendaItem } from './agenda.ts';
import type { ObjectReader } from './object-reader.ts';
import { type Timeline, taskUntil } from './timeline.ts';
import type { Memory } from './turn.ts';

/** A read-only look at the cluster as it was after a step. Costs nothing to make. */
export interface Moment {
  readonly step: number;
  readonly time: number;
  readonly revision: number;
  /** All resources of which anything was ever stored, sorted. */
  resources(): readonly string[];
  /** A resource as stored, such as `pods` or `deployments.apps`. */
  reader(resource: string): ObjectReader;
  /** A resource as a component's informer knew it: the store at the revision it had observed. */
  cache(component: string, resource: string): ObjectReader;
  /** What a component remembered. */
  memory(component: string): Pick<Memory, 'get' | 'keys'>;
  /** Pending work, soonest first. */
  agenda(): readonly AgendaItem[];
  isRunning(component: string): boolean;
}

/** The moment after a step; throws a RangeError for a step that has not happened. */
export function momentOf(timeline: Timeline, step: number): Moment {
  if (!Number.isInteger(step) || step < 0 || step > timeline.step) {
    throw new RangeError(`step ${step} has not happened: the session has steps 0 to ${timeline.step}`);
  }
  const revision = timeline.revisionAt(step);
  const time = step === timeline.step ? timeline.now : (timeline.trace[Math.max(step, 1) - 1]?.time ?? timeline.now);
  return {
    step,
    time,
    revision,
    resources: () => timeline.store.resources(),
    reader: (resource) => timeline.store.history(resource, revision),
    cache: (component, resource) => {
      const observed = timeline.cells.memoryAt(component, step).get<number>(`$observed/${resource}`) ?? 0;
      return timeline.store.history(resource, observed);
    },
    memory: (component) => timeline.cells.memoryAt(component, step),
    agenda: () =>
      timeline.agenda
        .pendingAt(step)
        .map((item) => ({ ...item, ended: undefined, task: taskUntil(item.task, revision) })),
    isRunning: (component) => {
      const processes = timeline.cells.memoryAt('$processes', step);
      return processes.get<{ isRunning: boolean }>(`process:${component}`)?.isRunning ?? false;
    },
  };
}
