import type { Turn } from '../sim/turn.ts';

/**
 * kube-controller-manager's own brake on its clients: `--kube-api-qps 20`, `--kube-api-burst 30`. It is why a real
 * cluster needs about 25 s to create 500 pods of one ReplicaSet.
 */
const QUERIES_PER_SECOND = 20;
const BURST = 30;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/**
 * Takes `requests` tokens from the client's bucket and returns for how many milliseconds client-side throttling holds
 * them up in all. 30 requests at once pass freely; 50 take (50 - 30) / 20 = 1 s.
 */
export function requestDelay(turn: Turn, requests: number): number {
  if (requests === 0) return 0;
  const bucket = turn.memory.get<Bucket>('client/tokens') ?? { tokens: BURST, at: turn.now };
  const refilled = Math.min(BURST, bucket.tokens + ((turn.now - bucket.at) * QUERIES_PER_SECOND) / 1000);
  const tokens = refilled - requests;
  turn.memory.set('client/tokens', { tokens, at: turn.now });
  return tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / QUERIES_PER_SECOND);
}
