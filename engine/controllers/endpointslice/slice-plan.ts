import type { KubeObject } from '../../object.ts';
import { sameData } from '../../same-data.ts';
import type { EndpointPort } from './pod-endpoint.ts';

/** From where an endpoint is to be preferred. */
export interface EndpointHints {
  readonly forZones?: readonly { readonly name: string }[];
  readonly forNodes?: readonly { readonly name: string }[];
}

/** `endpoints[*]` of an EndpointSlice. */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hints?: EndpointHints;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
  };
  readonly zone?: string;
}

/** Endpoints that have the same ports and so may share slices. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** Writes that bring the slices to what is wanted. A slice to create has no name yet. */
export interface SlicePlan {
  readonly creations: readonly KubeObject[];
  readonly updates: readonly KubeObject[];
  readonly deletions: readonly KubeObject[];
}

/** How the slices of one Service are to look, whatever is in them. */
export interface SliceTemplate {
  /** An empty slice without a name. */
  readonly empty: (ports: readonly EndpointPort[]) => KubeObject;
  /** The labels that every slice should have. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The look of slices that belong to `owner` (a Service, or the Endpoints they mirror). */
export function sliceTemplateOf(owner: KubeObject, labels: Readonly<Record<string, string>>): SliceTemplate {
  const { kind } = owner;
  const { namespace, name, uid } = owner.metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind, name, uid, controller: true, blockOwnerDeletion: true }];
  return {
    labels,
    empty: (ports) =>
      ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { generateName: `${name}-`, namespace, labels, ownerReferences },
        addressType: 'IPv4',
        endpoints: [],
        ports,
      }) as unknown as KubeObject,
  };
}

/** `--max-endpoints-per-slice`. */
const MAX_ENDPOINTS = 100;

/** One key for equal lists of ports, whatever their order. */
export function portKey(ports: readonly EndpointPort[] | undefined | null): string {
  return (ports ?? [])
    .map(
      ({ name, port, protocol, appProtocol }) =>
        `${name ?? ''}|${port ?? ''}|${protocol ?? 'TCP'}|${appProtocol ?? ''}`,
    )
    .sort()
    .join(',');
}

/**
 * Works out the fewest writes: endpoints stay in the slice they are in, slices that change anyway are filled up first,
 * then one with enough room, then new ones; a slice to delete becomes one to create. When nothing would be left, an
 * empty slice stands for the Service. Source: `k8s.io/endpointslice/reconciler.go`.
 */
export function slicePlan(
  existing: readonly KubeObject[],
  groups: readonly EndpointGroup[],
  template: SliceTemplate,
  keepsPlaceholder: boolean,
): SlicePlan {
  const byPorts = new Map<string, KubeObject[]>();
  for (const slice of existing) {
    const key = portKey(slice.ports);
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  const creations: KubeObject[] = [];
  const updates: KubeObject[] = [];
  const deletions: KubeObject[] = [];
  for (const group of groups) {
    const key = portKey(group.ports);
    const plan = groupPlan(byPorts.get(key) ?? [], group, template, undefined) as SlicePlan;
    byPorts.delete(key);
    creations.push(...plan.creations);
    updates.push(...plan.updates);
    deletions.push(...plan.deletions);
  }
  for (const slices of byPorts.values()) deletions.push(...slices);
  if (keepsPlaceholder && existing.length === deletions.length && creations.length === 0) {
    const placeholder = template.empty([]);
    const only = deletions[0];
    if (deletions.length === 1 && only && isPlaceholder(only, template)) return { creations, updates, deletions: [] };
    creations.push(placeholder);
  }
  return reuse({ creations, updates, deletions });
}

/**
 * The plan when only some pods have changed: `groups` holds their endpoints, everybody else stays. Undefined when that
 * takes more than changing existing slices; then the whole has to be planned.
 */
export function partialPlan(
  existing: readonly KubeObject[],
  groups: readonly EndpointGroup[],
  changed: readonly string[],
): SlicePlan | undefined {
  const byPorts = new Map(groups.map((group) => [portKey(group.ports), group]));
  const updates: KubeObject[] = [];
  const grouped = new Map<string, KubeObject[]>();
  for (const slice of existing) {
    const key = portKey(slice.ports);
    const slices = grouped.get(key);
    if (slices) slices.push(slice);
    else grouped.set(key, [slice]);
  }
  for (const group of groups) if (!grouped.has(portKey(group.ports))) return undefined;
  const names = new Set(changed);
  for (const [key, slices] of grouped) {
    const group = byPorts.get(key) ?? { ports: slices[0]?.ports, endpoints: [] };
    const plan = groupPlan(slices, group, undefined, names);
    if (!plan || plan.deletions.length > 0) return undefined;
    updates.push(...plan.updates);
  }
  return { creations: [], updates, deletions: [] };
}

const podsInSlices = new WeakMap<KubeObject, ReadonlySet<string>>();

/** Names of the pods in a slice. */
function podsIn(slice: KubeObject): ReadonlySet<string> {
  let names = podsInSlices.get(slice);
  if (!names) {
    names = new Set(((slice.endpoints ?? []) as readonly Endpoint[]).map(({ targetRef }) => targetRef?.name ?? ''));
    podsInSlices.set(slice, names);
  }
  return names;
}

function isTouched(slice: KubeObject, changed: ReadonlySet<string>): boolean {
  const names = podsIn(slice);
  for (const name of changed) if (names.has(name)) return true;
  return false;
}

function isPlaceholder(slice: KubeObject, template: SliceTemplate): boolean {
  return (
    (slice.endpoints?.length ?? 0) === 0 &&
    (slice.ports?.length ?? 0) === 0 &&
    sameData(slice.metadata.labels, template.labels)
  );
}

/** A slice that would be deleted takes over the content of one that would be created. */
function reuse({ creations, updates, deletions }: SlicePlan): SlicePlan {
  const pairs = Math.min(creations.length, deletions.length);
  const reused = creations.slice(0, pairs).map((creation, index) => {
    const slice = deletions[index] as KubeObject;
    return {
      ...slice,
      endpoints: creation.endpoints,
      ports: creation.ports,
      metadata: { ...slice.metadata, labels: creation.metadata.labels },
    };
  });
  return { creations: creations.slice(pairs), updates: [...updates, ...reused], deletions: deletions.slice(pairs) };
}

function identity({ addresses, hostname, nodeName, targetRef }: Endpoint): string {
  return `${addresses.join(',')}|${hostname ?? ''}|${nodeName ?? ''}|${targetRef?.uid ?? ''}|${targetRef?.name ?? ''}`;
}

/**
 * Plans for slices with the same ports. With `changed`, only endpoints of those pods are in question, and a slice to
 * create is one too many: undefined without a template to make it from.
 */
function groupPlan(
  existing: readonly KubeObject[],
  group: EndpointGroup,
  template: SliceTemplate | undefined,
  changed: ReadonlySet<string> | undefined,
): SlicePlan | undefined {
  const wanted = new Map(group.endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const unchanged: KubeObject[] = [];
  const deletions: KubeObject[] = [];
  const updated: { slice: KubeObject; endpoints: Endpoint[] }[] = [];
  for (const slice of existing) {
    if (changed && !isTouched(slice, changed)) {
      unchanged.push(slice);
      continue;
    }
    const { kept, differs } = keepWanted(slice, wanted, changed);
    if (kept.length === 0) deletions.push(slice);
    else if (differs || (template && !sameData(slice.metadata.labels, template.labels)))
      updated.push({ slice, endpoints: kept });
    else unchanged.push(slice);
  }
  const left = [...wanted.values()];
  for (const { endpoints } of updated.slice().sort((a, b) => b.endpoints.length - a.endpoints.length)) {
    while (left.length > 0 && endpoints.length < MAX_ENDPOINTS) endpoints.push(left.shift() as Endpoint);
  }
  const creations: KubeObject[] = [];
  while (left.length > 0) {
    const roomy = left.length < MAX_ENDPOINTS ? sliceWithRoom(unchanged, left.length) : undefined;
    if (roomy) {
      unchanged.splice(unchanged.indexOf(roomy), 1);
      updated.push({
        slice: roomy,
        endpoints: [...((roomy.endpoints ?? []) as readonly Endpoint[]), ...left.splice(0)],
      });
    } else if (template) creations.push({ ...template.empty(group.ports), endpoints: left.splice(0, MAX_ENDPOINTS) });
    else return undefined;
  }
  const updates = updated.map(({ slice, endpoints }) => ({
    ...slice,
    endpoints,
    metadata: template ? { ...slice.metadata, labels: template.labels } : slice.metadata,
  }));
  return { creations, updates, deletions };
}

/** The endpoints of a slice that are still wanted, as they are wanted now; they are taken out of `wanted`. */
function keepWanted(
  slice: KubeObject,
  wanted: Map<string, Endpoint>,
  changed: ReadonlySet<string> | undefined,
): { readonly kept: Endpoint[]; readonly differs: boolean } {
  const kept: Endpoint[] = [];
  let differs = false;
  for (const endpoint of (slice.endpoints ?? []) as readonly Endpoint[]) {
    if (changed && !changed.has(endpoint.targetRef?.name ?? '')) {
      kept.push(endpoint);
      continue;
    }
    const key = identity(endpoint);
    const next = wanted.get(key);
    if (!next) {
      differs = true;
      continue;
    }
    wanted.delete(key);
    kept.push(next);
    const isSame = sameData(endpoint.conditions, next.conditions) && sameData(endpoint.hints, next.hints);
    if (!isSame || endpoint.zone !== next.zone) differs = true;
  }
  return { kept, differs };
}

/** The fullest slice that has room for so many more. */
function sliceWithRoom(slices: readonly KubeObject[], count: number): KubeObject | undefined {
  let best: KubeObject | undefined;
  for (const slice of slices) {
    const size = slice.endpoints?.length ?? 0;
    if (size + count <= MAX_ENDPOINTS && (!best || size > (best.endpoints?.length ?? 0))) best = slice;
  }
  return best;
}
