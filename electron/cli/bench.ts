import { createSession, type Session } from '../../engine/index.ts';

export interface DeployBench {
  readonly nodes: number;
  readonly pods: number;
  readonly seed: number;
}

/** What `bench deploy` prints. CPU and memory are this process's own, start-up included. */
export interface DeployResult extends DeployBench {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly maxRssMB: number;
  readonly steps: number;
  /** Virtual time from the creation of the Deployment until its last pod was Ready. */
  readonly virtualMs: number;
  readonly stepsPerSecond: number;
}

/** Virtual time within which all pods must have become Ready. */
const LIMIT = 600_000;

/** Boots a cluster, creates one Deployment and runs until all its pods are Ready. Throws when they do not become so. */
export function benchDeploy({ nodes, pods, seed }: DeployBench): DeployResult {
  const started = performance.now();
  const session = createSession({ nodes, seed });
  session.advance(20_000);
  const from = session.head.time;
  session.input('world', { kind: 'request', id: 'bench', request: createDeployment(pods) });
  if (!session.until((candidate) => readyReplicas(candidate) === pods, LIMIT)) {
    throw new Error(`only ${readyReplicas(session)} of ${pods} pods became Ready within ${LIMIT} ms of virtual time`);
  }
  const wallMs = performance.now() - started;
  const usage = process.resourceUsage();
  const { step, time } = session.head;
  return {
    nodes,
    pods,
    seed,
    wallMs: Math.round(wallMs),
    cpuMs: Math.round((usage.userCPUTime + usage.systemCPUTime) / 1000),
    maxRssMB: Math.round(usage.maxRSS / 1024),
    steps: step,
    virtualMs: time - from,
    stepsPerSecond: Math.round((step / wallMs) * 1000),
  };
}

function createDeployment(replicas: number) {
  const labels = { app: 'bench' };
  return {
    method: 'POST',
    path: '/apis/apps/v1/namespaces/default/deployments',
    user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] },
    body: {
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
    },
  };
}

function readyReplicas(session: Session): number {
  const deployment = session.moment().reader('deployments.apps').get('default', 'bench');
  return deployment?.status?.readyReplicas ?? 0;
}
