import { remembered } from '../remembered.ts';

/** So many names are kept: a machine is looked up again and again while it starts. */
const NAMES_KEPT = 10_000;

/** The cell that a machine is in. */
export const machineCellName = remembered((id) => `machine/${id}`, NAMES_KEPT);
