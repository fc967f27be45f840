import { ApiError } from '../../apiserver/request.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { writtenTriggerTime } from './changed-pods.ts';
import type { EndpointPort } from './pod-endpoint.ts';
import {
  type Endpoint,
  type EndpointGroup,
  portKey,
  type SliceTemplate,
  slicePlan,
  sliceTemplateOf,
} from './slice-plan.ts';
import {
  isBehind,
  MANAGED_BY,
  managedSlices,
  SERVICE_NAME,
  SLICES,
  serviceOfSliceEvent,
  writeSlices,
} from './slice-writer.ts';

const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

interface Address {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: Endpoint['targetRef'];
}

interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly EndpointPort[];
}

/** Copies hand-written Endpoints of Services without a selector into EndpointSlices. Source: `pkg/controller/endpointslicemirroring`. */
export const endpointSliceMirroringController = controller({
  name: 'endpointslicemirroring-controller',
  watches: [{ resource: 'services' }, { resource: 'endpoints' }, { resource: SLICES }],
  keysOf(turn, resource, { object, revision }) {
    if (resource === SLICES) return serviceOfSliceEvent(turn, object, revision, MANAGER);
    if (resource === 'endpoints' && !isMirrored(object)) return [];
    return [`${object.metadata.namespace}/${object.metadata.name}`];
  },
  sync,
});

/** Endpoints that are neither a leader election's nor marked to be left alone. */
function isMirrored(endpoints: KubeObject): boolean {
  return endpoints.metadata.labels?.[SKIP_MIRROR] !== 'true' && endpoints.metadata.annotations?.[LEADER] === undefined;
}

function sync(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const service = turn.cache('services').get(namespace, name);
  const endpoints = turn.cache('endpoints').get(namespace, name);
  if (isBehind(turn, key)) return;
  const existing = managedSlices(turn, key, MANAGER);
  if (!service || service.spec.selector || !endpoints || !isMirrored(endpoints)) {
    for (const slice of existing) deleteSlice(client, slice);
    return;
  }
  const plan = slicePlan(existing, groupsOf(endpoints), sliceTemplate(endpoints), false);
  writeSlices(turn, client, key, plan, writtenTriggerTime(endpoints));
}

function deleteSlice(client: Client, slice: KubeObject): void {
  try {
    client.delete(SLICES, slice.metadata.namespace ?? '', slice.metadata.name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error;
  }
}

function groupsOf(endpoints: KubeObject): readonly EndpointGroup[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of (endpoints.subsets ?? []) as readonly Subset[]) {
    const slicePorts = ports.map((port) => ({ ...port, name: port.name ?? '', protocol: port.protocol ?? 'TCP' }));
    const group = groups.get(portKey(slicePorts)) ?? { ports: slicePorts, endpoints: [] };
    for (const address of addresses) group.endpoints.push(mirrored(address, true));
    for (const address of notReadyAddresses) group.endpoints.push(mirrored(address, false));
    groups.set(portKey(slicePorts), group);
  }
  return [...groups.values()];
}

function mirrored({ ip, hostname, nodeName, targetRef }: Address, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(targetRef ? { targetRef } : {}),
    ...(nodeName ? { nodeName } : {}),
  };
}

function sliceTemplate(endpoints: KubeObject): SliceTemplate {
  const { name } = endpoints.metadata;
  const labels = { ...endpoints.metadata.labels, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER };
  return sliceTemplateOf(endpoints, labels);
}
