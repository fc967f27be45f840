import { ApiError } from '../apiserver/request.ts';
import { Client } from '../client/client.ts';
import { programUser } from '../client/identities.ts';
import type { KubeObject } from '../object.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';

interface Hints {
  readonly forNodes?: readonly { readonly name: string }[];
  readonly forZones?: readonly { readonly name: string }[];
}

/** Where a node stands, as far as endpoints are meant for nodes and zones. */
export interface Place {
  readonly node: string;
  readonly zone?: string;
}

/** Whether any endpoint of these slices is meant for somebody. */
export function hasHints(slices: readonly KubeObject[], kind: keyof Hints): boolean {
  for (const { endpoints } of slices) {
    if (!endpoints) continue;
    for (const { hints } of endpoints as readonly { readonly hints?: Hints }[])
      if (hints?.[kind] && hints[kind].length > 0) return true;
  }
  return false;
}

/** The zone of this node, asked for only where endpoints are meant for zones. */
export function placeOf(turn: Turn, slices: readonly KubeObject[]): Place {
  const node = turn.instance;
  if (!hasHints(slices, 'forZones')) return { node };
  try {
    const { metadata } = new Client(turn, programUser('kube-proxy')).get('nodes', '', node);
    const zone = metadata.labels?.['topology.kubernetes.io/zone'];
    return zone === undefined ? { node } : { node, zone };
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    return { node };
  }
}

/**
 * Those of the ready endpoints that are meant for this node, or else for its zone. All of them when none is, or when one
 * has no hint: then nothing is known for sure. Source: `CategorizeEndpoints` in `pkg/proxy/topology.go`.
 */
export function meantFor<Endpoint extends { readonly hints?: Hints }>(
  place: Place,
  endpoints: readonly Endpoint[],
): readonly Endpoint[] {
  for (const [kind, name] of [
    ['forNodes', place.node],
    ['forZones', place.zone],
  ] as const) {
    if (name === undefined || endpoints.some(({ hints }) => (hints?.[kind]?.length ?? 0) === 0)) continue;
    const mine = endpoints.filter(({ hints }) => hints?.[kind]?.some((hint) => hint.name === name));
    if (mine.length > 0) return mine;
  }
  return endpoints;
}
