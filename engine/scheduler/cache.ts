import type { KubeObject } from '../object.ts';
import type { ObjectReader } from '../sim/object-reader.ts';
import type { Memory } from '../sim/turn.ts';
import { clusterFacts } from './cluster-facts.ts';
import type { Snapshot } from './framework.ts';
import { countsEqually, emptyNode, type NodeFacts, type NodeInfo, withoutPod, withPod } from './node-info.ts';
import { isTerminal } from './pod-info.ts';
import type { QueuedPod } from './queue.ts';

/**
 * The scheduler's own picture of the nodes, kept up by informer events and by what it has decided itself:
 *
 *     facts            NodeFacts of all nodes in scheduling order; changes only when a Node does
 *     nodes/<page>     sixteen NodeInfos each, in the same order: a decision changes one page
 *     position/<node>  a node's place in that order
 *     assumed/<uid>    AssumedPod: decided, but not yet seen bound
 */
const PAGE = 16;

/** A pod that counts for a node already although the API server does not say so yet. */
export interface AssumedPod {
  readonly node: string;
  readonly pod: KubeObject;
  /** Its place in the queue, should the binding fail. */
  readonly entry: QueuedPod;
}

type ReadableMemory = Pick<Memory, 'get' | 'keys'>;
type Caches = (resource: string) => ObjectReader;

const NO_NODES: readonly NodeFacts[] = [];

/** The state on which one scheduling cycle decides. */
export function snapshot(memory: Pick<Memory, 'get'>, cache: Caches): Snapshot {
  const facts = memory.get<readonly NodeFacts[]>('facts') ?? NO_NODES;
  const nodes = new Array<NodeInfo>(facts.length);
  for (let start = 0; start < facts.length; start += PAGE) {
    const page = memory.get<readonly NodeInfo[]>(`nodes/${start / PAGE}`) as readonly NodeInfo[];
    for (let at = 0; at < page.length; at++) nodes[start + at] = page[at] as NodeInfo;
  }
  const promisedClaim = (volume: string) => memory.get<string>(`promised-volume/${volume}`);
  return { nodes, facts: clusterFacts(facts), cache, promisedClaim };
}

/** What is known of one node; undefined when there is no such node. */
export function nodeInfo(memory: Pick<Memory, 'get'>, name: string): NodeInfo | undefined {
  const position = memory.get<number>(`position/${name}`);
  if (position === undefined) return undefined;
  return memory.get<readonly NodeInfo[]>(`nodes/${Math.floor(position / PAGE)}`)?.[position % PAGE];
}

function setNodeInfo(memory: Memory, node: NodeInfo): void {
  const position = memory.get<number>(`position/${node.facts.name}`) as number;
  const key = `nodes/${Math.floor(position / PAGE)}`;
  const page = (memory.get<readonly NodeInfo[]>(key) as readonly NodeInfo[]).slice();
  page[position % PAGE] = node;
  memory.set(key, page);
}

/** Takes in nodes that came, changed or went. `nodes` are all nodes that are left, in order of their arrival. */
export function replaceNodes(memory: Memory, nodes: readonly NodeFacts[], pods: ObjectReader): void {
  const ordered = zoneOrder(nodes);
  const before = memory.get<readonly NodeFacts[]>('facts') ?? NO_NODES;
  const infos = ordered.map((facts) => {
    const known = nodeInfo(memory, facts.name);
    if (known?.facts === facts) return known;
    return known ? { ...known, facts } : nodeWithItsPods(memory, facts, pods);
  });
  const left = new Set(ordered.map(({ name }) => name));
  for (const { name } of before) if (!left.has(name)) memory.delete(`position/${name}`);
  for (const [position, { name }] of ordered.entries()) {
    if (before[position]?.name !== name) memory.set(`position/${name}`, position);
  }
  for (let start = 0; start < Math.max(infos.length, before.length); start += PAGE)
    setPage(memory, start / PAGE, infos.slice(start, start + PAGE));
  memory.set('facts', ordered);
}

/** Writes a page of nodes where it has changed; one without nodes goes. */
function setPage(memory: Memory, number: number, page: readonly NodeInfo[]): void {
  const key = `nodes/${number}`;
  if (page.length === 0) {
    memory.delete(key);
    return;
  }
  const before = memory.get<readonly NodeInfo[]>(key);
  if (before?.length !== page.length || page.some((node, at) => node !== before[at])) memory.set(key, page);
}

/** One node has changed without leaving its place in the order. */
export function updateNode(memory: Memory, facts: NodeFacts): void {
  const position = memory.get<number>(`position/${facts.name}`) as number;
  const all = (memory.get<readonly NodeFacts[]>('facts') as readonly NodeFacts[]).slice();
  all[position] = facts;
  memory.set('facts', all);
  setNodeInfo(memory, { ...(nodeInfo(memory, facts.name) as NodeInfo), facts });
}

/** A node seen for the first time may have pods already: bound ones from the cache, and assumed ones. */
function nodeWithItsPods(memory: Memory, facts: NodeFacts, pods: ObjectReader): NodeInfo {
  let node = emptyNode(facts);
  for (const pod of pods.by('nodeName', facts.name)) if (!isTerminal(pod)) node = withPod(node, pod);
  for (const key of memory.keys('assumed/')) {
    const assumed = memory.get<AssumedPod>(key) as AssumedPod;
    if (assumed.node === facts.name) node = withPod(node, assumed.pod);
  }
  return node;
}

/**
 * Nodes zone by zone in turns, so that looking at a part of them looks at all zones.
 * Source: `pkg/scheduler/backend/cache/node_tree.go`.
 */
function zoneOrder(nodes: readonly NodeFacts[]): readonly NodeFacts[] {
  const zones = new Map<string, NodeFacts[]>();
  for (const node of nodes) {
    const zone = zoneOf(node);
    const list = zones.get(zone);
    if (list) list.push(node);
    else zones.set(zone, [node]);
  }
  if (zones.size <= 1) return nodes;
  const ordered: NodeFacts[] = [];
  for (let round = 0; ordered.length < nodes.length; round++) {
    for (const list of zones.values()) {
      const node = list[round];
      if (node) ordered.push(node);
    }
  }
  return ordered;
}

/** Region and zone together, as `GetZoneKey` in `k8s.io/component-helpers/node/topology`. */
function zoneOf(node: NodeFacts): string {
  return `${node.labels['topology.kubernetes.io/region'] ?? ''}:${node.labels['topology.kubernetes.io/zone'] ?? ''}`;
}

/** Counts a pod for the node it is to run on, before the API server knows. */
export function assume(memory: Memory, pod: KubeObject, node: NodeInfo, entry: QueuedPod): void {
  memory.set(`assumed/${pod.metadata.uid}`, { node: node.facts.name, pod, entry } satisfies AssumedPod);
  setNodeInfo(memory, withPod(node, pod));
}

/** Whether a pod has been decided on already. */
export function isAssumed(memory: Pick<Memory, 'get'>, uid: string): boolean {
  return memory.get(`assumed/${uid}`) !== undefined;
}

/** Takes an assumption back: the binding failed. */
export function forgetPod(memory: Memory, uid: string): void {
  const cell = `assumed/${uid}`;
  const assumed = memory.get<AssumedPod>(cell);
  if (!assumed) return;
  memory.delete(cell);
  const node = nodeInfo(memory, assumed.node);
  if (node) setNodeInfo(memory, withoutPod(node, assumed.pod));
}

/** A pod runs on a node now (or has turned up there without this scheduler). */
export function addPod(memory: Memory, pod: KubeObject): void {
  const cell = `assumed/${pod.metadata.uid}`;
  const assumed = memory.get<AssumedPod>(cell);
  if (assumed) {
    memory.delete(cell);
    if (assumed.node === pod.spec.nodeName) {
      replacePod(memory, assumed.pod, pod);
      return;
    }
    const wrong = nodeInfo(memory, assumed.node);
    if (wrong) setNodeInfo(memory, withoutPod(wrong, assumed.pod));
  }
  const node = nodeInfo(memory, pod.spec.nodeName);
  if (node) setNodeInfo(memory, withPod(node, pod));
}

/** A pod on a node has changed, or what was assumed of it is now true. */
export function replacePod(memory: Memory, previous: KubeObject, pod: KubeObject): void {
  if (countsEqually(previous, pod)) return;
  const node = nodeInfo(memory, pod.spec.nodeName);
  if (!node) return;
  setNodeInfo(memory, withPod(withoutPod(node, previous), pod));
}

/** A pod has left its node. */
export function removePod(memory: Memory, pod: KubeObject): void {
  const node = nodeInfo(memory, pod.spec.nodeName);
  if (node) setNodeInfo(memory, withoutPod(node, pod));
}

/** Where the next search for feasible nodes begins. */
export function startIndex(memory: Pick<ReadableMemory, 'get'>, nodeCount: number): number {
  return nodeCount === 0 ? 0 : (memory.get<number>('start') ?? 0) % nodeCount;
}
