import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { DaemonsByNode } from './daemons.ts';
import type { Eligibility } from './nodes.ts';

/** What the steps of one sync of a DaemonSet share. */
export interface DaemonSync {
  readonly turn: Turn;
  readonly client: Client;
  readonly key: string;
  readonly set: KubeObject;
  /** Every node, and whether a daemon belongs there. */
  readonly nodes: ReadonlyMap<string, Eligibility>;
  readonly daemons: DaemonsByNode;
  /** The hash of the present template. */
  readonly hash: string;
}

/** What a step wants done. */
export interface Wishes {
  /** Names of nodes that need a pod. */
  readonly create: string[];
  readonly remove: KubeObject[];
}
