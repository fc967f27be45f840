import type { RequestAnswer, Syscall } from '../../../process/program.ts';
import { KERNEL, type NetworkState } from './network-state.ts';

const NOTHING: NetworkState = { address: '', pods: [], others: [], tables: [], listeners: [] };

/** What the kernel tells a program of the node about its network. */
export function* askKernel(): Generator<Syscall, NetworkState, unknown> {
  const request = { method: 'POST' as const, path: '/', body: {} };
  const answer = (yield { call: 'request', server: KERNEL, request }) as RequestAnswer;
  return 'body' in answer ? (answer.body as unknown as NetworkState) : NOTHING;
}
