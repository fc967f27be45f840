import type { KubeObject } from '../../object.ts';
import { AGE, age, column, NAME, type Printer } from './printer.ts';

/** Kinds that print with name and age only. */
export const namesAndAges: Printer = {
  columns: [NAME, AGE],
  cells: (object, now) => [object.metadata.name, age(object, now)],
};

export const resourceClaims: Printer = {
  columns: [NAME, column('State', 'How far the claim has come.'), AGE],
  cells: (claim, now) => [claim.metadata.name, claimState(claim), age(claim, now)],
};

/** `pending`, `allocated,reserved`, `deleted,allocated`. */
function claimState({ metadata, status }: KubeObject): string {
  const states: string[] = [];
  const isDeleted = metadata.deletionTimestamp !== undefined;
  if (isDeleted) states.push('deleted');
  if (status?.allocation === undefined) {
    if (!isDeleted) states.push('pending');
  } else {
    states.push('allocated');
    if (status.reservedFor?.length > 0) states.push('reserved');
  }
  return states.join(',');
}

export const resourceSlices: Printer = {
  columns: [
    NAME,
    column('Node', 'The node that the devices belong to.'),
    column('Driver', 'Who manages the devices.'),
    column('Pool', 'The pool that the devices belong to.'),
    AGE,
  ],
  cells: (slice, now) => [
    slice.metadata.name,
    slice.spec?.nodeName ?? '',
    slice.spec?.driver ?? '',
    slice.spec?.pool?.name ?? '',
    age(slice, now),
  ],
};
