import type { Turn } from '../sim/turn.ts';

/**
 * The rate-limited work queue of client-go (`k8s.io/client-go/util/workqueue`) with one worker, as memory cells:
 *
 *     queue/bounds          { head, tail }: sequence numbers of the first key and of the next free place
 *     queue/item/<number>   the key in that place
 *     queue/dirty/<key>     the key needs work; it is not queued twice
 *     queue/worker          what the worker is doing, see `Worker`
 *     queue/failures/<key>  failures in a row, for the back-off
 *     queue/waiting/<key>   { at, handle }: the key is added then
 *
 * Every operation touches a fixed number of small cells, whatever the length of the queue.
 */
interface Bounds {
  readonly head: number;
  readonly tail: number;
}

/**
 * The one worker. Until `freeAt` it is busy with the writes of its last sync, and the key of that sync is still being
 * processed: when it becomes dirty meanwhile it goes to the end of the queue only afterwards (`again`).
 */
interface Worker {
  readonly scheduled: boolean;
  readonly freeAt: number;
  readonly processing?: string;
  readonly again?: boolean;
}

interface Waiting {
  readonly at: number;
  readonly handle: number;
}

/** Options of a delayed addition. */
export interface DelayOptions {
  /** The key comes back for ever or only guards a deadline: the cluster counts as settled while it waits. */
  readonly background?: boolean;
}

/** `DefaultTypedControllerRateLimiter`: 5 ms, doubled with each failure, at most 1000 s. */
export const BASE_RETRY_DELAY = 5;
export const MAX_RETRY_DELAY = 1_000_000;

/** From here on (1.28 s) a retry is no longer part of what the cluster settles: the cause has to go away first. */
const PERSISTENT_FAILURES = 8;

const EMPTY: Bounds = { head: 0, tail: 0 };
const IDLE: Worker = { scheduled: false, freeAt: 0 };

/** Adds a key unless it already waits for work, and wakes the worker. */
export function enqueue(turn: Turn, key: string): void {
  const { memory } = turn;
  if (memory.get(`queue/dirty/${key}`) === true) return;
  memory.set(`queue/dirty/${key}`, true);
  const worker = memory.get<Worker>('queue/worker') ?? IDLE;
  if (worker.processing === key && turn.now < worker.freeAt) {
    memory.set('queue/worker', { ...worker, again: true, scheduled: true });
  } else {
    append(turn, key);
    if (!worker.scheduled) memory.set('queue/worker', { ...worker, scheduled: true });
  }
  if (!worker.scheduled) turn.after(Math.max(0, worker.freeAt - turn.now), { kind: 'sync' });
}

/** Adds a key after a delay. Of several delays for one key the earliest counts. */
export function enqueueAfter(turn: Turn, key: string, delay: number, options: DelayOptions = {}): void {
  if (delay <= 0) {
    enqueue(turn, key);
    return;
  }
  const at = turn.now + delay;
  const waiting = turn.memory.get<Waiting>(`queue/waiting/${key}`);
  if (waiting !== undefined) {
    if (waiting.at <= at) return;
    turn.cancel(waiting.handle);
  }
  const handle = turn.after(delay, { kind: 'enqueue', key }, options);
  turn.memory.set(`queue/waiting/${key}`, { at, handle });
}

/** Adds a key after its exponential back-off, one step longer with each call until `forget`. */
export function enqueueRateLimited(turn: Turn, key: string): void {
  const failures = failuresOf(turn, key);
  turn.memory.set(`queue/failures/${key}`, failures + 1);
  const delay = Math.min(BASE_RETRY_DELAY * 2 ** failures, MAX_RETRY_DELAY);
  enqueueAfter(turn, key, delay, failures >= PERSISTENT_FAILURES ? { background: true } : {});
}

/** How often the key went through `enqueueRateLimited` since it was last forgotten. */
export function failuresOf(turn: Turn, key: string): number {
  return turn.memory.get<number>(`queue/failures/${key}`) ?? 0;
}

/** The key is in order again: its next failure starts with the shortest back-off. */
export function forget(turn: Turn, key: string): void {
  if (failuresOf(turn, key) > 0) turn.memory.delete(`queue/failures/${key}`);
}

/** A delay has passed (task `{ kind: 'enqueue', key }`). */
export function endWait(turn: Turn, key: string): void {
  turn.memory.delete(`queue/waiting/${key}`);
  enqueue(turn, key);
}

/** The worker takes the next key. Undefined when there is none. */
export function takeKey(turn: Turn): string | undefined {
  const { memory } = turn;
  const worker = memory.get<Worker>('queue/worker') ?? IDLE;
  if (worker.again && worker.processing !== undefined) append(turn, worker.processing);
  const bounds = memory.get<Bounds>('queue/bounds') ?? EMPTY;
  const key = bounds.head < bounds.tail ? memory.get<string>(`queue/item/${bounds.head}`) : undefined;
  if (key === undefined) {
    memory.set('queue/worker', IDLE);
    return undefined;
  }
  memory.delete(`queue/item/${bounds.head}`);
  memory.delete(`queue/dirty/${key}`);
  memory.set('queue/bounds', { head: bounds.head + 1, tail: bounds.tail });
  memory.set('queue/worker', { scheduled: true, freeAt: Number.MAX_SAFE_INTEGER, processing: key });
  return key;
}

/** The worker's sync is over except for the `latency` of its writes; it goes on with the next key after that. */
export function finishKey(turn: Turn, latency: number): void {
  const worker = turn.memory.get<Worker>('queue/worker') ?? IDLE;
  const bounds = turn.memory.get<Bounds>('queue/bounds') ?? EMPTY;
  const scheduled = worker.again === true || bounds.head < bounds.tail;
  turn.memory.set('queue/worker', { ...worker, freeAt: turn.now + latency, scheduled });
  if (scheduled) turn.after(latency, { kind: 'sync' });
}

function append(turn: Turn, key: string): void {
  const { head, tail } = turn.memory.get<Bounds>('queue/bounds') ?? EMPTY;
  turn.memory.set(`queue/item/${tail}`, key);
  turn.memory.set('queue/bounds', { head, tail: tail + 1 });
}
