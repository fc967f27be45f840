import { remembered } from '../../remembered.ts';

/*
 * Names of the cells that are looked at again and again while a pod comes up. Each is made once: a text put together from
 * the same parts is another text to a Map, which then has to read both to find that they are equal.
 */

const NAMES_KEPT = 10_000;

/** What a kubelet knows of a pod by its uid; for a runtime, which containers it has made for it. */
export const podCellName = remembered((uid) => `pod/${uid}`, NAMES_KEPT);

/** The sandbox of a pod, by the pod's uid. */
export const sandboxCellName = remembered((uid) => `sandbox/${uid}`, NAMES_KEPT);

/** A container, by its id. */
export const containerCellName = remembered((id) => `container/${id}`, NAMES_KEPT);
