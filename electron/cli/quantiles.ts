/** Real milliseconds of each of so many calls, the quickest first. */
export function timesOf(count: number, act: (at: number) => unknown): number[] {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    const started = performance.now();
    act(at);
    times.push(performance.now() - started);
  }
  return times.sort((left, right) => left - right);
}

/** The time that this share of sorted times does not exceed, to the microsecond. */
export function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return Math.round(value * 1000) / 1000;
}
