import type { KubeObject } from '../object.ts';
import { LATENCY } from '../sim/latency.ts';
import type { Memory, Turn } from '../sim/turn.ts';

/**
 * The scheduling queue (`pkg/scheduler/backend/queue/scheduling_queue.go`), as memory cells:
 *
 *     pod/<uid>              a pod that waits, see `QueuedPod`
 *     lanes                  one lane a priority, highest first: { priority, head, tail }
 *     active/<priority>/<n>  { uid, timestamp }: the pods of a lane, oldest first
 *     backoff/<uid>          pods that wait until their back-off is over
 *     unschedulable/<uid>    pods that wait for a change in the cluster
 *
 * Adding or taking a pod touches a fixed number of small cells, whatever the length of the queue.
 */
type QueueName = 'active' | 'backoff' | 'unschedulable' | 'gated';

export interface QueuedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly priority: number;
  readonly queue: QueueName;
  /** When it last came from outside or out of a failed attempt: the queue's order, and the beginning of a back-off. */
  readonly timestamp: number;
  /** Failed attempts. */
  readonly attempts: number;
  /** The plugins that rejected it last; none when the attempt broke on an error. */
  readonly rejectedBy: readonly string[];
  /** End of the back-off after the last failure. */
  readonly backoffUntil: number;
}

interface Lane {
  readonly priority: number;
  readonly head: number;
  readonly tail: number;
}

interface Place {
  readonly uid: string;
  readonly timestamp: number;
}

/** `podInitialBackoffSeconds` and `podMaxBackoffSeconds`. */
const INITIAL_BACKOFF = 1000;
const MAX_BACKOFF = 10_000;
/** `DefaultPodMaxInUnschedulablePodsDuration`, and how often it is looked at. */
const MAX_UNSCHEDULABLE_TIME = 5 * 60_000;
const FLUSH_INTERVAL = 30_000;

const PERSISTENT_ATTEMPTS = 8;

const NO_LANES: readonly Lane[] = [];
const EMPTY_LANE: Pick<Lane, 'head' | 'tail'> = { head: 0, tail: 0 };
const NO_PLUGINS: readonly string[] = [];

export function queuedPod(memory: Pick<Memory, 'get'>, uid: string): QueuedPod | undefined {
  return memory.get<QueuedPod>(`pod/${uid}`);
}

/** A pod turns up that has no node yet. */
export function addNew(turn: Turn, pod: KubeObject, isGated: boolean): void {
  const { uid, namespace, name } = pod.metadata;
  const entry: QueuedPod = {
    uid,
    namespace: namespace ?? '',
    name,
    priority: pod.spec.priority ?? 0,
    queue: isGated ? 'gated' : 'active',
    timestamp: turn.now,
    attempts: 0,
    rejectedBy: NO_PLUGINS,
    backoffUntil: 0,
  };
  if (isGated) turn.memory.set(`pod/${uid}`, entry);
  else activate(turn, entry);
}

/** Puts a pod where the scheduler takes from. */
export function activate(turn: Turn, entry: QueuedPod): void {
  const { memory } = turn;
  leave(memory, entry);
  const lanes = memory.get<readonly Lane[]>('lanes') ?? NO_LANES;
  const { priority } = entry;
  const { head, tail } = lanes.find((lane) => lane.priority === priority) ?? EMPTY_LANE;
  let at = tail;
  // Mostly the newest goes last; one that failed earlier than others goes back before them.
  for (; at > head; at--) {
    const before = memory.get<Place>(`active/${priority}/${at - 1}`) as Place;
    if (before.timestamp <= entry.timestamp) break;
    memory.set(`active/${priority}/${at}`, before);
  }
  memory.set(`active/${priority}/${at}`, { uid: entry.uid, timestamp: entry.timestamp });
  setLane(memory, lanes, { priority, head, tail: tail + 1 });
  memory.set(`pod/${entry.uid}`, entry.queue === 'active' ? entry : { ...entry, queue: 'active' });
  wake(turn);
}

/** Puts a lane in its place among the others; one without pods goes. */
function setLane(memory: Memory, lanes: readonly Lane[], lane: Lane): void {
  const changed: Lane[] = [];
  let isPlaced = lane.head === lane.tail;
  for (const other of lanes) {
    if (!isPlaced && other.priority <= lane.priority) {
      changed.push(lane);
      isPlaced = true;
    }
    if (other.priority !== lane.priority) changed.push(other);
  }
  if (!isPlaced) changed.push(lane);
  memory.set('lanes', changed);
}

/** Takes a pod out of whichever queue it is in; its place in a lane stays behind as an empty one. */
function leave(memory: Memory, entry: QueuedPod): void {
  if (entry.queue === 'backoff') memory.delete(`backoff/${entry.uid}`);
  if (entry.queue === 'unschedulable') memory.delete(`unschedulable/${entry.uid}`);
}

/** Has the scheduler look at its queue, once: one pod a cycle (task `{ kind: 'schedule' }`). */
function wake(turn: Turn): void {
  if (turn.memory.get('awake') === true) return;
  turn.memory.set('awake', true);
  turn.after(LATENCY.schedulingCycle, { kind: 'schedule' });
}

/**
 * The pod whose turn it is: the oldest of the highest priority. When none is active, one that is backing off is tried
 * early rather than leaving the scheduler idle (the feature SchedulerPopFromBackoffQ), unless it failed on an error.
 */
export function take(memory: Memory): QueuedPod | undefined {
  for (;;) {
    const lanes = memory.get<readonly Lane[]>('lanes') ?? NO_LANES;
    if (lanes.length === 0) break;
    const { priority, head, tail } = lanes[0] as Lane;
    const cell = `active/${priority}/${head}`;
    const place = memory.get<Place>(cell) as Place;
    memory.delete(cell);
    setLane(memory, lanes, { priority, head: head + 1, tail });
    const entry = queuedPod(memory, place.uid);
    if (entry?.queue === 'active' && entry.timestamp === place.timestamp && entry.priority === priority)
      return taken(memory, entry);
  }
  const early = firstBackingOff(memory);
  return early && taken(memory, early);
}

function taken(memory: Memory, entry: QueuedPod): QueuedPod {
  leave(memory, entry);
  memory.delete(`pod/${entry.uid}`);
  return entry;
}

function firstBackingOff(memory: Memory): QueuedPod | undefined {
  let first: QueuedPod | undefined;
  for (const key of memory.keys('backoff/')) {
    const entry = queuedPod(memory, key.slice('backoff/'.length)) as QueuedPod;
    if (entry.rejectedBy.length > 0 && (!first || entry.backoffUntil < first.backoffUntil)) first = entry;
  }
  return first;
}

/** A cycle is over: the next begins if `take` would find something. */
export function continueQueue(turn: Turn): void {
  const lanes = turn.memory.get<readonly Lane[]>('lanes') ?? NO_LANES;
  if (lanes.length > 0 || firstBackingOff(turn.memory) !== undefined)
    turn.after(LATENCY.schedulingCycle, { kind: 'schedule' });
  else turn.memory.delete('awake');
}

/** An attempt failed because no node fits: the pod waits for a change that concerns the plugins that rejected it. */
export function addUnschedulable(turn: Turn, entry: QueuedPod, rejectedBy: readonly string[]): void {
  const attempts = entry.attempts + 1;
  const failed: QueuedPod = {
    ...entry,
    queue: 'unschedulable',
    timestamp: turn.now,
    attempts,
    rejectedBy,
    backoffUntil: turn.now + backoffDuration(attempts),
  };
  turn.memory.set(`pod/${entry.uid}`, failed);
  turn.memory.set(`unschedulable/${entry.uid}`, turn.now);
  startFlushing(turn);
}

/**
 * An attempt broke on an error, such as a refused binding or no node at all: the pod is tried again after its back-off.
 * From the eighth time on that is no longer part of what the cluster settles.
 */
export function addAfterError(turn: Turn, entry: QueuedPod): void {
  const attempts = entry.attempts + 1;
  const backoffUntil = turn.now + backoffDuration(attempts);
  backOff(turn, { ...entry, timestamp: turn.now, attempts, rejectedBy: NO_PLUGINS, backoffUntil });
}

function backoffDuration(attempts: number): number {
  return Math.min(INITIAL_BACKOFF * 2 ** (attempts - 1), MAX_BACKOFF);
}

function backOff(turn: Turn, entry: QueuedPod): void {
  turn.memory.set(`pod/${entry.uid}`, { ...entry, queue: 'backoff' });
  turn.memory.set(`backoff/${entry.uid}`, entry.backoffUntil);
  const background = entry.attempts >= PERSISTENT_ATTEMPTS;
  turn.after(entry.backoffUntil - turn.now, { kind: 'backoffCompleted', uid: entry.uid }, { background });
  if (entry.rejectedBy.length > 0) wake(turn);
}

/** A back-off is over (task `{ kind: 'backoffCompleted', uid }`). */
export function endBackoff(turn: Turn, uid: string): void {
  const entry = queuedPod(turn.memory, uid);
  if (entry?.queue === 'backoff' && entry.backoffUntil <= turn.now) activate(turn, entry);
}

/** Something has changed for a waiting pod: on to the active queue, by way of the back-off queue if that is not over. */
export function requeue(turn: Turn, entry: QueuedPod): void {
  if (entry.backoffUntil <= turn.now) {
    activate(turn, entry);
    return;
  }
  leave(turn.memory, entry);
  backOff(turn, entry);
}

/** Pods that wait for a change. */
export function unschedulablePods(memory: Memory): readonly QueuedPod[] {
  return memory.keys('unschedulable/').map((key) => queuedPod(memory, key.slice('unschedulable/'.length)) as QueuedPod);
}

/** Whether there is anything for a change to move. */
export function hasUnschedulable(memory: Memory): boolean {
  return memory.get('flushing') === true;
}

function startFlushing(turn: Turn): void {
  if (turn.memory.get('flushing') === true) return;
  turn.memory.set('flushing', true);
  turn.after(FLUSH_INTERVAL, { kind: 'flushUnschedulable' }, { background: true });
}

/** Nobody waits longer than five minutes, even if nothing seems to have changed (task `{ kind: 'flushUnschedulable' }`). */
export function flushUnschedulable(turn: Turn): void {
  for (const entry of unschedulablePods(turn.memory)) {
    if (turn.now - entry.timestamp > MAX_UNSCHEDULABLE_TIME) requeue(turn, entry);
  }
  turn.memory.delete('flushing');
  if (turn.memory.keys('unschedulable/').length > 0) startFlushing(turn);
}

/** A pod does not wait any more. */
export function remove(memory: Memory, uid: string): void {
  const entry = queuedPod(memory, uid);
  if (entry) taken(memory, entry);
}
