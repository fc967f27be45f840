import { ApiError } from '../../apiserver/request.ts';
import { Unreachable } from '../../sim/turn.ts';

/** Why a write failed, or undefined when it succeeded. */
export function attempt(write: () => unknown): ApiError | Unreachable | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError || error instanceof Unreachable) return error;
    throw error;
  }
}

/**
 * Slow start: runs `act` on all of a list in batches of 1, 2, 4 …; after a batch with a failure the rest is left for
 * the retry (`slowStartBatch` in `pkg/controller/replicaset/replica_set.go`). Returns how many succeeded.
 */
export function slowStart<T>(
  items: readonly T[],
  act: (item: T) => Error | undefined,
): { readonly succeeded: number; readonly failure?: Error } {
  let succeeded = 0;
  let attempted = 0;
  let failure: Error | undefined;
  for (let batch = 1; attempted < items.length && failure === undefined; batch *= 2) {
    for (const end = Math.min(attempted + batch, items.length); attempted < end; attempted++) {
      const error = act(items[attempted] as T);
      if (error === undefined) succeeded++;
      else failure ??= error;
    }
  }
  return { succeeded, failure };
}
