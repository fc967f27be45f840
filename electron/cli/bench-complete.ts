import { createSession } from '../../engine/index.ts';
import { complete } from '../../engine/protocol/completion.ts';
import { createRequest } from './bench.ts';
import { quantile, timesOf } from './quantiles.ts';

const LINES = [
  'kubectl ge',
  'kubectl get po',
  'kubectl get --name',
  'kubectl get cm ',
  'kubectl describe configmap config-49',
  'kubectl get cm -n default config-4999',
  'kubectl delete cm/config-1',
];
const ROUNDS = 50;

/** What may stand at the cursor, asked in a namespace of so many objects: real milliseconds of the slowest line. */
export function benchComplete(objects: number): object {
  const session = createSession({ nodes: 0 });
  session.advance(10_000);
  for (let index = 0; index < objects; index++) {
    const request = createRequest('/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `config-${index}` },
    });
    session.input('world', { kind: 'request', id: `${index}`, request });
  }
  session.advance(1000);
  const moment = session.moment();
  let candidates = 0;
  const times = timesOf(ROUNDS * LINES.length, (at) => {
    const line = LINES[at % LINES.length] as string;
    candidates = Math.max(candidates, complete(moment, line).candidates.length);
  });
  const at = (share: number) => quantile(times, share);
  return { objects, candidates, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), count: times.length };
}
