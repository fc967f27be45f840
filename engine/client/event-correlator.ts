/**
 * Decides what becomes of an event, as `EventCorrelator` in `k8s.io/client-go/tools/record/events_cache.go`:
 *  1. Flood: one source may send 25 events about one object, then one more every 300 s.
 *  2. Similarity: from the tenth different message of one reason within 600 s on, they are combined.
 *  3. Repetition: the same message again raises the count of the event that exists.
 */

/** What one source remembers of the events about one object. */
export interface EventHistory {
  readonly tokens: number;
  readonly refilledAt: number;
  /** By source, type and reason: the different messages so far. Few enough that a list is looked through fastest. */
  readonly similar: readonly Similar[];
  /** By the same key and the message: the event that was written. */
  readonly written: readonly EventEntry[];
}

interface Similar {
  readonly key: string;
  readonly messages: readonly string[];
  readonly lastSeen: number;
}

/** An event as it was written last. */
interface EventEntry {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  readonly firstSeen: number;
}

/** `entry` is absent when the event is dropped; it is to be created when its count is 1, else patched. */
export interface EventDecision {
  readonly history: EventHistory;
  readonly entry?: EventEntry;
  readonly message: string;
}

const FLOOD_BURST = 25;
const FLOOD_REFILL_MILLISECONDS = 300_000;
const SIMILAR_EVENTS = 10;
const SIMILAR_INTERVAL_MILLISECONDS = 600_000;
/** So many events about one object are remembered; repeats of older ones are events of their own. */
const KEPT_ENTRIES = 64;
const COMBINED_PREFIX = '(combined from similar events): ';

/** A source that has said nothing yet. */
export function emptyHistory(now: number): EventHistory {
  return { tokens: FLOOD_BURST, refilledAt: now, similar: [], written: [] };
}

/** `key` tells source, object part, type and reason; `name` makes the name of a new event. */
export function correlate(
  history: EventHistory,
  key: string,
  message: string,
  now: number,
  name: () => string,
): EventDecision {
  const group = history.similar.find((candidate) => candidate.key === key);
  const fresh = group === undefined || now - group.lastSeen > SIMILAR_INTERVAL_MILLISECONDS;
  const messages = fresh
    ? [message]
    : group.messages.includes(message)
      ? group.messages
      : group.messages.concat(message);
  const isCombined = messages.length >= SIMILAR_EVENTS;
  const kept = isCombined ? messages.slice(1) : messages;
  const similar = replaced(history.similar, group, { key, messages: kept, lastSeen: now });

  const entryKey = isCombined ? key : `${key}|${message}`;
  const known = history.written.find((candidate) => candidate.key === entryKey);
  const entry: EventEntry =
    known === undefined
      ? { key: entryKey, name: name(), count: 1, firstSeen: now }
      : { ...known, count: known.count + 1 };
  const written = replaced(history.written, known, entry).slice(-KEPT_ENTRIES);

  const refilled = Math.min(FLOOD_BURST, history.tokens + (now - history.refilledAt) / FLOOD_REFILL_MILLISECONDS);
  const text = isCombined ? COMBINED_PREFIX + message : message;
  if (refilled < 1) return { history: { tokens: refilled, refilledAt: now, similar, written }, message: text };
  return { history: { tokens: refilled - 1, refilledAt: now, similar, written }, entry, message: text };
}

/** The list with one entry in place of another, or added to it. */
function replaced<T>(list: readonly T[], old: T | undefined, entry: T): readonly T[] {
  return old === undefined ? list.concat([entry]) : list.map((candidate) => (candidate === old ? entry : candidate));
}
