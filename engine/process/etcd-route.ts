import { SERVER_IP } from '../apiserver/address.ts';
import type { ApiRequest } from '../apiserver/request.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import type { RequestAnswer } from './program.ts';

/** Where etcd of the control plane machine listens for its clients. */
export const ETCD_ENDPOINT = `${SERVER_IP}:2379`;

/** Passes a request on to etcd: its own kinds of requests, in `body`. What etcd refuses comes back with code 400. */
export function askEtcd(turn: Turn, { body }: ApiRequest): RequestAnswer {
  try {
    return { code: 200, body: turn.call('etcd', body as { readonly kind: string }) } as RequestAnswer;
  } catch (error) {
    if (error instanceof Unreachable) return { unreachable: 'context deadline exceeded' };
    return { code: 400, body: (error as Error).message } as RequestAnswer;
  }
}
