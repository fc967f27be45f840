import { addressNumber, addressRange, containsAddress, containsRange } from '../../address-range.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import { enqueueAfter } from '../../client/workqueue.ts';
import type { KubeObject } from '../../object.ts';
import { parseTimestamp, timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';
import { conditionOf } from '../shared/pod.ts';

const RANGES = 'servicecidrs.networking.k8s.io';
const ADDRESSES = 'ipaddresses.networking.k8s.io';
const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const ALLOCATOR = 'ipallocator.k8s.io';

/** So long after its deletion no API server takes addresses from a range any more. */
const GRACE_PERIOD = 10_000;

/**
 * Makes ranges of services ready, and keeps those that are deleted until no address of theirs is left without a range
 * (`pkg/controller/servicecidrs`).
 */
export const serviceCidrController = controller({
  name: 'service-cidr-controller',
  watches: [{ resource: RANGES }, { resource: ADDRESSES }],
  keysOf,
  sync: syncRange,
});

/** A range concerns itself; it and addresses may keep or release ranges that are being deleted. */
function keysOf(turn: Turn, resource: string, { type, object }: WatchEvent): readonly string[] {
  const deleted = turn
    .cache(RANGES)
    .list()
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata.name);
  return resource === RANGES && type !== 'DELETED' ? [object.metadata.name, ...deleted] : deleted;
}

/** Brings a range's finalizer and its Ready condition to where they should be. */
export function syncRange(turn: Turn, client: Client, name: string): void {
  const range = turn.cache(RANGES).get('', name);
  if (range === undefined) return;
  const { finalizers = [], deletionTimestamp } = range.metadata;
  if (deletionTimestamp !== undefined) {
    release(turn, client, range);
    return;
  }
  const protectedRange = finalizers.includes(FINALIZER)
    ? range
    : client.update(RANGES, { ...range, metadata: { ...range.metadata, finalizers: [...finalizers, FINALIZER] } });
  setReady(turn, client, protectedRange, {
    status: 'True',
    reason: '',
    message: 'Kubernetes Service CIDR is ready',
  });
}

function release(turn: Turn, client: Client, range: KubeObject): void {
  const { finalizers = [], deletionTimestamp = '', name } = range.metadata;
  if (!finalizers.includes(FINALIZER)) return;
  if (!mayGo(turn, range)) {
    setReady(turn, client, range, {
      status: 'False',
      reason: 'Terminating',
      message:
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    });
    return;
  }
  const left = parseTimestamp(deletionTimestamp) + GRACE_PERIOD - turn.now;
  if (left > 0) {
    enqueueAfter(turn, name, left);
    return;
  }
  const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
  client.update(RANGES, { ...range, metadata: { ...range.metadata, finalizers: others } });
}

/** Whether each of its addresses has another range: all are in a wider one, or each in some other. */
function mayGo(turn: Turn, range: KubeObject): boolean {
  const own = networksOf(range);
  const others = turn
    .cache(RANGES)
    .list()
    .filter(({ metadata }) => metadata.name !== range.metadata.name)
    .flatMap(networksOf);
  if (own.every((network) => others.some((other) => containsRange(other, network)))) return true;
  return turn
    .cache(ADDRESSES)
    .list()
    .filter(({ metadata }) => metadata.labels?.[MANAGED_BY] === ALLOCATOR)
    .map(({ metadata }) => addressNumber(metadata.name) ?? -1)
    .filter((address) => own.some((network) => containsAddress(network, address)))
    .every((address) => others.some((other) => containsAddress(other, address)));
}

function networksOf({ spec }: KubeObject) {
  return ((spec?.cidrs ?? []) as readonly string[]).flatMap((cidr) => addressRange(cidr) ?? []);
}

interface Ready {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

function setReady(turn: Turn, client: Client, range: KubeObject, ready: Ready): void {
  const present = conditionOf(range, 'Ready');
  if (present?.status === ready.status && present.message === ready.message) return;
  const lastTransitionTime = timestamp(turn.now);
  const others = ((range.status?.conditions ?? []) as readonly { type: string }[]).filter(
    ({ type }) => type !== 'Ready',
  );
  const conditions = [...others, { type: 'Ready', lastTransitionTime, ...ready }];
  client.updateStatus(RANGES, { ...range, status: { ...range.status, conditions } });
}
