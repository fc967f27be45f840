import type { Component } from '../sim/component.ts';
import type { Memory, Turn } from '../sim/turn.ts';
import type { Watch } from '../sim/watch.ts';
import { type Backend, entrance, type PortRule, serviceRules } from './rules.ts';
import { placeOf } from './topology.ts';

/** Where a connection to an address would go on this node. Ask with `turn.call('kube-proxy/<node>', request)`. */
interface ResolveRequest {
  readonly kind: 'resolve';
  readonly ip: string;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  /** Address of the client, for session affinity. */
  readonly source?: string;
}

/** All that the kernel of the node knows: `PortRule[]`. */
interface RulesRequest {
  readonly kind: 'rules';
}

type ProxyRequest = ResolveRequest | RulesRequest;

/**
 * `passed`: the address is no Service's and is left as it is. `rejected`: a Service without endpoints, which answers
 * "Connection refused". `dropped`: a Service with the traffic policy Local and no endpoint on this node; nobody answers.
 */
export type ResolveAnswer =
  | { readonly outcome: 'passed' }
  | {
      readonly outcome: 'forwarded';
      readonly service: string;
      readonly portName: string;
      readonly backend: Backend;
      readonly candidates: number;
    }
  | { readonly outcome: 'rejected'; readonly service: string; readonly portName: string }
  | { readonly outcome: 'dropped'; readonly service: string; readonly portName: string };

interface Affinity {
  readonly backend: Backend;
  readonly usedAt: number;
}

const SLICES = 'endpointslices.discovery.k8s.io';
const WATCHES: readonly Watch[] = [{ resource: 'services' }, { resource: SLICES }];
/** `iptables.minSyncPeriod` of kube-proxy's configuration: changes within it are one sync. */
const MIN_SYNC_PERIOD = 1000;

/**
 * kube-proxy in iptables mode. Its rules belong to the node's kernel: they stay, and get stale, when the process stops.
 *
 *     rules/<service>        PortRule[] of a Service
 *     rules/at/<entrance>    { service, index }: the rule that a connection meets first
 *     rules/affinity/<key>   { backend, usedAt }
 *     changed/<service>      to be looked at by the next sync
 *     synced                 when the last sync was
 */
export const kubeProxy: Component = {
  name: 'kube-proxy',
  durable: ['rules/'],
  watches: () => WATCHES,
  start(turn) {
    for (const key of turn.memory.keys('rules/')) {
      if (!key.startsWith('rules/at/') && !key.startsWith('rules/affinity/'))
        turn.memory.set(`changed/${key.slice('rules/'.length)}`, true);
    }
  },
  observe(turn, resource, events) {
    for (const { object } of events) {
      const name = resource === SLICES ? object.metadata.labels?.['kubernetes.io/service-name'] : object.metadata.name;
      if (name !== undefined) turn.memory.set(`changed/${object.metadata.namespace}/${name}`, true);
    }
    planSync(turn);
  },
  handle(turn, task) {
    if (task.kind === 'syncProxyRules') syncProxyRules(turn);
  },
  serve: (turn, request) =>
    (request as ProxyRequest).kind === 'rules' ? allRules(turn.memory) : resolve(turn, request as ResolveRequest),
  servesStopped: () => true,
};

function planSync(turn: Turn): void {
  const { memory } = turn;
  if (memory.get('planned') === true || memory.keys('changed/').length === 0) return;
  memory.set('planned', true);
  const last = memory.get<number>('synced') ?? Number.NEGATIVE_INFINITY;
  turn.after(Math.max(0, last + MIN_SYNC_PERIOD - turn.now), { kind: 'syncProxyRules' });
}

/** Rewrites the rules of the Services that have changed. */
function syncProxyRules(turn: Turn): void {
  const { memory } = turn;
  memory.delete('planned');
  memory.set('synced', turn.now);
  for (const key of memory.keys('changed/')) {
    memory.delete(key);
    const service = key.slice('changed/'.length);
    const [namespace = '', name = ''] = service.split('/');
    const object = turn.cache('services').get(namespace, name);
    const slices = turn.cache(SLICES).by('service', service);
    replaceRules(memory, service, object ? serviceRules(object, slices, placeOf(turn, slices)) : []);
  }
}

function replaceRules(memory: Memory, service: string, rules: readonly PortRule[]): void {
  const cell = `rules/${service}`;
  const before = memory.get<readonly PortRule[]>(cell);
  if (before === rules) return;
  if (before !== undefined) closeEntrances(memory, before, rules);
  for (let index = 0; index < rules.length; index++)
    for (const at of (rules[index] as PortRule).entrances) memory.set(`rules/at/${at}`, { service, index });
  if (rules.length === 0) memory.delete(cell);
  else memory.set(cell, rules);
}

function closeEntrances(memory: Memory, before: readonly PortRule[], rules: readonly PortRule[]): void {
  const open = new Set(rules.flatMap((rule) => rule.entrances));
  for (const rule of before) for (const at of rule.entrances) if (!open.has(at)) memory.delete(`rules/at/${at}`);
}

function allRules(memory: Memory): readonly PortRule[] {
  return memory
    .keys('rules/')
    .filter((key) => !key.startsWith('rules/at/') && !key.startsWith('rules/affinity/'))
    .sort()
    .flatMap((key) => memory.get<readonly PortRule[]>(key) ?? []);
}

function resolve(turn: Turn, { ip, port, protocol = 'TCP', source }: ResolveRequest): ResolveAnswer {
  const { memory } = turn;
  const at =
    memory.get<{ service: string; index: number }>(`rules/at/${entrance(protocol, ip, port)}`) ??
    (isNodeAddress(ip)
      ? memory.get<{ service: string; index: number }>(`rules/at/${entrance(protocol, '*', port)}`)
      : undefined);
  const rule = at && memory.get<readonly PortRule[]>(`rules/${at.service}`)?.[at.index];
  if (!rule) return { outcome: 'passed' };
  const { service, portName, backends } = rule;
  if (backends.length === 0) return { outcome: rule.drops ? 'dropped' : 'rejected', service, portName };
  const backend = chooseBackend(turn, rule, source);
  return { outcome: 'forwarded', service, portName, backend, candidates: backends.length };
}

/** Node ports are for addresses of nodes: not for pods and not for Services. */
function isNodeAddress(ip: string): boolean {
  return !ip.startsWith('10.244.') && !ip.startsWith('10.96.');
}

/** Any backend with equal chance, as the statistic match of iptables; with session affinity the same one again. */
function chooseBackend(turn: Turn, rule: PortRule, source: string | undefined): Backend {
  const { backends, sessionAffinitySeconds } = rule;
  const cell = `rules/affinity/${rule.service}/${rule.portName}/${source ?? ''}`;
  if (sessionAffinitySeconds !== undefined && source !== undefined) {
    const known = turn.memory.get<Affinity>(cell);
    const isFresh = known !== undefined && turn.now - known.usedAt < sessionAffinitySeconds * 1000;
    const same = isFresh
      ? backends.find(({ address, port }) => address === known.backend.address && port === known.backend.port)
      : undefined;
    const chosen = same ?? randomBackend(turn, backends);
    turn.memory.set(cell, { backend: chosen, usedAt: turn.now } satisfies Affinity);
    return chosen;
  }
  return randomBackend(turn, backends);
}

function randomBackend(turn: Turn, backends: readonly Backend[]): Backend {
  return backends[backends.length === 1 ? 0 : Math.floor(turn.random() * backends.length)] as Backend;
}
