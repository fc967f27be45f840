import type { KubeletResponse, NodeUsage } from '../kubelet/api.ts';
import { say } from '../sentence.ts';
import type { Component } from '../sim/component.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import { type NodeSamples, type ResourceMetrics, resourceMetrics } from './samples.ts';

/** The API service that makes the aggregator ask for resource metrics. */
export const METRICS_API = 'v1beta1.metrics.k8s.io';

/** `--metric-resolution`. */
const RESOLUTION = 15_000;

const API_SERVICES = 'apiservices.apiregistration.k8s.io';

/**
 * metrics-server: reads what nodes and containers use from every kubelet each 15 seconds, and answers with the rate
 * between the last two readings (cells `node/<name>`). It stands for the process in the pods of that name: while its API
 * service is not registered it does nothing. Source: `sigs.k8s.io/metrics-server/pkg/{scraper,storage}`.
 */
export const metricsServer: Component = {
  name: 'metrics-server',
  watches: () => [{ resource: API_SERVICES }, { resource: 'nodes' }],
  observe(turn, resource) {
    if (resource === API_SERVICES && isInstalled(turn)) scheduleScrape(turn, 0);
  },
  handle(turn) {
    turn.memory.delete('scheduled');
    if (!isInstalled(turn)) {
      for (const cell of turn.memory.keys('node/')) turn.memory.delete(cell);
      return;
    }
    scrape(turn);
    scheduleScrape(turn, RESOLUTION);
  },
  serve: (turn): readonly ResourceMetrics[] =>
    turn.memory.keys('node/').flatMap((cell) => {
      const samples = turn.memory.get<NodeSamples>(cell);
      return samples === undefined ? [] : resourceMetrics(cell.slice('node/'.length), samples);
    }),
};

function isInstalled(turn: Turn): boolean {
  return turn.cache(API_SERVICES).get('', METRICS_API)?.spec?.service !== undefined;
}

function scheduleScrape(turn: Turn, delay: number): void {
  if (turn.memory.get('scheduled') === true) return;
  turn.memory.set('scheduled', true);
  turn.after(delay, { kind: 'scrape' }, { background: true });
}

function scrape(turn: Turn): void {
  const names = turn
    .cache('nodes')
    .list()
    .map(({ metadata }) => metadata.name);
  for (const cell of turn.memory.keys('node/')) {
    if (!names.includes(cell.slice('node/'.length))) turn.memory.delete(cell);
  }
  for (const name of names) {
    const latest = readUsage(turn, name);
    const known = turn.memory.get<NodeSamples>(`node/${name}`);
    if (latest === undefined) turn.memory.delete(`node/${name}`);
    else turn.memory.set(`node/${name}`, { latest, ...(known === undefined ? {} : { previous: known.latest }) });
  }
}

function readUsage(turn: Turn, node: string): NodeUsage | undefined {
  try {
    return (turn.call(`kubelet/${node}`, { call: 'usage' }) as KubeletResponse).usage;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    turn.note(say`Failed to scrape node ${node}: ${error.message}`, { resource: 'nodes', name: node });
    return undefined;
  }
}
