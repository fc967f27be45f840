import type { Turn } from '../../sim/turn.ts';
import type { ApiResponse } from '../request.ts';
import { servedKinds } from '../served.ts';
import type { WatchStream } from '../watch.ts';
import { STARTED } from './debug-pages.ts';
import { type HealthCheck, healthChecks } from './health.ts';
import { type Metric, metricsText, type Sample } from './metrics-text.ts';
import { requestSamples } from './request-metrics.ts';
import { VERSION } from './version.ts';

/** What the server is known by to those who watch it: real counts of this process and of what is stored. */
export function metricsPage(turn: Turn, path: string): ApiResponse | undefined {
  if (path === '/metrics') return page([...serverMetrics(turn), healthMetric(turn)]);
  return path === '/metrics/slis' ? page([healthMetric(turn)]) : undefined;
}

function page(metrics: readonly Metric[]): ApiResponse {
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  return { code: 200, headers, body: metricsText(metrics) };
}

function serverMetrics(turn: Turn): readonly Metric[] {
  const watches = openWatches(turn);
  return [
    {
      name: 'apiserver_request_total',
      type: 'counter',
      help: '[STABLE] Requests answered, by verb, dry run, group, version, resource, scope, component and HTTP code.',
      samples: requestSamples(turn),
    },
    {
      name: 'apiserver_longrunning_requests',
      type: 'gauge',
      help: '[STABLE] Requests that stay open, such as watches, by verb and resource.',
      samples: counted(watches, ({ group, version, plural, scope }) => ({
        component: 'apiserver',
        group,
        resource: plural,
        scope,
        subresource: '',
        verb: 'WATCH',
        version,
      })),
    },
    {
      name: 'apiserver_storage_objects',
      type: 'gauge',
      help: '[STABLE] Objects stored, by kind.',
      samples: storedObjects(turn),
    },
    {
      name: 'etcd_debugging_mvcc_current_revision',
      type: 'gauge',
      help: 'The revision of the last write to etcd.',
      samples: [{ labels: {}, value: turn.store.revision }],
    },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'Start of the process, in seconds since the Unix epoch.',
      samples: [{ labels: {}, value: (turn.memory.get<number>(STARTED) ?? turn.now) / 1000 }],
    },
    {
      name: 'kubernetes_build_info',
      type: 'gauge',
      help: '[ALPHA] Always 1; its labels tell the release.',
      samples: [{ labels: buildLabels(), value: 1 }],
    },
  ];
}

function buildLabels(): Sample['labels'] {
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = VERSION;
  return {
    major,
    minor,
    git_version: gitVersion,
    git_commit: gitCommit,
    git_tree_state: gitTreeState,
    build_date: buildDate,
    go_version: goVersion,
    compiler,
    platform,
  };
}

function storedObjects(turn: Turn): readonly Sample[] {
  const names = new Set(servedKinds().map(({ resource }) => resource));
  for (const resource of turn.store.resources()) names.add(resource);
  return [...names].map((resource) => ({
    labels: { resource },
    value: turn.store.at(resource).list().length,
  }));
}

interface OpenWatch {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly scope: string;
}

function openWatches(turn: Turn): readonly OpenWatch[] {
  return turn.memory.keys('stream/').flatMap((cell) => {
    const stream = turn.memory.get<WatchStream>(cell);
    if (stream?.kind !== 'watch') return [];
    const { group, version, plural, namespace } = stream;
    return [{ group, version, plural, scope: namespace === '' ? 'cluster' : 'namespace' }];
  });
}

/** One sample for each set of labels, with how many items have it. */
function counted<T>(items: readonly T[], labelsOf: (item: T) => Sample['labels']): readonly Sample[] {
  const samples = new Map<string, { labels: Sample['labels']; value: number }>();
  for (const item of items) {
    const labels = labelsOf(item);
    const key = Object.values(labels).join('|');
    const sample = samples.get(key) ?? { labels, value: 0 };
    samples.set(key, { labels, value: sample.value + 1 });
  }
  return [...samples.values()];
}

function healthMetric(turn: Turn): Metric {
  const types = ['healthz', 'livez', 'readyz'];
  const sample = (type: string, { name, isPassing }: HealthCheck): Sample => ({
    labels: { name, type },
    value: isPassing ? 1 : 0,
  });
  return {
    name: 'kubernetes_healthcheck',
    type: 'gauge',
    help: '[STABLE] Whether a health check passes (1) or not (0).',
    samples: types.flatMap((type) => healthChecks(turn, type).map((check) => sample(type, check))),
  };
}
