import type { Sentence } from '../sentence.ts';
import type { Store } from '../store/store.ts';
import type { History } from './history.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Task } from './task.ts';

/**
 * What a component remembers: named cells of plain immutable data. Each `set` makes a new version, so that every
 * older moment stays readable; change a value by setting a new one, never in place. Split big state into many cells
 * (`pod/<uid>`, `queue/<sequence>`): one changed cell then costs one small record, not a copy of everything.
 */
export interface Memory {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** Live keys with the prefix: in order of their creation for a prefix with a slash (`pod/`), sorted otherwise. */
  keys(prefix: string): string[];
}

/** How a task is put on the agenda. */
export interface ScheduleOptions {
  /** Work that recurs for ever (heartbeats, probes, process timers): the cluster counts as settled while only such work waits. */
  readonly background?: boolean;
  /**
   * Background work that will change nothing worth mentioning, now that nothing else happens: the next beat of a healthy
   * node, a look at what was found in order. Long stretches in which only such work is due are passed over (`IdleTime`).
   */
  readonly idle?: boolean;
}

/**
 * One turn of one component: everything it may see and do. The whole turn is one step of the trace and one atomic
 * change of the state. There is no other way to reach time, chance, other components or the API.
 */
export interface Turn {
  /** Virtual time in milliseconds since the Unix epoch. */
  readonly now: number;
  /** Full name: `kubelet/node-1`. */
  readonly component: string;
  /** What follows the first slash (`node-1`), or the name itself where there is none. */
  readonly instance: string;
  readonly memory: Memory;
  /** Who called, while serving a call. */
  readonly caller?: string;
  /** [0, 1), from this component's own stream. */
  random(): number;
  /** This component's informer cache of a resource it watches. Stale by the watch latency, as in a real cluster. */
  cache(resource: string): ObjectReader;
  /**
   * Opens an informer besides those that the component always has, for a resource that it learns of while it runs; `observe`
   * hears of what is there first. It stays open until `unfollow` or the end of the process.
   */
  follow(resource: string): void;
  unfollow(resource: string): void;
  /** Runs `task` on this component after `delay` milliseconds. Returns a handle for `cancel`. */
  after(delay: number, task: Task, options?: ScheduleOptions): number;
  cancel(handle: number): void;
  /** Runs `task` on another component after `delay`: a packet or an event that crosses a border. */
  send(component: string, delay: number, task: Task, options?: ScheduleOptions): number;
  /**
   * Calls another component's `serve` at once, in this step, and returns what it returns.
   * Throws `Unreachable` when that component is stopped or the link to it is cut.
   */
  call(component: string, request: object): unknown;
  /** Whether the component's process is running. */
  isRunning(component: string): boolean;
  /** One line for the trace, in the words of the component's own log: what it decided and why (English, plain data). */
  note(sentence: Sentence, about?: { resource: string; namespace?: string; name: string }): void;
  /** What has been recorded so far. */
  readonly history: History;
  /** Starting, stopping and cutting off: only the component `world` has it. */
  readonly control?: Control;
  /** The etcd key space. Only the API server (and etcd itself) may touch it; everybody else makes requests. */
  readonly store: Store;
}

/** What the outside world can do to a cluster. Each takes effect at once. */
export interface Control {
  /** Starts a process: `start` of its component runs within this step. Starting what runs changes nothing. */
  start(component: string): void;
  /** Ends a process at once: its memory is gone but for what is durable, its pending tasks never run. */
  stop(component: string): void;
  /** Cuts or heals the network between two components, both ways. */
  cut(left: string, right: string): void;
  heal(left: string, right: string): void;
  /** Every process ever started, in order of their first start. */
  processes(): readonly { readonly component: string; readonly isRunning: boolean }[];
}

/** A call could not reach its target. `message` reads like Go's: `dial tcp 10.77.255.1:6443: connect: connection refused`. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly target: string;
  constructor(target: string, message: string) {
    super(message);
    this.target = target;
  }
}
