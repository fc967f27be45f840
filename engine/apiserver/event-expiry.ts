import type { KubeObject } from '../object.ts';
import { parseTimestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';
import { publish } from './watch.ts';

export const EXPIRY_TASK = 'expireEvents';
const EVENTS = 'events';
/** `--event-ttl`. */
const LIFETIME = 3_600_000;
/** Keys of one minute share a lease in etcd, so they go together. */
const LEASE = 60_000;
const PLANNED = 'event-expiry';

/** An Event that has been written will have to go. */
export function planExpiry(turn: Turn): void {
  if (turn.memory.get(PLANNED) !== undefined) return;
  turn.memory.set(PLANNED, true);
  turn.after(LIFETIME + LEASE, { kind: EXPIRY_TASK }, { background: true });
}

/** Events last for an hour after they were last written; etcd forgets them then. */
export function expireEvents(turn: Turn): void {
  turn.memory.delete(PLANNED);
  const all = turn.store.at(EVENTS).list();
  let next = Number.POSITIVE_INFINITY;
  for (const event of all) {
    const end = lastWritten(event) + LIFETIME;
    if (end > turn.now) {
      next = Math.min(next, end);
      continue;
    }
    const { namespace = '', name } = event.metadata;
    const revision = turn.store.delete(EVENTS, namespace, name);
    publish(turn, EVENTS, { type: 'DELETED', object: event, previous: event, revision });
  }
  if (next === Number.POSITIVE_INFINITY) return;
  turn.memory.set(PLANNED, true);
  turn.after(next - turn.now + LEASE, { kind: EXPIRY_TASK }, { background: true });
}

function lastWritten(event: KubeObject): number {
  const { lastTimestamp, series, metadata } = event as KubeObject & {
    readonly lastTimestamp?: string;
    readonly series?: { readonly lastObservedTime?: string };
  };
  const times = [metadata.creationTimestamp, lastTimestamp, series?.lastObservedTime];
  return Math.max(...times.map((time) => (time ? parseTimestamp(time) || 0 : 0)));
}
