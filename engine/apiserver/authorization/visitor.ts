import type { Turn } from '../../sim/turn.ts';
import type { Attributes } from './attributes.ts';

/** The cell of the latest request of somebody from outside: components are known by their name, people are not. */
export const VISITOR_CELL = 'visitor';

/** People and their programs; the cluster's own programs are all called something like `kubelet` or `containerd`. */
export function isFromOutside(component: string): boolean {
  return !(component.startsWith('kube') || component.startsWith('containerd'));
}

/** Whether such a one asks. */
export function isVisitor({ caller }: Turn): boolean {
  return caller === undefined || isFromOutside(caller);
}

/**
 * Remembers what somebody from outside wants to do, so that the decision can be explained later. What is asked last in a
 * step stands: the request rather than the impersonation before it, the question of an access review rather than the review.
 */
export function rememberVisitor(turn: Turn, attributes: Attributes): void {
  if (isVisitor(turn)) turn.memory.set(VISITOR_CELL, attributes);
}
