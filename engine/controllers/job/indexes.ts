/** An inclusive run of completion indexes. */
type Interval = readonly [first: number, last: number];

/** Completion indexes as disjoint runs in rising order: `0,2-4` is `[[0, 0], [2, 4]]`. */
export type Indexes = readonly Interval[];

/**
 * Reads `status.completedIndexes`, `status.failedIndexes` or `succeededIndexes` of a success policy. Indexes from
 * `completions` on are left out: an elastic Job may have shrunk (`parseIndexesFromString` in
 * `pkg/controller/job/indexed_job_utils.go`).
 */
export function parseIndexes(text: string | undefined, completions: number): Indexes {
  const runs: Interval[] = [];
  if (!text) return runs;
  for (const part of text.split(',')) {
    const [low = '', high = low] = part.split('-');
    const first = Number.parseInt(low, 10);
    if (first >= completions) break;
    const last = Math.min(Number.parseInt(high, 10), completions - 1);
    const previous = runs[runs.length - 1];
    if (previous !== undefined && previous[1] + 1 >= first) runs[runs.length - 1] = [previous[0], last];
    else runs.push([first, last]);
  }
  return runs;
}

/** Three or more in a row are written as a range: `0-2`, but `0,1`. */
export function formatIndexes(indexes: Indexes): string {
  return indexes
    .map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');
}

export function countIndexes(indexes: Indexes): number {
  let count = 0;
  for (const [first, last] of indexes) count += last - first + 1;
  return count;
}

export function hasIndex(indexes: Indexes, index: number): boolean {
  return indexes.some(([first, last]) => first <= index && index <= last);
}

/** The indexes together with some more, which may be in any order. */
export function withIndexes(indexes: Indexes, added: Iterable<number>): Indexes {
  const more = [...added].map((index): Interval => [index, index]);
  if (more.length === 0) return indexes;
  const sorted = [...indexes, ...more].sort((one, other) => one[0] - other[0]);
  const runs: Interval[] = [];
  for (const [first, last] of sorted) {
    const previous = runs[runs.length - 1];
    if (previous !== undefined && previous[1] + 1 >= first)
      runs[runs.length - 1] = [previous[0], Math.max(previous[1], last)];
    else runs.push([first, last]);
  }
  return runs;
}

/** How many of the indexes are among `wanted`. */
export function countCommon(indexes: Indexes, wanted: Indexes): number {
  let count = 0;
  for (const [first, last] of indexes) {
    for (const [low, high] of wanted) count += Math.max(0, Math.min(last, high) - Math.max(first, low) + 1);
  }
  return count;
}
