import type { Cells, Slot } from './cells.ts';
import type { Component } from './component.ts';
import type { Memory } from './turn.ts';

interface ProcessState {
  readonly isRunning: boolean;
}

/** The definitions of all components, found by full name or by family. */
export class Registry {
  private readonly definitions = new Map<string, Component>();

  constructor(components: readonly Component[]) {
    for (const component of components) this.definitions.set(component.name, component);
  }

  /** Throws for a name nobody answers to: a misspelt component is a defect of the caller. */
  definition(name: string): Component {
    const found = this.find(name);
    if (!found) throw new Error(`no component "${name}": known are ${[...this.definitions.keys()].join(', ')}`);
    return found;
  }

  find(name: string): Component | undefined {
    return this.definitions.get(name) ?? this.definitions.get(name.split('/')[0] as string);
  }
}

/** The component under whose name these cells are kept. */
const PROCESSES = '$processes';

/** How many links are cut: mostly none, and then no call needs to look for its own. */
const CUTS = 'cuts';
/** How many processes have been stopped and not started again. */
const STOPPED = 'stopped';

/** One process, by whoever looks at it all the time. */
export class Process {
  private readonly state: Slot<ProcessState>;

  constructor(state: Slot<ProcessState>) {
    this.state = state;
  }

  get isRunning(): boolean {
    return this.state.value?.isRunning ?? false;
  }
}

/** Which processes run, and which links between them are cut. Kept in cells, like all state. */
export class Processes {
  private readonly cells: Cells;
  private readonly memory: Memory;
  private readonly cuts: Slot<number>;
  private readonly processes = new Map<string, Process>();

  constructor(cells: Cells, step: () => number) {
    this.cells = cells;
    this.memory = cells.memory(PROCESSES, step);
    this.cuts = cells.slot(PROCESSES, CUTS);
  }

  process(component: string): Process {
    let process = this.processes.get(component);
    if (process === undefined) {
      process = new Process(this.cells.slot(PROCESSES, `process:${component}`));
      this.processes.set(component, process);
    }
    return process;
  }

  isRunning(component: string): boolean {
    return this.process(component).isRunning;
  }

  /** Every start and end of a process after a step, oldest first. */
  changes(component: string, after = 0): { readonly step: number; readonly isRunning: boolean }[] {
    const key = `process:${component}`;
    return this.cells
      .versions(PROCESSES, key, after)
      .filter((version) => version.key === key)
      .map(({ step, value }) => ({ step, isRunning: (value as ProcessState).isRunning }));
  }

  names(): string[] {
    return this.memory.keys('process:').map((key) => key.slice('process:'.length));
  }

  /** Whether every process that was ever started runs, and no link is cut. */
  get isWhole(): boolean {
    return (this.memory.get<number>(STOPPED) ?? 0) === 0 && (this.cuts.value ?? 0) === 0;
  }

  start(component: string): void {
    const wasStopped = this.memory.get<ProcessState>(`process:${component}`)?.isRunning === false;
    if (wasStopped) this.memory.set(STOPPED, (this.memory.get<number>(STOPPED) ?? 0) - 1);
    this.memory.set(`process:${component}`, { isRunning: true } satisfies ProcessState);
  }

  stop(component: string): void {
    if (this.isRunning(component)) this.memory.set(STOPPED, (this.memory.get<number>(STOPPED) ?? 0) + 1);
    this.memory.set(`process:${component}`, { isRunning: false } satisfies ProcessState);
  }

  isCut(left: string, right: string): boolean {
    return (this.cuts.value ?? 0) > 0 && this.memory.get(linkKey(left, right)) !== undefined;
  }

  cut(left: string, right: string): void {
    if (this.isCut(left, right)) return;
    this.memory.set(linkKey(left, right), true);
    this.memory.set(CUTS, (this.cuts.value ?? 0) + 1);
  }

  heal(left: string, right: string): void {
    if (!this.isCut(left, right)) return;
    this.memory.delete(linkKey(left, right));
    this.memory.set(CUTS, (this.cuts.value ?? 0) - 1);
  }
}

function linkKey(left: string, right: string): string {
  return left < right ? `link:${left}|${right}` : `link:${right}|${left}`;
}
