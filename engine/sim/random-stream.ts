import type { Cells, Slot } from './cells.ts';
import { nextSeed, numberOf, streamSeed } from './random.ts';

/** The component under whose name the seeds are kept, a cell for each stream. */
const RANDOM = '$random';

/** The random stream of one component, derived from the session's seed and the component's name. */
export class RandomStream {
  private readonly cells: Cells;
  private readonly component: string;
  private readonly firstSeed: number;
  private readonly slot: Slot<number>;

  constructor(cells: Cells, seed: number, component: string) {
    this.cells = cells;
    this.component = component;
    this.firstSeed = streamSeed(seed, component);
    this.slot = cells.slot(RANDOM, component);
  }

  /** The next number of the stream, in [0, 1), drawn in a step. */
  draw(step: number): number {
    const seed = nextSeed(this.slot.value ?? this.firstSeed);
    if (!this.slot.overwrite(seed, step)) this.cells.memory(RANDOM, () => step).set(this.component, seed);
    return numberOf(seed);
  }
}
