import type { KubeObject } from '../object.ts';

/** What a component asks to be told about: one informer. The cache behind it is the store at an older revision. */
export interface Watch {
  /** A resource as `resource.group`, the group omitted for core: `pods`, `deployments.apps`, `leases.coordination.k8s.io`. */
  readonly resource: string;
  /** Only objects whose index has this value, such as `{ index: 'nodeName', value: 'node-1' }` for a kubelet's pods. */
  readonly where?: { readonly index: string; readonly value: string };
}

/** One change as an informer hands it on, in revision order. `object` is the last state also for a deletion. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** The state before, absent for `ADDED`. */
  readonly previous?: KubeObject;
  readonly revision: number;
}
