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
  return { tokens: FLOOD_BURST, refilledAt: now, similar: NONE, written: NONE };
}

const NONE: readonly never[] = [];

/** `key` tells source, object part, type and reason; `name` makes the name of a new event. */
export function correlate(
  history: EventHistory,
  key: string,
  message: string,
  now: number,
  name: () => string,
): EventDecision {
  const group = entryOf(history.similar, key);
  const fresh = group === undefined || now - group.lastSeen > SIMILAR_INTERVAL_MILLISECONDS;
  const messages = fresh
    ? [message]
    : group.messages.includes(message)
      ? group.messages
      : withAdded(group.messages, message);
  const isCombined = messages.length >= SIMILAR_EVENTS;
  const kept = isCombined ? messages.slice(1) : messages;
  const similar = replaced(history.similar, group, { key, messages: kept, lastSeen: now });

  const entryKey = isCombined ? key : `${key}|${message}`;
  const known = entryOf(history.written, entryKey);
  const entry: EventEntry =
    known === undefined
      ? { key: entryKey, name: name(), count: 1, firstSeen: now }
      : { ...known, count: known.count + 1 };
  const all = replaced(history.written, known, entry);
  const written = all.length > KEPT_ENTRIES ? all.slice(-KEPT_ENTRIES) : all;

  const refilled = Math.min(FLOOD_BURST, history.tokens + (now - history.refilledAt) / FLOOD_REFILL_MILLISECONDS);
  const text = isCombined ? COMBINED_PREFIX + message : message;
  if (refilled < 1) return { history: { tokens: refilled, refilledAt: now, similar, written }, message: text };
  return { history: { tokens: refilled - 1, refilledAt: now, similar, written }, entry, message: text };
}

/** The list with one entry in place of another, or added to it. */
function replaced<T>(list: readonly T[], old: T | undefined, entry: T): readonly T[] {
  return old === undefined ? withAdded(list, entry) : list.map((candidate) => (candidate === old ? entry : candidate));
}

/** Made to its size, as histories are kept; `concat` does so too, but takes its time. */
function withAdded<T>(list: readonly T[], entry: T): readonly T[] {
  const result = new Array<T>(list.length + 1);
  for (let at = 0; at < list.length; at++) result[at] = list[at] as T;
  result[list.length] = entry;
  return result;
}

function entryOf<T extends { readonly key: string }>(list: readonly T[], key: string): T | undefined {
  for (let at = 0; at < list.length; at++) if (list[at]?.key === key) return list[at];
  return undefined;
}
