import type { KubeObject } from '../object.ts';

/** Read access to one resource's informer cache, or to the store itself, at one revision. Objects are read-only. */
export interface ObjectReader {
  readonly revision: number;
  /** `namespace` is `''` for cluster-scoped objects. */
  get(namespace: string, name: string): KubeObject | undefined;
  /** Sorted by namespace, then name; all namespaces when omitted. */
  list(namespace?: string): readonly KubeObject[];
  /** Objects by a declared index (see `store/resources.ts`), such as `('owner', uid)` or `('nodeName', 'node-1')`. */
  by(index: string, value: string): readonly KubeObject[];
  /** Whether one of the objects of an index is such a one; costs less than listing them. */
  has(index: string, value: string, matches: (object: KubeObject) => boolean): boolean;
}
