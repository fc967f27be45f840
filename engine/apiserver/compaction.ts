import type { Turn } from '../sim/turn.ts';
import { STARTED } from './discovery/debug-pages.ts';

export const COMPACTION_TASK = 'compact';

/** `--etcd-compaction-interval`. */
const INTERVAL = 300_000;
const CELL = 'compaction';

/**
 * Every five minutes the server has etcd forget what was replaced before the revision of five minutes ago
 * (`k8s.io/apiserver/pkg/storage/etcd3/compact.go`). Only lists that go on page by page can tell: watches are served from
 * the server's own cache, which remembers longer. So it is done for as long as such a list is under way.
 */
interface Compaction {
  /** The current revision when the server looked last. */
  readonly noted: number;
  /** Lists at older revisions have expired. */
  readonly compacted: number;
  /** The youngest revision at which a client may want to go on. */
  readonly wanted: number;
}

/** The revision below which no list can be read. */
export function compactedRevision(turn: Turn): number {
  return turn.memory.get<Compaction>(CELL)?.compacted ?? 0;
}

/** Somebody has been given a token to go on at a revision. */
export function planCompaction(turn: Turn, revision: number): void {
  const { noted = 0, compacted = 0, wanted = 0 } = turn.memory.get<Compaction>(CELL) ?? {};
  if (revision <= wanted) return;
  turn.memory.set(CELL, { noted, compacted, wanted: revision });
  const isPlanned = wanted > 0 && wanted >= compacted;
  if (isPlanned) return;
  const age = turn.now - (turn.memory.get<number>(STARTED) ?? 0);
  turn.after(INTERVAL - (age % INTERVAL), { kind: COMPACTION_TASK }, { background: true });
}

/** One look: what was current at the last one goes. */
export function compact(turn: Turn): void {
  const { noted, wanted } = turn.memory.get<Compaction>(CELL) as Compaction;
  turn.memory.set(CELL, { noted: turn.store.revision, compacted: noted, wanted });
  if (wanted >= noted) turn.after(INTERVAL, { kind: COMPACTION_TASK }, { background: true });
}
