import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ApiRequest, type ApiResponse, createSession } from '../../engine/index.ts';
import { responseText, watchLine } from '../../engine/protocol/response-text.ts';
import { chunkOf, isAnswered } from '../serve/http-response.ts';
import { ServedSession } from '../serve/served-session.ts';
import { quantile, timesOf } from './quantiles.ts';

/** Real milliseconds, and how often was measured. */
interface Quantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly count: number;
}

const PODS = '/api/v1/namespaces/default/pods';
const CLIENT = 'bench';

/** A server as outside clients meet it, without nodes: what is measured is the API alone. */
function server(): ServedSession {
  const session = createSession({ nodes: 0 });
  session.advance(10_000);
  return new ServedSession(session, 0);
}

function ask(served: ServedSession, request: Omit<ApiRequest, 'user'>): ApiResponse {
  const user = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
  const answer = served.request(CLIENT, { ...request, user });
  if (!isAnswered(answer) || answer.code >= 300)
    throw new Error(`${request.method} ${request.path}: ${JSON.stringify(answer)}`);
  return answer;
}

function createPod(served: ServedSession, name: string): void {
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench' } },
    spec: {
      schedulerName: 'nobody',
      containers: [
        {
          name: 'web',
          image: 'nginx:1.25',
          ports: [{ containerPort: 80 }],
          resources: { requests: { cpu: '10m', memory: '16Mi' } },
        },
      ],
    },
  });
  ask(served, { method: 'POST', path: PODS, headers: { 'content-type': 'application/json' }, body });
}

function quantiles(sorted: readonly number[]): Quantiles {
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), count: sorted.length };
}

/** Lists as kubectl asks for them, whole and as a table, from the request to the last byte of the answer; then what a pod keeps in memory. */
export function benchList(sizes: readonly number[]): object {
  const result: Record<string, unknown> = {};
  for (const size of sizes) {
    const served = server();
    const before = heapUsed();
    for (let index = 0; index < size; index++) createPod(served, `pod-${index}`);
    served.act((session) => session.advance(1000));
    result[`bytesPerPodOf${size}`] = Math.round((heapUsed() - before) / size);
    const rounds = Math.max(20, Math.round(100_000 / size));
    const list = (headers: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>) =>
      quantiles(timesOf(rounds, () => responseText(ask(served, { method: 'GET', path: PODS, headers, query }), PODS)));
    result[`list${size}`] = list({}, {});
    result[`page500Of${size}`] = list({}, { limit: '500' });
    result[`table${size}`] = list({ accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }, {});
  }
  return result;
}

/** Pods created one after the other. */
export function benchCreate(count: number): object {
  const served = server();
  return { create: quantiles(timesOf(count, (index) => createPod(served, `pod-${index}`))) };
}

/** A write until all watchers have been told of it, each with a line of its own. */
export function benchWatch(watchers: number, writes: number): object {
  const served = server();
  let told = 0;
  for (let index = 0; index < watchers; index++) {
    const { stream } = ask(served, { method: 'GET', path: PODS, query: { watch: 'true' } });
    served.listen(stream as number, (task) => {
      const event = chunkOf(task)?.watch;
      if (event && watchLine(event) !== '') told++;
    });
  }
  const times = timesOf(writes, (index) => {
    const wanted = told + watchers;
    createPod(served, `pod-${index}`);
    served.act((session) => session.until(() => served.act(() => told) >= wanted));
  });
  return { watchers, fanOut: quantiles(times) };
}

/** Bytes that live after a collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
