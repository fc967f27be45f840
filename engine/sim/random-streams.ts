import type { Cells, Slot } from './cells.ts';
import { nextSeed, numberOf, streamSeed } from './random.ts';

/** The component under whose name the seeds are kept, a cell for each stream. */
const RANDOM = '$random';

/** The random streams of all components, each derived from the session's seed and the component's name. */
export class RandomStreams {
  private readonly cells: Cells;
  private readonly seed: number;
  private readonly slots = new Map<string, Slot<number>>();

  constructor(cells: Cells, seed: number) {
    this.cells = cells;
    this.seed = seed;
  }

  /** The next number of a component's stream, in [0, 1), drawn in a step. */
  draw(component: string, step: number): number {
    let slot = this.slots.get(component);
    if (slot === undefined) {
      slot = this.cells.slot(RANDOM, component);
      this.slots.set(component, slot);
    }
    const seed = nextSeed(slot.value ?? streamSeed(this.seed, component));
    if (!slot.overwrite(seed, step)) this.cells.memory(RANDOM, () => step).set(component, seed);
    return numberOf(seed);
  }
}
