import { Store } from '../store/store.ts';
import { Agenda, type AgendaItem } from './agenda.ts';
import { Cells } from './cells.ts';
import { IdleTime, LOOK, leadBefore, PASS } from './idle-time.ts';
import { type DeliverTask, Informers } from './informers.ts';
import { Processes, type Registry } from './processes.ts';
import { RandomStream } from './random-stream.ts';
import { type Participant, StepTurn, type TurnHost } from './step-turn.ts';
import type { Task } from './task.ts';
import { type StepRecord, StepRecorder } from './trace.ts';
import type { Memory } from './turn.ts';

const API_SERVER = 'kube-apiserver';

/**
 * The clockwork of one cluster, at its head: it takes the next item from the agenda, gives its component a turn, and
 * writes the step into the trace. Everything it holds keeps its older versions, so that any earlier step can be looked
 * at (`Moment`) or continued from (`fork`).
 */
export class Timeline implements TurnHost {
  readonly registry: Registry;
  readonly seed: number;
  readonly processes: Processes;
  readonly informers: Informers;
  readonly trace: StepRecord[] = [];
  private readonly memories = new Map<string, Memory>();
  private readonly participants = new Map<string, Participant>();
  private clock: number;
  private idleTime: IdleTime;
  recorder = new StepRecorder();

  readonly store: Store;
  readonly cells: Cells;
  readonly agenda: Agenda;

  constructor(
    registry: Registry,
    seed: number,
    startTime: number,
    store = new Store(),
    cells = new Cells(),
    agenda = new Agenda(),
  ) {
    this.registry = registry;
    this.seed = seed;
    this.clock = startTime;
    this.idleTime = new IdleTime(startTime);
    this.store = store;
    this.cells = cells;
    this.agenda = agenda;
    this.processes = new Processes(cells, () => this.currentStep);
    this.informers = new Informers({
      store,
      agenda,
      registry,
      seed,
      now: () => this.clock,
      step: () => this.currentStep,
      memory: (component) => this.memory(component),
      slot: (component, key) => cells.slot(component, key),
    });
    store.onWrite = (resource, event) => this.informers.deliver(resource, event);
  }

  /** Virtual time in milliseconds since the epoch. */
  get now(): number {
    return this.clock;
  }

  /** Number of the last finished step. */
  get step(): number {
    return this.trace.length;
  }

  /** Number of the step being executed. */
  private get currentStep(): number {
    return this.trace.length + 1;
  }

  memory(component: string): Memory {
    let memory = this.memories.get(component);
    if (!memory) {
      memory = this.cells.memory(component, () => this.currentStep);
      this.memories.set(component, memory);
    }
    return memory;
  }

  /** Throws for a name nobody answers to. */
  participant(component: string): Participant {
    let participant = this.participants.get(component);
    if (!participant) {
      const definition = this.registry.definition(component);
      const instance = component.slice(component.indexOf('/') + 1);
      participant = {
        component,
        definition,
        instance,
        memory: this.memory(component),
        process: this.processes.process(component),
        randomStream: new RandomStream(this.cells, this.seed, component),
      };
      this.participants.set(component, participant);
    }
    return participant;
  }

  /** Moves the clock without doing anything; never backwards. */
  wait(until: number): void {
    if (until > this.clock) this.clock = until;
  }

  /** Whether only work that recurs for ever is waiting. */
  get isSettled(): boolean {
    return this.agenda.foregroundCount === 0;
  }

  /** Executes the next item due until then, whichever component it belongs to. Undefined when there is none. */
  runNext(until: number): StepRecord | undefined {
    const item = this.agenda.next(until);
    if (!item) return undefined;
    const passable = item.idle ? this.passableUntil(item) : undefined;
    if (passable === undefined) return this.run(item);
    return this.isIdle(until) ? undefined : this.passOver(passable - item.at, item.cause);
  }

  /** Whether only idle work is due, which waits until something else happens. */
  isIdle(until: number): boolean {
    const item = this.agenda.next(until);
    const passable = item?.idle ? this.passableUntil(item) : undefined;
    return passable !== undefined && (passable > until || passable === Number.POSITIVE_INFINITY);
  }

  private run(item: AgendaItem): StepRecord {
    this.wait(item.at);
    this.agenda.end(item, this.currentStep);
    return this.execute(item.component, item.task, item.cause, undefined, item.idle);
  }

  private passableUntil(item: AgendaItem): number | undefined {
    const { agenda, processes } = this;
    if (!processes.isWhole) return undefined;
    const until = this.idleTime.passableUntil(item, agenda.nextBusy(), () => agenda.idleItems());
    if (until === undefined) return undefined;
    const observer = this.registry.find(API_SERVER);
    return observer?.isObserved?.(this.memory(API_SERVER)) ? undefined : until;
  }

  /** One step that moves all idle work on. */
  private passOver(milliseconds: number, cause: number): StepRecord {
    this.wait((this.agenda.next(Number.POSITIVE_INFINITY) as AgendaItem).at + milliseconds);
    return this.execute('world', { kind: PASS, milliseconds }, cause, undefined, true);
  }

  /** Somebody looks on: what has been passed over up to now falls into the time just before. */
  private catchUp(): void {
    const first = this.agenda.next(this.clock);
    if (first?.idle && leadBefore(this.clock) > first.at) this.pass(leadBefore(this.clock) - first.at);
  }

  private pass(milliseconds: number): void {
    const components = new Set<string>();
    for (const item of [...this.agenda.idleItems()].sort((one, other) => one.id - other.id)) {
      this.agenda.end(item, this.currentStep);
      this.agenda.add({ ...item, at: item.at + milliseconds, cause: this.currentStep });
      components.add(item.component);
    }
    for (const component of components)
      this.registry.definition(component).passed?.(new StepTurn(this, this.participant(component)));
  }

  /** The next item due, if any: for moves that look before they step. */
  nextItem(until: number): AgendaItem | undefined {
    return this.agenda.next(until);
  }

  /** Gives a component a turn now; with `input`, as the consequence of an input from outside. */
  execute(component: string, task: Task, cause: number, input?: number, isIdle = false): StepRecord {
    const step = this.currentStep;
    const fromRevision = this.store.revision;
    this.recorder = new StepRecorder();
    const participant = this.participant(component);
    try {
      this.dispatch(participant, task);
    } catch (error) {
      this.recorder.failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    const record = this.recorder.record({
      step,
      time: this.clock,
      component,
      task,
      cause: input === undefined ? cause : step,
      input,
      fromRevision,
      toRevision: this.store.revision,
      idle: isIdle ? true : undefined,
    });
    this.trace.push(record);
    this.idleTime.observe(record);
    return record;
  }

  private dispatch(participant: Participant, task: Task): void {
    if (task.kind === PASS) {
      this.pass(task.milliseconds as number);
      return;
    }
    if (task.kind === LOOK) this.catchUp();
    const { definition, component } = participant;
    const turn = new StepTurn(this, participant);
    if (task.kind !== '$list' && task.kind !== '$deliver' && task.kind !== '$catchup') {
      definition.handle?.(turn, task);
      return;
    }
    if (!this.isReachable(component, API_SERVER)) {
      this.informers.fallBehind(component, task);
      return;
    }
    const events = this.informers.receive(component, task);
    if (events && (events.length > 0 || task.kind === '$list'))
      definition.observe?.(turn, task.resource as string, events);
  }

  /** Starts a process: informers first, then its `start`. */
  start(component: string): void {
    if (this.processes.isRunning(component)) return;
    this.processes.start(component);
    this.informers.open(component);
    this.registry.definition(component).start?.(new StepTurn(this, this.participant(component)));
    if (component === API_SERVER) this.reconnectAll();
  }

  /** Ends a process: whatever its component does not declare durable is forgotten. */
  stop(component: string): void {
    if (!this.processes.isRunning(component)) return;
    this.processes.stop(component);
    this.informers.close(component);
    const definition = this.registry.definition(component);
    this.agenda.drop(component, (task) => definition.survives?.(task) ?? false, this.currentStep);
    const durable = definition.durable ?? [];
    const memory = this.memory(component);
    for (const key of memory.keys('')) {
      if (!durable.some((prefix) => key.startsWith(prefix))) memory.delete(key);
    }
  }

  heal(left: string, right: string): void {
    this.processes.heal(left, right);
    for (const component of [left, right]) {
      if (this.processes.isRunning(component)) this.informers.reconnect(component);
    }
  }

  isReachable(from: string, to: string): boolean {
    return this.processes.isRunning(to) && !this.processes.isCut(from, to);
  }

  /**
   * A timeline of its own that continues from an earlier step. Nothing is copied but the lists of versions; objects
   * are shared.
   */
  fork(step: number): Timeline {
    const revision = this.revisionAt(step);
    const last = this.trace[step - 1];
    const first = this.trace[0];
    const time = last ? last.time : (first?.time ?? this.clock);
    const agenda = this.agenda.fork(step, (task) => taskUntil(task, revision));
    const copy = new Timeline(this.registry, this.seed, time, this.store.fork(revision), this.cells.fork(step), agenda);
    for (let at = 0; at < step; at++) copy.trace.push(this.trace[at] as StepRecord);
    copy.idleTime = IdleTime.at(copy.trace, first?.time ?? time);
    for (const component of copy.processes.names()) {
      if (copy.processes.isRunning(component)) copy.informers.reopen(component);
    }
    for (const item of agenda.pendingAt(step)) if (item.task.kind === '$deliver') copy.informers.resume(item);
    return copy;
  }

  /** The store's revision after a step. */
  revisionAt(step: number): number {
    if (step <= 0) return this.trace[0]?.fromRevision ?? this.store.revision;
    return this.trace[step - 1]?.toRevision ?? this.store.revision;
  }

  private reconnectAll(): void {
    for (const component of this.processes.names()) {
      if (this.processes.isRunning(component)) this.informers.reconnect(component);
    }
  }
}

/** A delivery on its way takes up revisions as they are committed: without those that came after `revision`. */
export function taskUntil(task: Task, revision: number): Task {
  if (task.kind !== '$deliver') return task;
  const { until, revisions, ...deliver } = task as DeliverTask;
  return {
    ...deliver,
    until: Math.min(until, revision),
    ...(revisions ? { revisions: revisions.filter((candidate) => candidate <= revision) } : {}),
  };
}
