import type { LabelSelectorSpec } from '../../label-selector.ts';
import type { KubeObject } from '../../object.ts';

/**
 * The two kinds that keep a number of pods. A ReplicationController is what a ReplicaSet was before selectors had
 * expressions: the same rules for other objects (`pkg/controller/replication/conversion.go`).
 */
export interface ReplicaFamily {
  /** Its objects' name for the client and in caches. */
  readonly resource: string;
  readonly kind: string;
  /** Whether its status has `terminatingReplicas`. */
  readonly countsTerminating: boolean;
  readonly selectorOf: (set: KubeObject) => LabelSelectorSpec | undefined;
}

export const REPLICA_SETS: ReplicaFamily = {
  resource: 'replicasets.apps',
  kind: 'ReplicaSet',
  countsTerminating: true,
  selectorOf: (set) => set.spec.selector,
};

export const REPLICATION_CONTROLLERS: ReplicaFamily = {
  resource: 'replicationcontrollers',
  kind: 'ReplicationController',
  countsTerminating: false,
  selectorOf: (set) => selectorOfMap(set),
};

const selectors = new WeakMap<KubeObject, LabelSelectorSpec>();

/** A map of labels as a selector, made once an object. */
function selectorOfMap(set: KubeObject): LabelSelectorSpec {
  let selector = selectors.get(set);
  if (selector === undefined) {
    selector = { matchLabels: set.spec.selector };
    selectors.set(set, selector);
  }
  return selector;
}
