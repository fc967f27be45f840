import type { Component } from '../sim/component.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { type RangeRequest, rangeOf } from './range.ts';

/** A lease as etcd keeps it: its keys die with it. */
interface Lease {
  readonly id: number;
  readonly ttlMilliseconds: number;
  readonly expires: number;
  readonly keys: readonly { readonly resource: string; readonly namespace: string; readonly name: string }[];
}

/** What the etcd process answers besides reads and writes of the key space (`turn.store`). */
export type EtcdRequest =
  /** Answers the lease's id. */
  | { readonly kind: 'LeaseGrant'; readonly ttlSeconds: number }
  | {
      readonly kind: 'LeaseAttach';
      readonly id: number;
      readonly resource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly kind: 'LeaseKeepAlive'; readonly id: number }
  | { readonly kind: 'LeaseRevoke'; readonly id: number }
  /** For etcdctl. Answers KeyValue[]. */
  | ({ readonly kind: 'Range' } & RangeRequest)
  /** Answers the revision and how many keys there are. */
  | { readonly kind: 'Status' }
  | { readonly kind: 'Compact'; readonly revision: number };

function serve(turn: Turn, request: EtcdRequest): unknown {
  const { store } = turn;
  if (request.kind === 'Range') return rangeOf(store, request);
  if (request.kind === 'Status') {
    const keys = store.resources().reduce((count, resource) => count + store.at(resource).list().length, 0);
    return { revision: store.revision, keys };
  }
  if (request.kind === 'Compact') {
    store.compact(request.revision);
    return null;
  }
  if (request.kind === 'LeaseGrant') return grant(turn, request.ttlSeconds * 1000);
  const lease = turn.memory.get<Lease>(`lease/${request.id}`);
  if (!lease) throw new Error('etcdserver: requested lease not found');
  if (request.kind === 'LeaseAttach') {
    const { resource, namespace, name } = request;
    turn.memory.set(`lease/${lease.id}`, { ...lease, keys: [...lease.keys, { resource, namespace, name }] });
  } else if (request.kind === 'LeaseKeepAlive') {
    turn.memory.set(`lease/${lease.id}`, { ...lease, expires: turn.now + lease.ttlMilliseconds });
  } else {
    revoke(turn, lease);
  }
  return null;
}

function grant(turn: Turn, ttlMilliseconds: number): number {
  const id = (turn.memory.get<number>('lastLease') ?? 0) + 1;
  turn.memory.set('lastLease', id);
  const lease: Lease = { id, ttlMilliseconds, expires: turn.now + ttlMilliseconds, keys: [] };
  turn.memory.set(`lease/${id}`, lease);
  turn.after(ttlMilliseconds, { kind: 'lease', id }, { background: true });
  return id;
}

function handle(turn: Turn, task: Task): void {
  const lease = turn.memory.get<Lease>(`lease/${task.id}`);
  if (!lease) return;
  if (lease.expires > turn.now) turn.after(lease.expires - turn.now, task, { background: true });
  else revoke(turn, lease);
}

function revoke(turn: Turn, lease: Lease): void {
  for (const { resource, namespace, name } of lease.keys) turn.store.delete(resource, namespace, name);
  turn.memory.delete(`lease/${lease.id}`);
}

/** The etcd process: leases here, the key space in `Store`. Everything it keeps is on disk. */
export const etcd: Component = {
  name: 'etcd',
  durable: [''],
  survives: () => true,
  handle,
  serve: (turn, request) => serve(turn, request as EtcdRequest),
};
