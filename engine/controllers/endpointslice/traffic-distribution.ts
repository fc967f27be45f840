import type { EndpointHints } from './slice-plan.ts';

const CLOSE = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

/** Whom a ready endpoint is meant for, by its Service's `trafficDistribution`. Source: `k8s.io/endpointslice/trafficdist`. */
export function hintsOf(
  distribution: string | undefined,
  nodeName: string | undefined,
  zone: string | undefined,
): { readonly hints?: EndpointHints } {
  if (distribution === undefined || !CLOSE.includes(distribution)) return {};
  const hints = {
    ...(zone ? { forZones: [{ name: zone }] } : {}),
    ...(nodeName && distribution === 'PreferSameNode' ? { forNodes: [{ name: nodeName }] } : {}),
  };
  return Object.keys(hints).length === 0 ? {} : { hints };
}
