import type { KubeObject } from '../object.ts';
import type { NodeFacts } from './node-info.ts';

/**
 * A change that may make an unschedulable pod schedulable, as plugins are asked about it.
 * Source: the cluster events of `k8s.io/kube-scheduler/framework/types.go`.
 */
export type ClusterChange =
  | NodeChange
  | { readonly kind: 'AssignedPodAdd'; readonly pod: KubeObject }
  | { readonly kind: 'AssignedPodUpdate'; readonly pod: KubeObject; readonly previous: KubeObject }
  | { readonly kind: 'AssignedPodDelete'; readonly pod: KubeObject }
  | { readonly kind: 'ClaimChange'; readonly claim: KubeObject }
  | { readonly kind: 'VolumeChange'; readonly volume: KubeObject }
  | { readonly kind: 'StorageClassChange'; readonly storageClass: KubeObject }
  /** A claim for devices, a class of devices, or a slice. */
  | { readonly kind: 'DeviceChange' };

export type NodeChange =
  | { readonly kind: 'NodeAdd'; readonly node: NodeFacts }
  | { readonly kind: 'NodeUpdate'; readonly node: NodeFacts; readonly previous: NodeFacts }
  | { readonly kind: 'NodeDelete'; readonly node: NodeFacts };

/** Whether the change concerns a node that is (or has become) part of the cluster. */
export function isNodeChange(
  change: ClusterChange,
): change is Extract<ClusterChange, { kind: 'NodeAdd' | 'NodeUpdate' }> {
  return change.kind === 'NodeAdd' || change.kind === 'NodeUpdate';
}
