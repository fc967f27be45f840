import type { Turn } from '../../sim/turn.ts';
import type { Attributes } from './attributes.ts';

/** The cell of the latest request of somebody from outside: components are known by their name, people are not. */
export const VISITOR_CELL = 'visitor';

/** Remembers what somebody from outside asked for, so that the decision can be explained later. */
export function rememberVisitor(turn: Turn, attributes: Attributes): void {
  turn.memory.set(VISITOR_CELL, attributes);
}
