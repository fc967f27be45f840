import type { KubeObject } from '../../object.ts';
import { milliValue } from '../../quantity.ts';
import type { Command } from '../command.ts';
import { failure, usageFailure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import { ALL_NAMESPACES_FLAG, FIELD_SELECTOR_FLAG, SELECTOR_FLAG } from '../global-flags.ts';
import { goSorted } from '../printers/go-sort.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import { isAllNamespaces, selectorQuery } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

// Source: `k8s.io/kubectl/pkg/cmd/top`, `metricsutil`.

type Amounts = Readonly<Record<string, string | number>>;
/** Amounts in thousandths, by resource. */
type Usage = Readonly<Record<string, number>>;

const COMMON: readonly Flag[] = [
  SELECTOR_FLAG,
  { name: 'no-headers', type: 'boolean', usage: 'No line of headers' },
  { name: 'show-swap', type: 'boolean', usage: 'Swap as well' },
  { name: 'sort-by', type: 'string', usage: 'cpu or memory' },
  { name: 'use-protocol-buffers', type: 'boolean', default: 'true', usage: 'How the metrics are sent' },
];

const topNode: Command = {
  name: 'node',
  aliases: ['nodes', 'no'],
  short: 'Display resource (CPU/memory) usage of nodes',
  usage: '[NAME | -l label]',
  flags: [...COMMON, { name: 'show-capacity', type: 'boolean', usage: 'Shares of the capacity, not of what is left' }],
  *run(session): Task {
    const { flags, args } = session;
    yield* check(session, 'node', '--selector');
    const metrics = yield* fetchMetrics(session, '/apis/metrics.k8s.io/v1beta1/nodes');
    if (metrics.length === 0) throw failure('metrics not available yet');
    const nodes = yield* fetchList(session, '/api/v1/nodes', args[0]);
    const field = flags.boolean('show-capacity') ? 'capacity' : 'allocatable';
    const resources = measured(session);
    const lines = sorted(
      session,
      metrics.map((object) => ({ object, usage: usageOf(object.usage as Amounts) })),
    ).map(({ object, usage }) => {
      const node = nodes.find((candidate) => candidate.metadata.name === object.metadata.name);
      const available = usageOf({ ...node?.status?.[field], swap: node?.status?.nodeInfo?.swap?.capacity });
      return [object.metadata.name, ...resources.flatMap((name) => nodeCells(name, usage, available))];
    });
    const missing = nodes.filter(({ metadata }) => !metrics.some((object) => object.metadata.name === metadata.name));
    for (const { metadata } of missing) lines.push([metadata.name, ...resources.flatMap(() => [UNKNOWN, UNKNOWN])]);
    const header = ['NAME', ...resources.flatMap((name) => [HEADERS[name] as string, `${name.toUpperCase()}(%)`])];
    yield* printLines(session, header, lines);
  },
};

const topPod: Command = {
  name: 'pod',
  aliases: ['pods', 'po'],
  short: 'Display resource (CPU/memory) usage of pods',
  usage: '[NAME | -l label]',
  flags: [
    ...COMMON,
    ALL_NAMESPACES_FLAG,
    FIELD_SELECTOR_FLAG,
    { name: 'containers', type: 'boolean', usage: 'Each container' },
    { name: 'sum', type: 'boolean', usage: 'All together in a last line' },
  ],
  *run(session): Task {
    const { flags } = session;
    yield* check(session, 'pod', 'selector');
    const namespace = yield* session.namespace();
    const isAll = isAllNamespaces(session);
    const metrics = yield* fetchMetrics(
      session,
      `/apis/metrics.k8s.io/v1beta1${isAll ? '' : `/namespaces/${namespace}`}/pods`,
    );
    if (metrics.length === 0) {
      return yield* session.complain(isAll ? 'No resources found' : `No resources found in ${namespace} namespace.`);
    }
    const resources = measured(session);
    const pods = metrics.map((object) => ({ object, usage: podUsage(object, resources) }));
    const lines = sorted(session, pods).flatMap(({ object, usage }) => podLines(session, object, usage, resources));
    const header = ['NAME', ...resources.map((name) => HEADERS[name] as string)];
    if (flags.boolean('containers')) header.unshift('POD');
    if (isAll) header.unshift('NAMESPACE');
    if (flags.boolean('sum')) lines.push(...sumLines(pods, header.length, resources));
    yield* printLines(session, header, lines);
  },
};

export const top: Command = {
  name: 'top',
  short: 'Display resource (CPU/memory) usage',
  bare: { fd: 2, code: 1 },
  subcommands: [topNode, topPod],
};

const UNKNOWN = '<unknown>';
const HEADERS: Readonly<Record<string, string>> = {
  cpu: 'CPU(cores)',
  memory: 'MEMORY(bytes)',
  swap: 'SWAP(bytes)',
};

function* check(session: Session, name: string, selector: string): Task {
  const { flags, args } = session;
  if (args.length > 1) throw usageFailure(session.path, `${name} [NAME | -l label]`);
  if (!['', 'cpu', 'memory'].includes(flags.string('sort-by'))) {
    throw failure('--sort-by accepts only cpu or memory');
  }
  const isSelecting = Object.keys(selectorQuery(session)).length > 0;
  if (args.length > 0 && isSelecting) throw failure(`only one of NAME or ${selector} can be provided`);
  const { mappings } = yield* session.mapper();
  if (!mappings.some(({ group }) => group === 'metrics.k8s.io')) throw failure('Metrics API not available');
}

function* fetchMetrics(session: Session, path: string): Task<KubeObject[]> {
  return yield* fetchList(session, path, session.args[0]);
}

function* fetchList(session: Session, path: string, name: string | undefined): Task<KubeObject[]> {
  if (name !== undefined) return [(yield* session.get(`${path}/${name}`)) as KubeObject];
  return ((yield* session.get(path, { query: selectorQuery(session) })) as { items: KubeObject[] }).items;
}

function measured({ flags }: Session): readonly string[] {
  return flags.boolean('show-swap') ? ['cpu', 'memory', 'swap'] : ['cpu', 'memory'];
}

function usageOf(amounts: Readonly<Record<string, string | number | undefined>>): Usage {
  const usage: Record<string, number> = {};
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount !== undefined) usage[name] = milliValue(amount);
  }
  return usage;
}

function podUsage(object: KubeObject, resources: readonly string[]): Usage {
  const usages = (object.containers as { usage: Amounts }[]).map(({ usage }) => usageOf(usage));
  return added(usages, resources);
}

function added(usages: readonly Usage[], resources: readonly string[]): Usage {
  return Object.fromEntries(
    resources.map((name) => [name, usages.reduce((total, usage) => total + (usage[name] ?? 0), 0)]),
  );
}

interface Measured {
  readonly object: KubeObject;
  readonly usage: Usage;
}

/** By name, or the greediest first. */
function sorted(session: Session, items: readonly Measured[]): Measured[] {
  const by = session.flags.string('sort-by');
  const key = ({ object: { metadata } }: Measured) => `${metadata.namespace ?? ''}/${metadata.name}`;
  return goSorted(items, (one, other) => (by ? (other.usage[by] ?? 0) < (one.usage[by] ?? 0) : key(one) < key(other)));
}

function amountText(name: string, usage: Usage): string {
  const amount = usage[name] ?? 0;
  return name === 'cpu' ? `${amount}m` : `${Math.floor(Math.ceil(amount / 1000) / 1_048_576)}Mi`;
}

function nodeCells(name: string, usage: Usage, available: Usage): string[] {
  const whole = available[name];
  if (name === 'swap' && whole === undefined) return [UNKNOWN, UNKNOWN];
  if (whole === undefined) return [amountText(name, usage)];
  const share = whole === 0 ? 0 : Math.trunc(((usage[name] ?? 0) / whole) * 100);
  return [amountText(name, usage), `${share}%`];
}

function podLines(session: Session, object: KubeObject, usage: Usage, resources: readonly string[]): string[][] {
  const { name, namespace = '' } = object.metadata;
  const place = isAllNamespaces(session) ? [namespace] : [];
  if (!session.flags.boolean('containers')) {
    return [[...place, name, ...resources.map((resource) => amountText(resource, usage))]];
  }
  const containers = (object.containers as { name: string; usage: Amounts }[]).map((container) => ({
    object: { metadata: { name: container.name } } as KubeObject,
    usage: usageOf(container.usage),
  }));
  return sorted(session, containers).map((container) => [
    ...place,
    name,
    container.object.metadata.name,
    ...resources.map((resource) => amountText(resource, container.usage)),
  ]);
}

function sumLines(pods: readonly Measured[], width: number, resources: readonly string[]): string[][] {
  const blank = (count: number) => Array.from({ length: Math.max(0, count) }, () => '');
  const total = added(
    pods.map(({ usage }) => usage),
    resources,
  );
  return [
    [...blank(width - 2), '________', '________'],
    [...blank(width - 3), '', ...resources.map((name) => amountText(name, total))],
  ];
}

function* printLines(session: Session, header: readonly string[], lines: readonly (readonly string[])[]): Task {
  const shown = session.flags.boolean('no-headers') ? lines : [header, ...lines];
  const text = shown.map((cells) => `${cells.join('\t')}\t\n`).join('');
  yield* session.print(new TabWriter(TABLE_TABS).align(text));
}
