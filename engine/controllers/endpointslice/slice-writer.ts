import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { requireFullSync, withTriggerTime } from './changed-pods.ts';
import type { SlicePlan } from './slice-plan.ts';

export const SLICES = 'endpointslices.discovery.k8s.io';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SERVICE_NAME = 'kubernetes.io/service-name';

/** The slices of a Service that one controller manages, as its cache shows them. */
export function managedSlices(turn: Turn, service: string, manager: string): readonly KubeObject[] {
  return turn
    .cache(SLICES)
    .by('service', service)
    .filter((slice) => slice.metadata.labels?.[MANAGED_BY] === manager);
}

/**
 * Whether the cache does not show this controller's own last write for a Service yet: to go on would be to create the
 * same slice twice. The sync is made up for when the write arrives.
 */
export function isBehind(turn: Turn, service: string): boolean {
  const written = turn.memory.get<number>(`written/${service}`) ?? 0;
  if (turn.cache(SLICES).revision >= written) return false;
  turn.memory.set(`missed/${service}`, true);
  return true;
}

/** Carries a plan out. What is written last is remembered for `isBehind`. */
export function writeSlices(
  turn: Turn,
  client: Client,
  service: string,
  plan: SlicePlan,
  trigger: string | undefined,
): void {
  for (const slice of plan.creations) {
    const created = client.create(SLICES, slice.metadata.namespace ?? '', withAnnotation(slice, trigger));
    remember(turn, service, created);
  }
  for (const slice of plan.updates) remember(turn, service, client.update(SLICES, withAnnotation(slice, trigger)));
  for (const slice of plan.deletions) {
    try {
      client.delete(SLICES, slice.metadata.namespace ?? '', slice.metadata.name);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
}

function withAnnotation(slice: KubeObject, trigger: string | undefined): KubeObject {
  return {
    ...slice,
    metadata: { ...slice.metadata, annotations: withTriggerTime(slice.metadata.annotations, trigger) },
  };
}

function remember(turn: Turn, service: string, written: KubeObject): void {
  turn.memory.set(`written/${service}`, Number(written.metadata.resourceVersion));
}

/** The Service to look at again because of a slice's event: not for this controller's own writes, unless a sync waits. */
export function serviceOfSliceEvent(
  turn: Turn,
  slice: KubeObject,
  revision: number,
  manager: string,
): readonly string[] {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  if (name === undefined || slice.metadata.labels?.[MANAGED_BY] !== manager) return [];
  const service = `${slice.metadata.namespace}/${name}`;
  const missed = turn.memory.get(`missed/${service}`) === true;
  if (revision <= (turn.memory.get<number>(`written/${service}`) ?? 0) && !missed) return [];
  if (missed) turn.memory.delete(`missed/${service}`);
  else requireFullSync(turn.memory, service);
  return [service];
}
