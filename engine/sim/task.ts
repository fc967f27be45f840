import type { Json } from '../object.ts';

/** A piece of work waiting on the agenda: a plain record, never a closure, so that a state can be saved and compared. */
export interface Task {
  readonly kind: string;
  readonly [field: string]: Json | undefined;
}
