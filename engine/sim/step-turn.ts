import type { Sentence } from '../sentence.ts';
import type { Store } from '../store/store.ts';
import type { Agenda } from './agenda.ts';
import type { Component } from './component.ts';
import type { History } from './history.ts';
import type { Informers } from './informers.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Process } from './processes.ts';
import type { RandomStream } from './random-stream.ts';
import { type Recorded, recordedHistory } from './recorded-history.ts';
import type { Task } from './task.ts';
import type { StepRecorder } from './trace.ts';
import { type Control, type Memory, type ScheduleOptions, type Turn, Unreachable } from './turn.ts';

/** The component that may start and stop others. */
const WORLD = 'world';

/** What every turn of a component needs, looked up once. */
export interface Participant {
  readonly component: string;
  readonly definition: Component;
  /** What follows the first slash of its name, or the name itself. */
  readonly instance: string;
  readonly memory: Memory;
  readonly process: Process;
  readonly randomStream: RandomStream;
}

/** What a turn needs of the timeline around it. */
export interface TurnHost extends Recorded {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly informers: Informers;
  readonly recorder: StepRecorder;
  /** Throws for a name nobody answers to. */
  participant(component: string): Participant;
  start(component: string): void;
  stop(component: string): void;
  heal(left: string, right: string): void;
}

/** A turn on a timeline; a call to another component is a turn within the turn. */
export class StepTurn implements Turn {
  readonly component: string;
  readonly instance: string;
  readonly memory: Memory;
  readonly caller?: string;
  private readonly timeline: TurnHost;
  private readonly participant: Participant;

  constructor(timeline: TurnHost, participant: Participant, caller?: string) {
    this.timeline = timeline;
    this.participant = participant;
    this.component = participant.component;
    this.instance = participant.instance;
    this.memory = participant.memory;
    this.caller = caller;
  }

  get now(): number {
    return this.timeline.now;
  }

  get store(): Store {
    return this.timeline.store;
  }

  get history(): History {
    return recordedHistory(this.timeline);
  }

  get control(): Control | undefined {
    if (this.component !== WORLD) return undefined;
    const { timeline } = this;
    return {
      start: (component) => timeline.start(component),
      stop: (component) => timeline.stop(component),
      cut: (left, right) => timeline.processes.cut(left, right),
      heal: (left, right) => timeline.heal(left, right),
      processes: () =>
        timeline.processes
          .names()
          .map((component) => ({ component, isRunning: timeline.processes.isRunning(component) })),
    };
  }

  random(): number {
    return this.participant.randomStream.draw(this.timeline.step + 1);
  }

  cache(resource: string): ObjectReader {
    return this.timeline.informers.cache(this.component, resource);
  }

  follow(resource: string): void {
    this.timeline.informers.follow(this.component, resource);
  }

  unfollow(resource: string): void {
    this.timeline.informers.unfollow(this.component, resource);
  }

  after(delay: number, task: Task, options?: ScheduleOptions): number {
    return this.schedule(this.participant, delay, task, options);
  }

  send(component: string, delay: number, task: Task, options?: ScheduleOptions): number {
    this.timeline.recorder.call(this.component, component, task);
    return this.schedule(this.timeline.participant(component), delay, task, options);
  }

  cancel(handle: number): void {
    this.timeline.agenda.cancel(handle, this.timeline.step + 1);
  }

  call(component: string, request: object): unknown {
    this.timeline.recorder.call(this.component, component, request);
    const called = this.timeline.participant(component);
    const { definition, process } = called;
    if (!process.isRunning && !definition.servesStopped?.(request)) {
      throw new Unreachable(component, 'connect: connection refused');
    }
    if (this.timeline.processes.isCut(this.component, component)) {
      throw new Unreachable(component, 'i/o timeout');
    }
    if (!definition.serve) throw new Error(`${component} serves no calls`);
    return definition.serve(new StepTurn(this.timeline, called, this.component), request);
  }

  isRunning(component: string): boolean {
    return this.timeline.processes.isRunning(component);
  }

  note(sentence: Sentence, about?: { resource: string; namespace?: string; name: string }): void {
    this.timeline.recorder.note({ component: this.component, sentence, ...(about ? { about } : {}) });
  }

  /** A task for a process that does not run is lost, unless such tasks outlive the process. The handle of a lost one is 0. */
  private schedule(to: Participant, delay: number, task: Task, options: ScheduleOptions | undefined): number {
    const { timeline } = this;
    if (!to.process.isRunning && !to.definition.survives?.(task)) return 0;
    return timeline.agenda.add({
      at: timeline.now + Math.max(0, Math.round(delay)),
      component: to.component,
      task,
      background: options?.background ?? false,
      idle: options?.idle ?? false,
      cause: timeline.step + 1,
    }).id;
  }
}
