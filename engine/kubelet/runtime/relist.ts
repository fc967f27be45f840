/** How often a kubelet asks its runtime what has changed (`plegRelistPeriod` in `pkg/kubelet/kubelet.go`). */
export const RELIST_PERIOD = 1000;

/** Milliseconds until a kubelet looks at what its runtime has the next time. Source: `pkg/kubelet/pleg/generic.go`. */
export function untilRelist(now: number): number {
  return RELIST_PERIOD - (now % RELIST_PERIOD);
}
