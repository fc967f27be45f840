import type { Json } from '../object.ts';
import type { Task } from './task.ts';
import type { Memory, Turn } from './turn.ts';
import type { Watch, WatchEvent } from './watch.ts';

/**
 * Code of one component (a binary or a control loop). It holds no state: everything it remembers lives in
 * `turn.memory`. One definition serves every instance of its family: `kubelet/node-1` and `kubelet/node-2` are two
 * instances (`turn.instance`) of the family `kubelet`; `kube-controller-manager/replicaset-controller` is the instance
 * `replicaset-controller` of the family `kube-controller-manager`.
 */
export interface Component {
  /** `kubelet`, or `kube-controller-manager/replicaset-controller` for a definition of a single instance. */
  readonly name: string;
  /** Informers opened before `start`; their first delivery carries everything that exists as `ADDED`. */
  watches?(instance: string): readonly Watch[];
  /** The process starts (at boot, or after a fault stopped it): its memory is empty. */
  start?(turn: Turn): void;
  /** A task of its own comes due. */
  handle?(turn: Turn, task: Task): void;
  /** An informer's cache has moved forward; `turn.cache` already shows the new state. */
  observe?(turn: Turn, resource: string, events: readonly WatchEvent[]): void;
  /** Idle work was passed over until now: whoever counts silence from the last sign begins anew. */
  passed?(turn: Turn): void;
  /** Whether somebody outside looks on, who is to see idle work as well: an open watch. */
  isObserved?(memory: Memory): boolean;
  /** A synchronous call from another component (an API request, a CRI call, the kubelet's own API). */
  serve?(turn: Turn, request: Json | object): unknown;
  /** Calls that are answered even while the process is stopped, by what it has left behind: packet rules in a kernel. */
  servesStopped?(request: Json | object): boolean;
  /** Tasks that outlive a stop of the process: timers of running containers. */
  survives?(task: Task): boolean;
  /** Memory that outlives a stop of the process (disks, running containers) starts with one of these prefixes. */
  readonly durable?: readonly string[];
}
