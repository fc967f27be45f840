import type { KubeObject } from '../object.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const NAMES = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];

/** Source: `pkg/quota/v1/evaluator/core/services.go`. */
export const serviceEvaluator: QuotaEvaluator = {
  resource: 'services',
  handles: ({ operation, subresource }) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  matchingResources: (asked) => asked.filter((name) => NAMES.includes(name)),
  matchesScope: () => false,
  usage: (service) => ({
    'count/services': '1',
    services: '1',
    'services.nodeports': String(nodePortsOf(service)),
    'services.loadbalancers': service.spec?.type === 'LoadBalancer' ? '1' : '0',
  }),
  isReplenishedBy: (service, previous) => service.spec?.type !== previous.spec?.type,
};

/** A load balancer may do without node ports; those it has been given still count. */
function nodePortsOf({ spec }: KubeObject): number {
  const ports: readonly { readonly nodePort?: number }[] = spec?.ports ?? [];
  if (spec?.type === 'NodePort') return ports.length;
  if (spec?.type !== 'LoadBalancer') return 0;
  if (spec.allocateLoadBalancerNodePorts !== false) return ports.length;
  return ports.filter(({ nodePort }) => nodePort !== undefined && nodePort !== 0).length;
}
