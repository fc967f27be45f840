import { ApiError } from '../apiserver/request.ts';
import { say } from '../sentence.ts';
import type { Component } from '../sim/component.ts';
import { LATENCY } from '../sim/latency.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import type { Watch, WatchEvent } from '../sim/watch.ts';
import { type Client, controllerClient } from './client.ts';
import { requestDelay } from './throttle.ts';
import { endWait, enqueue, enqueueRateLimited, failuresOf, finishKey, forget, takeKey } from './workqueue.ts';

/** A sync could not be finished for a reason other than a refused request; its key comes back after a back-off. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
}

/** One control loop: which events become which keys, and what a key's sync does. */
export interface ControllerDefinition {
  /** `replicaset-controller`: the instance name within kube-controller-manager. */
  readonly name: string;
  readonly watches: readonly Watch[];
  /** Turns one event into the keys to look at. Touches nothing but the controller's expectations. */
  readonly keysOf: (turn: Turn, resource: string, event: WatchEvent) => readonly string[];
  /**
   * Brings the world behind `key` one step nearer to what is wanted: reads `turn.cache`, writes through `client`, does
   * nothing when nothing differs. What it throws (`ApiError`, `Unreachable`, `SyncError`) makes the key come back after a back-off.
   */
  readonly sync: (turn: Turn, client: Client, key: string) => void;
  /** Runs when the process starts, to enqueue keys that no event brings (periodic work). */
  readonly start?: (turn: Turn) => void;
  /** Failures in a row after which the key is dropped until its next event; without it, never. */
  readonly maxRetries?: number;
}

/**
 * A controller of kube-controller-manager. Event handlers only put keys on the queue; one worker takes them, one sync a
 * step, and needs the time of its writes before it takes the next.
 */
export function controller(definition: ControllerDefinition): Component {
  // Definitions are of many shapes: what every event and every sync needs of one is looked up once.
  const { keysOf, sync, maxRetries } = definition;
  return {
    name: `kube-controller-manager/${definition.name}`,
    watches: () => definition.watches,
    start: (turn) => definition.start?.(turn),
    observe(turn, resource, events) {
      let last: string | undefined;
      for (let at = 0; at < events.length; at++) {
        const keys = keysOf(turn, resource, events[at] as WatchEvent);
        for (let place = 0; place < keys.length; place++) {
          const key = keys[place] as string;
          if (key !== last) enqueue(turn, key); // what comes together is mostly about the same object
          last = key;
        }
      }
    },
    handle(turn, task) {
      if (task.kind === 'enqueue') endWait(turn, task.key as string);
      if (task.kind === 'sync') processNext(turn, sync, maxRetries);
    },
  };
}

function processNext(turn: Turn, sync: ControllerDefinition['sync'], maxRetries: number | undefined): void {
  const key = takeKey(turn);
  if (key === undefined) return;
  const client = controllerClient(turn);
  try {
    sync(turn, client, key);
    forget(turn, key);
  } catch (error) {
    retry(turn, maxRetries, key, error as Error);
    // A defect of ours: the trace tells it, and the loop goes on with the other keys.
    if (!(error instanceof ApiError || error instanceof Unreachable || error instanceof SyncError)) throw error;
  } finally {
    finishKey(turn, client.writes * LATENCY.apiWrite + requestDelay(turn, client.writes));
  }
}

function retry(turn: Turn, maxRetries: number | undefined, key: string, error: Error): void {
  if (maxRetries !== undefined && failuresOf(turn, key) >= maxRetries) {
    turn.note(say`Dropping ${key} out of the queue after ${maxRetries} retries: ${error.message}`);
    forget(turn, key);
    return;
  }
  turn.note(say`Error syncing ${key}, will retry: ${error.message}`);
  enqueueRateLimited(turn, key);
}
