import { timestamp } from '../sim/time.ts';
import type { Turn } from '../sim/turn.ts';
import type { ContainerUsage, KubeletResponse, NodeUsage } from './api.ts';
import { configuration, durationText, isDuration } from './configuration.ts';
import { cri, type PodCell } from './pod.ts';
import { binaryQuantity } from './quantity-text.ts';
import { nodeUsage } from './usage.ts';

type Endpoint = (turn: Turn) => string;

/** What the kubelet answers to GET. Source: `pkg/kubelet/server/server.go`. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/healthz': () => 'ok',
  '/healthz/ping': () => 'ok',
  '/healthz/syncloop': () => 'ok',
  '/pods': pods,
  '/pods/': pods,
  '/runningpods/': pods,
  '/metrics/resource': (turn) => resourceMetrics(nodeUsage(turn)),
  '/stats/summary': (turn) => JSON.stringify(summary(turn)),
  '/configz': (turn) => JSON.stringify(configz(turn)),
};

/** What a kubelet answers, too, but this one does not. */
const NOT_SIMULATED =
  /^\/(?:metrics|logs|containerLogs|exec|attach|run|portForward|checkpoint|debug|statusz|flagz)(?:\/|$)/;

export function getPath(turn: Turn, path: string): KubeletResponse {
  const plain = path.replace(/\?.*/, '');
  const endpoint = ENDPOINTS[plain];
  if (endpoint) return { code: 200, text: endpoint(turn) };
  if (!NOT_SIMULATED.test(plain)) return { code: 404, message: '404 page not found' };
  return { code: 501, message: `${plain} is not simulated; ${Object.keys(ENDPOINTS).join(', ')} are` };
}

function pods(turn: Turn): string {
  const items = turn.memory.keys('pod/').map((key) => {
    const { pod, status } = turn.memory.get<PodCell>(key) as PodCell;
    return { ...pod, status: status ?? pod.status };
  });
  return `${JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items })}\n`;
}

/** Prometheus text (`pkg/kubelet/metrics/collectors/resource_metrics.go`). */
function resourceMetrics({ time, node, containers }: NodeUsage): string {
  const lines: string[] = [];
  const labels = ({ container, namespace, pod }: ContainerUsage): string =>
    `{container="${container}",namespace="${namespace}",pod="${pod}"}`;
  const metric = (name: string, type: string, help: string, samples: readonly string[]): void => {
    if (samples.length > 0) lines.push(`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${type}`, ...samples);
  };
  const seconds = (microseconds: number): string => String(microseconds / 1e6);
  const cpu = 'Cumulative cpu time consumed by the';
  const memory = 'Current working set of the';
  const all = (name: string, value: (usage: ContainerUsage) => string): string[] =>
    containers.map((usage) => `${name}${labels(usage)} ${value(usage)} ${time}`);
  const cpuTotal = 'container_cpu_usage_seconds_total';
  const working = 'container_memory_working_set_bytes';
  const started = 'container_start_time_seconds';
  metric(
    cpuTotal,
    'counter',
    `${cpu} container in core-seconds`,
    all(cpuTotal, (usage) => seconds(usage.cpuMicroseconds)),
  );
  metric(
    working,
    'gauge',
    `${memory} container in bytes`,
    all(working, (usage) => String(usage.memoryBytes)),
  );
  metric(
    started,
    'gauge',
    'Start time of the container since unix epoch in seconds',
    containers.map((usage) => `${started}${labels(usage)} ${usage.startedAt / 1000}`),
  );
  metric('node_cpu_usage_seconds_total', 'counter', `${cpu} node in core-seconds`, [
    `node_cpu_usage_seconds_total ${seconds(node.cpuMicroseconds)} ${time}`,
  ]);
  metric('node_memory_working_set_bytes', 'gauge', `${memory} node in bytes`, [
    `node_memory_working_set_bytes ${node.memoryBytes} ${time}`,
  ]);
  return `${lines.join('\n')}\n`;
}

function summary(turn: Turn): object {
  const { time, node, containers } = nodeUsage(turn);
  const disk = cri<{ capacity: number; used: number }>(turn, { call: 'ImageFsInfo' });
  const at = timestamp(time);
  const usage = ({ cpuMicroseconds, memoryBytes }: { cpuMicroseconds: number; memoryBytes: number }): object => ({
    cpu: { time: at, usageCoreNanoSeconds: cpuMicroseconds * 1000 },
    memory: { time: at, workingSetBytes: memoryBytes },
  });
  const byPod = new Map<string, ContainerUsage[]>();
  for (const container of containers) {
    const key = `${container.namespace}/${container.pod}`;
    byPod.set(key, [...(byPod.get(key) ?? []), container]);
  }
  return {
    node: {
      nodeName: turn.instance,
      ...usage(node),
      fs: { time: at, availableBytes: disk.capacity - disk.used, capacityBytes: disk.capacity, usedBytes: disk.used },
    },
    pods: [...byPod].map(([key, members]) => ({
      podRef: { name: key.split('/')[1], namespace: key.split('/')[0] },
      containers: members.map((member) => ({
        name: member.container,
        startTime: timestamp(member.startedAt),
        ...usage(member),
      })),
    })),
  };
}

/** What `/configz` tells: the parts of KubeletConfiguration that rule what is simulated here. */
function configz(turn: Turn): object {
  const { evictionSoftGracePeriod, containerLogMaxSize, ...known } = configuration(turn);
  const kubeletconfig: Record<string, unknown> = {
    staticPodPath: '/etc/kubernetes/manifests',
    syncFrequency: '1m0s',
    fileCheckFrequency: '20s',
    nodeStatusUpdateFrequency: '10s',
    nodeStatusReportFrequency: '5m0s',
    nodeLeaseDurationSeconds: 40,
    serializeImagePulls: true,
    containerLogMaxSize: binaryQuantity(containerLogMaxSize),
    containerLogMaxFiles: 5,
    evictionSoftGracePeriod: Object.fromEntries(
      Object.entries(evictionSoftGracePeriod).map(([signal, time]) => [signal, durationText(time)]),
    ),
  };
  for (const [name, value] of Object.entries(known))
    kubeletconfig[name] = isDuration(name) ? durationText(value as number) : value;
  return { kubeletconfig };
}
