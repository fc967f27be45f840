import { createSession, type KubeObject, type Session } from '../../engine/index.ts';
import { advanceUntil, cpuMilliseconds, createRequest, readyNodes } from './bench.ts';

/** What `bench workloads` prints: CPU milliseconds of each part, and of the whole with its clusters. */
export interface WorkloadsResult {
  readonly seed: number;
  readonly statefulSetCpuMs: number;
  readonly daemonSetCpuMs: number;
  readonly jobCpuMs: number;
  readonly cronJobCpuMs: number;
  readonly totalCpuMs: number;
  readonly startCpuMs: number;
  readonly maxRssMB: number;
  /** Virtual seconds until each was done. */
  readonly statefulSetSeconds: number;
  readonly daemonSetSeconds: number;
  readonly jobSeconds: number;
  /** Jobs that the CronJob started. */
  readonly runs: number;
}

const DAYS = 30;
const DAY = 86_400_000;

/** A StatefulSet of 3, a DaemonSet on 100 nodes, a Job of 500 completions, a daily CronJob over 30 virtual days. */
export function benchWorkloads(seed: number): WorkloadsResult {
  const startCpuMs = cpuMilliseconds();
  const statefulSet = measure(3, seed, 'apps/v1', STATEFUL_SET, ({ status }) => status?.availableReplicas === 3);
  const daemonSet = measure(100, seed, 'apps/v1', DAEMON_SET, ({ status }) => status?.numberAvailable === 100);
  const job = measure(10, seed, 'batch/v1', JOB, ({ status }) => status?.succeeded === 500);
  const cron = measureCron(seed);
  return {
    seed,
    statefulSetCpuMs: statefulSet.cpuMs,
    daemonSetCpuMs: daemonSet.cpuMs,
    jobCpuMs: job.cpuMs,
    cronJobCpuMs: cron.cpuMs,
    totalCpuMs: cpuMilliseconds() - startCpuMs,
    startCpuMs,
    maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    statefulSetSeconds: statefulSet.seconds,
    daemonSetSeconds: daemonSet.seconds,
    jobSeconds: job.seconds,
    runs: cron.runs,
  };
}

interface Workload {
  readonly kind: string;
  readonly plural: string;
  readonly spec: object;
}

const LABELS = { app: 'bench' };

function template(command: readonly string[], restartPolicy = 'Always'): object {
  return {
    metadata: { labels: LABELS },
    spec: { restartPolicy, containers: [{ name: 'c', image: 'busybox:1.36', command }] },
  };
}

const STATEFUL_SET: Workload = {
  kind: 'StatefulSet',
  plural: 'statefulsets',
  spec: { replicas: 3, serviceName: 'bench', selector: { matchLabels: LABELS }, template: template(['sleep', '1d']) },
};
const DAEMON_SET: Workload = {
  kind: 'DaemonSet',
  plural: 'daemonsets',
  spec: { selector: { matchLabels: LABELS }, template: template(['sleep', '1d']) },
};
const JOB: Workload = {
  kind: 'Job',
  plural: 'jobs',
  spec: { completions: 500, parallelism: 50, template: template(['true'], 'Never') },
};
const CRON_JOB: Workload = {
  kind: 'CronJob',
  plural: 'cronjobs',
  spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: template(['true'], 'Never') } } },
};

/** Boots a cluster, creates a workload and runs until it is done. */
function measure(
  nodes: number,
  seed: number,
  apiVersion: string,
  workload: Workload,
  isDone: (object: KubeObject) => boolean,
): { readonly cpuMs: number; readonly seconds: number } {
  const session = boot(nodes, seed);
  const [started, from] = [cpuMilliseconds(), session.head.time];
  create(session, apiVersion, workload);
  const found = () => session.moment().reader(resourceOf(apiVersion, workload)).get('default', 'bench');
  if (!advanceUntil(session, () => isDone(found() as KubeObject)))
    throw new Error(`${workload.kind} was not done in time`);
  return { cpuMs: cpuMilliseconds() - started, seconds: Math.round((session.head.time - from) / 1000) };
}

/** `apps/v1` and StatefulSet -> `statefulsets.apps`. */
function resourceOf(apiVersion: string, { plural }: Workload): string {
  return `${plural}.${apiVersion.split('/')[0]}`;
}

function boot(nodes: number, seed: number): Session {
  const session = createSession({ nodes, seed });
  if (!advanceUntil(session, () => readyNodes(session) === nodes)) throw new Error('the nodes did not become Ready');
  return session;
}

function create(session: Session, apiVersion: string, { kind, plural, spec }: Workload): void {
  const path = `/apis/${apiVersion}/namespaces/default/${plural}`;
  const request = createRequest(path, { apiVersion, kind, metadata: { name: 'bench' }, spec });
  session.input('world', { kind: 'request', id: 'bench', request: request as never });
}

function measureCron(seed: number): { readonly cpuMs: number; readonly runs: number } {
  const session = boot(1, seed);
  const started = cpuMilliseconds();
  create(session, 'batch/v1', CRON_JOB);
  session.advance(DAYS * DAY);
  const created = session.record('jobs.batch').filter(({ type }) => type === 'ADDED');
  return { cpuMs: cpuMilliseconds() - started, runs: created.length };
}
