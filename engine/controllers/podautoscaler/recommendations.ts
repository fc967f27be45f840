import type { Turn } from '../../sim/turn.ts';

/**
 * What the controller remembers of an autoscaler between its rounds, as cells; a restarted controller begins anew:
 *
 *     recommendations/<key>   what the metrics proposed lately
 *     scale-up/<key>          what was scaled up lately, for the rates of `behavior`
 *     scale-down/<key>        and down
 */
interface Recommendation {
  readonly replicas: number;
  readonly at: number;
}

/** A change of replicas that was made: always positive. */
interface ScaleEvent {
  readonly change: number;
  readonly at: number;
}

export type Direction = 'scale-up' | 'scale-down';

export function recommendationsOf(turn: Turn, key: string): readonly Recommendation[] {
  return turn.memory.get<readonly Recommendation[]>(`recommendations/${key}`) ?? [];
}

/** The number of replicas found first counts as a recommendation, so that it is not left in haste. */
export function recordInitialRecommendation(turn: Turn, key: string, replicas: number): void {
  if (recommendationsOf(turn, key).length === 0)
    turn.memory.set(`recommendations/${key}`, [{ replicas, at: turn.now }]);
}

/** Adds a recommendation and forgets those older than `window` milliseconds. */
export function recordRecommendation(turn: Turn, key: string, replicas: number, window: number): void {
  const recent = recommendationsOf(turn, key).filter(({ at }) => at >= turn.now - window);
  turn.memory.set(`recommendations/${key}`, [...recent, { replicas, at: turn.now }]);
}

/** Adds a change that was made and forgets those older than `window` milliseconds. */
export function recordScaleEvent(turn: Turn, key: string, direction: Direction, change: number, window: number): void {
  const events = turn.memory.get<readonly ScaleEvent[]>(`${direction}/${key}`) ?? [];
  const recent = events.filter(({ at }) => at >= turn.now - window);
  turn.memory.set(`${direction}/${key}`, [...recent, { change, at: turn.now }]);
}

/** How many replicas were added (or removed) within the last so many seconds. */
export function changeWithin(turn: Turn, key: string, direction: Direction, seconds: number): number {
  const cutoff = turn.now - seconds * 1000;
  let change = 0;
  for (const event of turn.memory.get<readonly ScaleEvent[]>(`${direction}/${key}`) ?? [])
    if (event.at > cutoff) change += event.change;
  return change;
}

export function forgetAutoscaler(turn: Turn, key: string): void {
  for (const kind of ['recommendations', 'scale-up', 'scale-down']) {
    if (turn.memory.get(`${kind}/${key}`) !== undefined) turn.memory.delete(`${kind}/${key}`);
  }
}
