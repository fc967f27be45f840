import type { KeyValue, Store } from './store.ts';

/** What a client of etcd asks for: one key, or with `isPrefix` all that begin with it. */
export interface RangeRequest {
  readonly key: string;
  readonly isPrefix: boolean;
  /** 0 for now. */
  readonly revision: number;
}

/** The keys that a request asks for, in order. Source: `etcdserverpb.KV/Range`. */
export function rangeOf(store: Store, { key, isPrefix, revision }: RangeRequest): KeyValue[] {
  const at = revision || store.revision;
  if (at > store.revision) throw new Error('etcdserver: mvcc: required revision is a future revision');
  const found: KeyValue[] = [];
  for (const resource of store.resources()) {
    for (const { metadata } of store.at(resource, at).list()) {
      const entry = store.keyValue(resource, metadata.namespace ?? '', metadata.name, at);
      if (entry && (isPrefix ? entry.key.startsWith(key) : entry.key === key)) found.push(entry);
    }
  }
  return found.sort((one, other) => (one.key < other.key ? -1 : 1));
}
