import { useState } from 'react';

/**
 * A value that lives in the engine, as a control shows it: what the learner chose at once, until the engine's own value
 * has changed.
 */
export function usePending<T>(actual: T): [T, (value: T) => void] {
  const [pending, setPending] = useState<{ readonly actual: T; readonly value: T }>();
  const shown = pending && pending.actual === actual ? pending.value : actual;
  return [shown, (value) => setPending({ actual, value })];
}
