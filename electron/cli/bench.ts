import { createSession, type Session } from '../../engine/index.ts';
import { quantile, timesOf } from './quantiles.ts';

export interface DeployBench {
  readonly nodes: number;
  readonly pods: number;
  readonly seed: number;
}

/** What `bench deploy` prints. */
export interface DeployResult extends DeployBench {
  /** From the creation of the cluster until all pods were Ready, real time and CPU time of all threads. */
  readonly wallMs: number;
  readonly cpuMs: number;
  /** CPU time that this process had taken before: Node's own start and the loading of the program. */
  readonly startCpuMs: number;
  readonly maxRssMB: number;
  readonly steps: number;
  /** Virtual time from the creation of the Deployment until its last pod was Ready. */
  readonly virtualMs: number;
  readonly stepsPerSecond: number;
}

/** Virtual time within which all pods must have become Ready. */
const LIMIT = 3_600_000;

/** Boots a cluster, creates one Deployment and runs until all its pods are Ready. Throws when they do not become so. */
export function benchDeploy({ nodes, pods, seed }: DeployBench): DeployResult {
  const started = performance.now();
  const startCpuMs = cpuMilliseconds();
  const session = createSession({ nodes, seed });
  advanceUntil(session, () => readyNodes(session) === nodes);
  const from = session.head.time;
  session.input('world', { kind: 'request', id: 'bench', request: createDeployment(pods) });
  if (!advanceUntil(session, () => readyReplicas(session) === pods)) {
    throw new Error(`only ${readyReplicas(session)} of ${pods} pods became Ready within ${LIMIT} ms of virtual time`);
  }
  const wallMs = performance.now() - started;
  const { step, time } = session.head;
  return {
    nodes,
    pods,
    seed,
    wallMs: Math.round(wallMs),
    cpuMs: cpuMilliseconds() - startCpuMs,
    startCpuMs,
    maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    steps: step,
    virtualMs: time - from,
    stepsPerSecond: Math.round((step / wallMs) * 1000),
  };
}

/** CPU time of this process so far, of all threads. */
export function cpuMilliseconds(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return Math.round((userCPUTime + systemCPUTime) / 1000);
}

/** Looks every 200 virtual milliseconds: looking after every step would be measured too. */
export function advanceUntil(session: Session, holds: () => boolean): boolean {
  const end = session.head.time + LIMIT;
  while (!holds() && session.head.time < end) session.advance(200);
  return holds();
}

function createDeployment(replicas: number) {
  const labels = { app: 'bench' };
  return createRequest('/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'bench' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image: 'nginx:1.25', ports: [{ containerPort: 80 }] }] },
      },
    },
  });
}

/** The administrator's request for a new object. */
export function createRequest<T>(path: string, body: T) {
  return { method: 'POST', path, user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] }, body };
}

export function readyNodes(session: Session): number {
  const isReady = ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True';
  const all = session.moment().reader('nodes').list();
  return all.filter((node) => node.status?.conditions?.some(isReady) && !node.spec.taints?.length).length;
}

function readyReplicas(session: Session): number {
  const deployment = session.moment().reader('deployments.apps').get('default', 'bench');
  return deployment?.status?.readyReplicas ?? 0;
}

/** What `bench time` prints: how long moving and looking take in a small cluster, real milliseconds. */
export interface TimeResult {
  readonly steps: number;
  readonly stepP50Ms: number;
  readonly stepP99Ms: number;
  /** Looking at an older step: its pods, its agenda and what every component remembered. */
  readonly lookP99Ms: number;
  readonly lookMaxMs: number;
  /** Continuing from an older step. */
  readonly forkP99Ms: number;
  readonly forkMaxMs: number;
}

/** Takes so many steps in a lesson's cluster, then reaches 200 of them again, spread over the whole session. */
export function benchTime(steps: number): TimeResult {
  const session = createSession({ nodes: 2 });
  session.advance(20_000);
  session.input('world', { kind: 'request', id: 'bench', request: createDeployment(10) });
  const stepTimes = timesOf(Math.max(0, steps - session.head.step), () => session.step());
  let at = 0;
  const last = session.head.step;
  const next = () => Math.min(last, 1 + Math.floor((at++ * last) / 200));
  const lookTimes = timesOf(200, () => {
    const moment = session.moment(next());
    return [moment.reader('pods').list(), moment.agenda(), moment.memory('kube-scheduler').keys('')];
  });
  at = 0;
  const forkTimes = timesOf(200, () => session.fork(next()));
  return {
    steps: last,
    stepP50Ms: quantile(stepTimes, 0.5),
    stepP99Ms: quantile(stepTimes, 0.99),
    lookP99Ms: quantile(lookTimes, 0.99),
    lookMaxMs: quantile(lookTimes, 1),
    forkP99Ms: quantile(forkTimes, 0.99),
    forkMaxMs: quantile(forkTimes, 1),
  };
}
