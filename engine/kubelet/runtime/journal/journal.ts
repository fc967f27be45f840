import type { Turn } from '../../../sim/turn.ts';
import { runtimeInfo } from '../runtimes.ts';
import { INFORMATION, type JournalEntry, type Line } from './entry.ts';
import { kubeletLines } from './kubelet-lines.ts';
import { proxyLines } from './proxy-lines.ts';
import { runtimeLines } from './runtime-lines.ts';
import { type Unit, unitsOf } from './units.ts';

/** The kernel's first process: it starts all others and says so. */
const SYSTEMD = { identifier: 'systemd', pid: 1, priority: INFORMATION };

/** Processes of services are numbered as if each start took so many numbers. */
const FIRST_PID = 600;
const PIDS_BETWEEN = 7;
const PIDS_OF_START = 31;

/**
 * The journal of a node: what its services have written after a step, oldest first. Nobody keeps it; it is computed
 * from what the components have done, each time somebody reads it.
 */
export function journalOf(turn: Turn, unit?: string, after = 0): JournalEntry[] {
  const entries = unitsOf(runtimeInfo(turn).name)
    .filter(({ name }) => unit === undefined || name === unit)
    .flatMap((each) => entriesOf(turn, each, after));
  // What one step has done stays in the order in which it was found.
  return entries.sort((left, right) => left.step - right.step);
}

function entriesOf(turn: Turn, unit: Unit, after: number): JournalEntry[] {
  const { history, instance } = turn;
  const component = `${unit.process}/${instance}`;
  const runs = history.runs(component);
  const pidAt = (step: number): number => pidOf(turn, unit, runs, step);
  const started = runs
    .filter(({ step }) => step > after)
    .flatMap(({ step, time, isStart }) =>
      (isStart ? [`Started ${unit.name}.service - ${unit.description}.`] : stopLines(unit)).map((message) => ({
        ...SYSTEMD,
        time,
        step,
        unit: unit.name,
        message,
      })),
    );
  const own = linesOf(turn, unit, after, pidAt).map((line) => ({
    ...line,
    unit: unit.name,
    identifier: unit.identifier,
    pid: pidAt(line.step),
  }));
  return [...started, ...own];
}

function stopLines({ name, description }: Unit): string[] {
  return [
    `Stopping ${name}.service - ${description}...`,
    `${name}.service: Deactivated successfully.`,
    `Stopped ${name}.service - ${description}.`,
  ];
}

function linesOf(turn: Turn, { process }: Unit, after: number, pidAt: (step: number) => number): readonly Line[] {
  const { history, instance } = turn;
  switch (process) {
    case 'kubelet':
      return kubeletLines(history, instance, after, pidAt);
    case 'containerd':
      return runtimeLines(history, instance, after, runtimeInfo(turn).name);
    case 'kube-proxy':
      return proxyLines(history, instance, after, pidAt);
  }
}

function pidOf(turn: Turn, unit: Unit, runs: readonly { step: number; isStart: boolean }[], step: number): number {
  const starts = runs.filter((run) => run.isStart && run.step <= step).length;
  const place = unitsOf(runtimeInfo(turn).name).findIndex(({ name }) => name === unit.name);
  return FIRST_PID + place * PIDS_BETWEEN + starts * PIDS_OF_START;
}

/** Since when a unit runs, and as which process; undefined while it does not. */
export function runningSince(turn: Turn, unit: Unit): { readonly time: number; readonly pid: number } | undefined {
  const runs = turn.history.runs(`${unit.process}/${turn.instance}`);
  const last = runs.at(-1);
  return last?.isStart ? { time: last.time, pid: pidOf(turn, unit, runs, last.step) } : undefined;
}
