import type { Client } from '../../client/client.ts';
import { enqueue, enqueueAfter } from '../../client/workqueue.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { discoverOthers } from './discovery.ts';
import type { DeletableResource } from './resources.ts';

/*
 * Controllers that look after the objects of all resources ask the server every 30 s what it serves, and open and close
 * informers accordingly (`Sync` of `pkg/controller/garbagecollector` and of `pkg/controller/resourcequota`). What is served
 * changes with definitions only, so here they ask at the first of these moments after a definition has changed.
 */

export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Stands on the work queue for asking what is served. */
export const DISCOVERY_KEY = '*discovery';

const PERIOD = 30_000;

/** The cell with the resources of definitions that the controller follows. */
const FOLLOWED = 'custom-resources';
const NONE: readonly never[] = [];

/** The resources of definitions that this controller knows and follows. */
export function customResources(turn: Turn): readonly DeletableResource[] {
  return turn.memory.get<readonly DeletableResource[]>(FOLLOWED) ?? NONE;
}

/** A definition has changed: plans to ask. One that was there before this process is asked about at once. */
export function observeDefinition(turn: Turn, { type, object }: WatchEvent): void {
  const conditions: readonly { type: string; status: string }[] = object.status?.conditions ?? NONE;
  const isEstablished = conditions.some((condition) => condition.type === 'Established' && condition.status === 'True');
  if (type === 'ADDED' && isEstablished) enqueue(turn, DISCOVERY_KEY);
  else enqueueAfter(turn, DISCOVERY_KEY, PERIOD - (turn.now % PERIOD), { background: true });
}

/** Asks what is served, and follows the resources of definitions that have all of these verbs. */
export function followCustomResources(turn: Turn, client: Client, verbs: readonly string[]): void {
  const { resources } = discoverOthers(client, verbs);
  const isIn = (list: readonly DeletableResource[], name: string) => list.some(({ resource }) => resource === name);
  for (const { resource } of customResources(turn)) if (!isIn(resources, resource)) turn.unfollow(resource);
  for (const { resource } of resources) turn.follow(resource);
  turn.memory.set(FOLLOWED, resources);
}
