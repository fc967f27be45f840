import type { BackOff } from './pod.ts';

/** First wait and longest wait of containers that crash and of images that cannot be pulled (`pkg/kubelet/kubelet.go`). */
const INITIAL = 10_000;
const MAXIMUM = 300_000;

/** When the wait ends that began at `since`; undefined when there is nothing to wait for. */
export function backOffEnd(backOff: BackOff | undefined, since: number, now: number): number | undefined {
  if (!backOff || hasExpired(backOff, since)) return undefined;
  const end = since + backOff.milliseconds;
  return now < end ? end : undefined;
}

/** The wait after the next failure. Forgotten when nothing has failed for twice the longest wait. */
export function nextBackOff(backOff: BackOff | undefined, since: number, now: number): BackOff {
  const milliseconds = !backOff || hasExpired(backOff, since) ? INITIAL : Math.min(MAXIMUM, backOff.milliseconds * 2);
  return { milliseconds, updated: now };
}

function hasExpired(backOff: BackOff, since: number): boolean {
  return since - backOff.updated > 2 * MAXIMUM;
}

/** `10s`, `2m40s`: as Go prints the wait in messages. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
