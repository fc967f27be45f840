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

/** The one worker. It is busy with the writes of its last sync until `freeAt`; `scheduled`: its next sync is on the agenda. */
interface Worker {
  readonly scheduled: boolean;
  readonly freeAt: number;
}

interface Waiting {
  readonly at: number;
  readonly handle: number;
}

/** Options of a delayed addition. */
export interface DelayOptions {
  /** The key comes back for ever or only guards a deadline: the cluster counts as settled while it waits. */
  readonly background?: boolean;
  /** Nothing will come of it unless something else happens first. */
  readonly idle?: boolean;
}

/** `DefaultTypedControllerRateLimiter`: 5 ms, doubled with each failure, at most 1000 s. */
const BASE_RETRY_DELAY = 5;
const MAX_RETRY_DELAY = 1_000_000;

/** From here on (1.28 s) a retry is no longer part of what the cluster settles: the cause has to go away first. */
const PERSISTENT_FAILURES = 8;

const EMPTY: Bounds = { head: 0, tail: 0 };
const IDLE: Worker = { scheduled: false, freeAt: 0 };

/**
 * Adds a key unless it already waits for work, and wakes the worker. A key that becomes dirty during its own sync is
 * queued again behind the others.
 */
export function enqueue(turn: Turn, key: string): void {
  const { memory } = turn;
  const dirty = `queue/dirty/${key}`;
  if (memory.get(dirty) === true) return;
  const { head, tail } = memory.get<Bounds>('queue/bounds') ?? EMPTY;
  memory.set(dirty, true);
  memory.set(`queue/item/${tail}`, key);
  memory.set('queue/bounds', { head, tail: tail + 1 });
  const { scheduled, freeAt } = memory.get<Worker>('queue/worker') ?? IDLE;
  if (scheduled) return;
  memory.set('queue/worker', { scheduled: true, freeAt });
  turn.after(Math.max(0, freeAt - turn.now), { kind: 'sync', key });
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
  const { head, tail } = memory.get<Bounds>('queue/bounds') ?? EMPTY;
  const item = `queue/item/${head}`;
  const key = memory.get<string>(item);
  if (key === undefined) return undefined;
  memory.delete(item);
  memory.delete(`queue/dirty/${key}`);
  memory.set('queue/bounds', { head: head + 1, tail });
  return key;
}

/** The worker's sync is over except for the `latency` of its writes; it goes on with the next key after that. */
export function finishKey(turn: Turn, latency: number): void {
  const { head } = turn.memory.get<Bounds>('queue/bounds') ?? EMPTY;
  const next = turn.memory.get<string>(`queue/item/${head}`);
  turn.memory.set('queue/worker', { scheduled: next !== undefined, freeAt: turn.now + latency });
  if (next !== undefined) turn.after(latency, { kind: 'sync', key: next });
}
