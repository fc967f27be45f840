import { passing as passingInApp } from '../golden/passing.ts';

/** Equal by our own kubectl, whose version is the recorded one; the real one that can be had is older and words these otherwise. */
const OF_ANOTHER_VERSION: readonly string[] = ['kc-typos'];

/** Equal through a real kubectl only. */
const ONLY_HERE: readonly string[] = ['pl-sched-misc', 'wl-pod-update'];

/** Recordings that a real kubectl must repeat against `orrery serve`: those that are equal in-app, and those put here. */
export const passing: readonly string[] = [
  ...passingInApp.filter((name) => !OF_ANOTHER_VERSION.includes(name)),
  ...ONLY_HERE,
];
