import type { KubeObject } from '../../object.ts';
import { uid } from '../../sim/identity.ts';
import { timestamp } from '../../sim/time.ts';
import { ipFamily } from '../validation/addresses.ts';
import type { Companion, WriteContext } from './kind.ts';

/** Where addresses of services are booked. */
export const ADDRESSES = 'ipaddresses.networking.k8s.io';

/** Every cluster IP is an IPAddress as long as its Service has it. Source: `pkg/registry/core/service/ipallocator`. */
export function addressesOf(
  next: KubeObject | undefined,
  previous: KubeObject | undefined,
  context: WriteContext,
): readonly Companion[] {
  const now = clusterIps(next);
  const before = clusterIps(previous);
  if (now === before || (now.length === before.length && now.every((ip) => before.includes(ip)))) return [];
  const taken = now.filter((ip) => !before.includes(ip));
  const freed = before.filter((ip) => !now.includes(ip));
  return [
    ...taken.map((name) => ({ resource: ADDRESSES, name, object: addressOf(name, next as KubeObject, context) })),
    ...freed.map((name) => ({ resource: ADDRESSES, name, object: undefined })),
  ];
}

const NO_ADDRESSES: readonly string[] = [];

function clusterIps(service: KubeObject | undefined): readonly string[] {
  const ips: readonly string[] = service?.spec?.clusterIPs ?? NO_ADDRESSES;
  return ips[0] === 'None' || service?.spec?.type === 'ExternalName' ? NO_ADDRESSES : ips;
}

/** The IPAddress of a cluster IP. */
export function addressOf(
  name: string,
  { metadata }: { readonly metadata: { readonly name: string; readonly namespace?: string } },
  { now, random }: Pick<WriteContext, 'now' | 'random'>,
): KubeObject {
  return {
    kind: 'IPAddress',
    apiVersion: 'networking.k8s.io/v1',
    metadata: {
      name,
      uid: uid(random),
      resourceVersion: '',
      creationTimestamp: timestamp(now),
      labels: {
        'ipaddress.kubernetes.io/ip-family': ipFamily(name) ?? 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { resource: 'services', namespace: metadata.namespace ?? '', name: metadata.name } },
  };
}
