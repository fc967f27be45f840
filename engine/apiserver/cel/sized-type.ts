import type { CelType } from './type.ts';

/** A type with bounds on what its values can hold: what the cost of an expression is estimated from. */
export interface SizedType {
  readonly type: CelType;
  /** Characters, items or entries at most. */
  readonly most: number;
  /** Bytes of the smallest value in JSON: how often it can occur in a request. */
  readonly least: number;
  readonly fields?: Readonly<Record<string, SizedType>>;
  readonly element?: SizedType;
}
