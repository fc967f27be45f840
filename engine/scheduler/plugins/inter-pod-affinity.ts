import { matchesLabelSelector } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';
import type { ClusterChange } from '../cluster-change.ts';
import {
  MAX_NODE_SCORE,
  type NodeFilter,
  type NodeScorer,
  type Plugin,
  type Rejection,
  type Snapshot,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import {
  type AffinityTerm,
  preferredPodTerms,
  requiredPodTerms,
  type Selectable,
  termMatches,
} from '../pod-affinity-terms.ts';
import { type PodInfo, podInfo } from '../pod-info.ts';

const NAME = 'InterPodAffinity';
const AFFINITY: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match pod affinity rules"],
  isUnresolvable: true,
};
const ANTI_AFFINITY: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't match pod anti-affinity rules"],
  isUnresolvable: false,
};
const EXISTING: Rejection = {
  plugin: NAME,
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  isUnresolvable: false,
};

/** `defaultHardPodAffinityWeight`: what a required affinity of an existing pod is worth in scoring. */
const HARD_AFFINITY_WEIGHT = 1;

/** Pods that want to be near to, or far from, other pods. Source: `pkg/scheduler/framework/plugins/interpodaffinity`. */
export const interPodAffinity: Plugin = {
  name: NAME,
  weight: 2,
  filter(snapshot, pod) {
    return pod.hasAffinity || hasAffinityPods(snapshot.nodes) ? affinityFilter(snapshot, pod) : undefined;
  },
  score: affinityScorer,
  changes: ['NodeAdd', 'NodeUpdate', 'AssignedPodAdd', 'AssignedPodUpdate', 'AssignedPodDelete'],
  isHelpedBy,
};

/** Whether any pod that is there has wishes about its neighbours. */
function hasAffinityPods(nodes: readonly NodeInfo[]): boolean {
  for (let at = 0; at < nodes.length; at++) if ((nodes[at] as NodeInfo).affinityPods.length > 0) return true;
  return false;
}

/** A wanted neighbour that comes, an unwanted one that goes, or domains that have changed. */
function isHelpedBy(change: ClusterChange, pod: PodInfo): boolean {
  const selects = (terms: readonly AffinityTerm[], other: KubeObject): boolean =>
    terms.some(({ labelSelector }) => matchesLabelSelector(labelSelector, other.metadata.labels));
  switch (change.kind) {
    case 'NodeUpdate':
      return change.node.labels !== change.previous.labels;
    case 'AssignedPodAdd':
      return selects(requiredPodTerms(pod.object, 'podAffinity'), change.pod);
    case 'AssignedPodUpdate':
      return change.pod.metadata.labels !== change.previous.metadata.labels;
    case 'AssignedPodDelete':
      return podInfo(change.pod).hasAffinity || selects(requiredPodTerms(pod.object, 'podAntiAffinity'), change.pod);
    default:
      return true;
  }
}

/** Numbers by `topology key=value`. */
type DomainCounts = Map<string, number>;

function addTo(counts: DomainCounts, node: NodeInfo, topologyKey: string, amount: number): void {
  const value = node.facts.labels[topologyKey];
  if (value === undefined) return;
  const domain = `${topologyKey}=${value}`;
  counts.set(domain, (counts.get(domain) ?? 0) + amount);
}

function countIn(counts: DomainCounts, node: NodeInfo, topologyKey: string): number {
  const value = node.facts.labels[topologyKey];
  return value === undefined ? 0 : (counts.get(`${topologyKey}=${value}`) ?? 0);
}

function affinityFilter(snapshot: Snapshot, pod: PodInfo): NodeFilter | undefined {
  const affinity = requiredPodTerms(pod.object, 'podAffinity');
  const antiAffinity = requiredPodTerms(pod.object, 'podAntiAffinity');
  const wanted: DomainCounts = new Map();
  const avoided: DomainCounts = new Map();
  const forbidden = existingAntiAffinity(snapshot, pod);
  const matchesAll = (other: Selectable): boolean =>
    affinity.every((term) => termMatches(snapshot, term, pod.object, other));
  for (const node of affinity.length + antiAffinity.length > 0 ? snapshot.nodes : []) {
    for (const group of node.groups) {
      if (affinity.length > 0 && matchesAll(group))
        for (const term of affinity) addTo(wanted, node, term.topologyKey, group.count);
      for (const term of antiAffinity)
        if (termMatches(snapshot, term, pod.object, group)) addTo(avoided, node, term.topologyKey, group.count);
    }
  }
  if (affinity.length === 0 && antiAffinity.length === 0 && forbidden.size === 0) return undefined;
  // The first pod of a group that wants to be near its own kind may go anywhere.
  const isFirst = wanted.size === 0 && matchesAll(pod);
  return (node) => {
    if (!isNear(node, affinity, wanted, isFirst)) return AFFINITY;
    if (antiAffinity.some((term) => countIn(avoided, node, term.topologyKey) > 0)) return ANTI_AFFINITY;
    return isForbidden(node, forbidden) ? EXISTING : undefined;
  };
}

function isNear(node: NodeInfo, terms: readonly AffinityTerm[], wanted: DomainCounts, isFirst: boolean): boolean {
  if (terms.some((term) => node.facts.labels[term.topologyKey] === undefined)) return false;
  return isFirst || terms.every((term) => countIn(wanted, node, term.topologyKey) > 0);
}

/** Domains from which a pod already there keeps this pod away. */
function existingAntiAffinity(snapshot: Snapshot, pod: PodInfo): ReadonlySet<string> {
  const domains = new Set<string>();
  for (const node of snapshot.nodes) {
    for (const existing of node.affinityPods) {
      for (const term of requiredPodTerms(existing, 'podAntiAffinity')) {
        const value = node.facts.labels[term.topologyKey];
        if (value !== undefined && termMatches(snapshot, term, existing, pod))
          domains.add(`${term.topologyKey}=${value}`);
      }
    }
  }
  return domains;
}

function isForbidden(node: NodeInfo, domains: ReadonlySet<string>): boolean {
  if (domains.size === 0) return false;
  const { labels } = node.facts;
  for (const key in labels) if (domains.has(`${key}=${labels[key]}`)) return true;
  return false;
}

function affinityScorer(snapshot: Snapshot, pod: PodInfo): NodeScorer | undefined {
  const near = preferredPodTerms(pod.object, 'podAffinity');
  const far = preferredPodTerms(pod.object, 'podAntiAffinity');
  const hasWishes = near.length + far.length > 0;
  if (!hasWishes && !hasAffinityPods(snapshot.nodes)) return undefined;
  const sums: DomainCounts = new Map();
  for (const node of snapshot.nodes) {
    for (const existing of node.affinityPods) addExisting(snapshot, sums, node, podInfo(existing), pod);
    if (!hasWishes) continue;
    for (const group of node.groups) {
      for (const { weight, podAffinityTerm } of near) {
        if (termMatches(snapshot, podAffinityTerm, pod.object, group))
          addTo(sums, node, podAffinityTerm.topologyKey, weight * group.count);
      }
      for (const { weight, podAffinityTerm } of far) {
        if (termMatches(snapshot, podAffinityTerm, pod.object, group))
          addTo(sums, node, podAffinityTerm.topologyKey, -weight * group.count);
      }
    }
  }
  if (sums.size === 0) return undefined;
  return { score: (node) => sumOver(node, sums), normalize: spreadOut };
}

/** What the wishes of a pod that is there already say about this pod. */
function addExisting(snapshot: Snapshot, sums: DomainCounts, node: NodeInfo, existing: PodInfo, pod: PodInfo): void {
  const { object } = existing;
  for (const term of requiredPodTerms(object, 'podAffinity')) {
    if (termMatches(snapshot, term, object, pod)) addTo(sums, node, term.topologyKey, HARD_AFFINITY_WEIGHT);
  }
  for (const { weight, podAffinityTerm } of preferredPodTerms(object, 'podAffinity')) {
    if (termMatches(snapshot, podAffinityTerm, object, pod)) addTo(sums, node, podAffinityTerm.topologyKey, weight);
  }
  for (const { weight, podAffinityTerm } of preferredPodTerms(object, 'podAntiAffinity')) {
    if (termMatches(snapshot, podAffinityTerm, object, pod)) addTo(sums, node, podAffinityTerm.topologyKey, -weight);
  }
}

function sumOver(node: NodeInfo, sums: DomainCounts): number {
  let sum = 0;
  const { labels } = node.facts;
  for (const key in labels) sum += sums.get(`${key}=${labels[key]}`) ?? 0;
  return sum;
}

/** Scales scores so that the lowest becomes 0 and the highest 100. */
function spreadOut(scores: number[]): void {
  let lowest = Number.MAX_SAFE_INTEGER;
  let highest = -Number.MAX_SAFE_INTEGER;
  for (const score of scores) {
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  const range = highest - lowest;
  for (let index = 0; index < scores.length; index++) {
    scores[index] = range > 0 ? Math.floor((MAX_NODE_SCORE * ((scores[index] as number) - lowest)) / range) : 0;
  }
}
