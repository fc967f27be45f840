/** Whether the first comes before the second. */
type Less<T> = (one: T, other: T) => boolean;

/** Shorter stretches are sorted by insertion. */
const MOST_INSERTED = 12;
const NINTHER = 50;
const MOST_SWAPS = 12;
const PARTIAL_STEPS = 5;

/**
 * A copy sorted as Go's `sort.Sort` does it: pattern-defeating quicksort, which is not stable, yet always gives the same
 * order for the same input. More than twelve rows with equal keys come out in an order of its own, and kubectl shows it.
 * Source: https://pkg.go.dev/sort, https://arxiv.org/pdf/2106.05123.pdf.
 */
export function goSorted<T>(items: readonly T[], less: Less<T>): T[] {
  const sorting = new Sorting([...items], less);
  if (items.length > 1) sorting.sort(0, items.length, bitLength(items.length));
  return sorting.items;
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

/** What is still to be sorted, and how the last division went. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly wasBalanced: boolean;
  readonly wasPartitioned: boolean;
}

class Sorting<T> {
  readonly items: T[];
  private readonly isLess: Less<T>;

  constructor(items: T[], less: Less<T>) {
    this.items = items;
    this.isLess = less;
  }

  /** Sorts from `start` up to `end`; `limit` is how many bad pivots are borne before it becomes a heap sort. */
  sort(start: number, end: number, limit: number): void {
    let stretch: Stretch | undefined = { from: start, to: end, limit, wasBalanced: true, wasPartitioned: true };
    while (stretch && stretch.to - stretch.from > MOST_INSERTED && stretch.limit > 0) stretch = this.divide(stretch);
    if (!stretch) return;
    const { from, to } = stretch;
    if (to - from <= MOST_INSERTED) this.insertionSort(from, to);
    else this.heapSort(from, to);
  }

  /** Sorts a part of the stretch and answers the rest; nothing when it is done. */
  private divide({ from, to, limit, wasBalanced, wasPartitioned }: Stretch): Stretch | undefined {
    const length = to - from;
    if (!wasBalanced) this.breakPatterns(from, to);
    const patience = wasBalanced ? limit : limit - 1;
    let { pivot, swaps } = this.choosePivot(from, to);
    if (swaps === MOST_SWAPS) {
      this.items.splice(from, length, ...this.items.slice(from, to).reverse());
      pivot = to - 1 - (pivot - from);
      swaps = 0;
    }
    if (wasBalanced && wasPartitioned && swaps === 0 && this.isSoonSorted(from, to)) return undefined;
    if (from > 0 && !this.less(from - 1, pivot)) {
      return { from: this.partitionEqual(from, to, pivot), to, limit: patience, wasBalanced, wasPartitioned };
    }
    const { middle, isPartitioned } = this.partition(from, to, pivot);
    const [left, right] = [middle - from, to - middle];
    const rest = {
      limit: patience,
      wasBalanced: Math.min(left, right) >= Math.floor(length / 8),
      wasPartitioned: isPartitioned,
    };
    if (left < right) {
      this.sort(from, middle, patience);
      return { ...rest, from: middle + 1, to };
    }
    this.sort(middle + 1, to, patience);
    return { ...rest, from, to: middle };
  }

  private less(one: number, other: number): boolean {
    return this.isLess(this.items[one] as T, this.items[other] as T);
  }

  private swap(one: number, other: number): void {
    const kept = this.items[one] as T;
    this.items[one] = this.items[other] as T;
    this.items[other] = kept;
  }

  private insertionSort(from: number, to: number): void {
    for (let next = from + 1; next < to; next++) this.sinkBack(next, from);
  }

  /** Moves an element down until the one before it is not greater. */
  private sinkBack(at: number, lowest: number): void {
    for (let place = at; place > lowest && this.less(place, place - 1); place--) this.swap(place, place - 1);
  }

  private heapSort(from: number, to: number): void {
    const length = to - from;
    for (let root = Math.floor((length - 1) / 2); root >= 0; root--) this.siftDown(root, length, from);
    for (let last = length - 1; last >= 0; last--) {
      this.swap(from, from + last);
      this.siftDown(0, last, from);
    }
  }

  private siftDown(start: number, length: number, from: number): void {
    let root = start;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= length) return;
      if (child + 1 < length && this.less(from + child, from + child + 1)) child++;
      if (!this.less(from + root, from + child)) return;
      this.swap(from + root, from + child);
      root = child;
    }
  }

  /** Scatters three elements of the middle, by an xorshift that is seeded with the length. */
  private breakPatterns(from: number, to: number): void {
    const length = to - from;
    let random = BigInt(length);
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const start = from + Math.floor(length / 4) * 2 - 1;
    for (let step = 0; step < 3; step++) {
      random = BigInt.asUintN(64, random ^ (random << 13n));
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      const other = Number(random & mask);
      this.swap(start + step, from + (other >= length ? other - length : other));
    }
  }

  /** The median of three, or of three medians; no swaps on the way mean that it may be sorted, all that it is reversed. */
  private choosePivot(from: number, to: number): { pivot: number; swaps: number } {
    const length = to - from;
    const quarter = Math.floor(length / 4);
    const count = { swaps: 0 };
    let [first, second, third] = [from + quarter, from + quarter * 2, from + quarter * 3];
    if (length >= NINTHER) {
      first = this.median(first - 1, first, first + 1, count);
      second = this.median(second - 1, second, second + 1, count);
      third = this.median(third - 1, third, third + 1, count);
    }
    return { pivot: this.median(first, second, third, count), swaps: count.swaps };
  }

  private median(one: number, two: number, three: number, count: { swaps: number }): number {
    const ordered = (low: number, high: number): [number, number] => {
      if (!this.less(high, low)) return [low, high];
      count.swaps++;
      return [high, low];
    };
    let [low, middle] = ordered(one, two);
    [middle] = ordered(middle, three);
    [low, middle] = ordered(low, middle);
    return middle;
  }

  /** Mends a few places that are out of order; tells whether that was all. */
  private isSoonSorted(from: number, to: number): boolean {
    let at = from + 1;
    for (let step = 0; step < PARTIAL_STEPS; step++) {
      while (at < to && !this.less(at, at - 1)) at++;
      if (at === to) return true;
      if (to - from < NINTHER) return false;
      this.swap(at, at - 1);
      if (at - from >= 2) this.sinkBack(at - 1, 0);
      for (let place = at + 1; to - at >= 2 && place < to && this.less(place, place - 1); place++) {
        this.swap(place, place - 1);
      }
    }
    return false;
  }

  private partition(from: number, to: number, pivot: number): { middle: number; isPartitioned: boolean } {
    this.swap(from, pivot);
    let low = from + 1;
    let high = to - 1;
    let isPartitioned = true;
    for (;;) {
      while (low <= high && this.less(low, from)) low++;
      while (low <= high && !this.less(high, from)) high--;
      if (low > high) break;
      this.swap(low++, high--);
      isPartitioned = false;
    }
    this.swap(high, from);
    return { middle: high, isPartitioned };
  }

  /** Puts what equals the pivot before all else; answers where the rest begins. */
  private partitionEqual(from: number, to: number, pivot: number): number {
    this.swap(from, pivot);
    let low = from + 1;
    let high = to - 1;
    for (;;) {
      while (low <= high && !this.less(from, low)) low++;
      while (low <= high && this.less(from, high)) high--;
      if (low > high) return low;
      this.swap(low++, high--);
    }
  }
}
