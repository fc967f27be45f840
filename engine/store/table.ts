import type { KubeObject } from '../object.ts';
import type { WatchEvent } from '../sim/component.ts';
import type { ObjectReader } from '../sim/turn.ts';
import { type Chain, chainUntil, versionAt } from './history.ts';
import { indexesOf, type ResourceIndex } from './resources.ts';

/** That `key` is found under an index value from one revision up to, not including, another. */
interface Posting {
  readonly key: string;
  readonly from: number;
  to: number;
}

/** All versions of all objects of one resource, with its indexes, readable at every revision kept. */
export class Table {
  readonly resource: string;
  private readonly indexes: readonly ResourceIndex[];
  private readonly live = new Map<string, KubeObject>();
  private readonly chains = new Map<string, Chain<KubeObject>>();
  private readonly postings = new Map<string, Map<string, Posting[]>>();
  /** Changes in revision order. */
  private events: WatchEvent[] = [];
  private sortedKeys: string[] | undefined;
  private lastRevision = 0;

  constructor(resource: string) {
    this.resource = resource;
    this.indexes = indexesOf(resource);
    for (const index of this.indexes) this.postings.set(index.name, new Map());
  }

  get size(): number {
    return this.live.size;
  }

  current(key: string): KubeObject | undefined {
    return this.live.get(key);
  }

  /** Writes a version; `undefined` deletes. Returns the change as watchers see it. */
  write(key: string, object: KubeObject | undefined, revision: number): WatchEvent {
    const previous = this.live.get(key);
    const chain = this.chains.get(key);
    if (chain) chain.push({ revision, value: object });
    else this.chains.set(key, [{ revision, value: object }]);
    if (object) this.live.set(key, object);
    else this.live.delete(key);
    if (!previous || !object) this.sortedKeys = undefined;
    this.reindex(key, previous, object, revision);
    this.lastRevision = revision;
    const event: WatchEvent = previous
      ? { type: object ? 'MODIFIED' : 'DELETED', object: object ?? previous, previous, revision }
      : { type: 'ADDED', object: object as KubeObject, revision };
    this.events.push(event);
    return event;
  }

  private reindex(key: string, previous: KubeObject | undefined, next: KubeObject | undefined, revision: number): void {
    for (const index of this.indexes) {
      const before = previous ? index.values(previous) : [];
      const after = next ? index.values(next) : [];
      if (before.length === 0 && after.length === 0) continue;
      const values = this.postings.get(index.name) as Map<string, Posting[]>;
      for (const value of before) {
        if (!after.includes(value)) closePosting(values.get(value), key, revision);
      }
      for (const value of after) {
        if (before.includes(value)) continue;
        const list = values.get(value);
        const posting = { key, from: revision, to: Number.POSITIVE_INFINITY };
        if (list) list.push(posting);
        else values.set(value, [posting]);
      }
    }
  }

  /** The versions of one key, oldest first. */
  chain(key: string): Chain<KubeObject> | undefined {
    return this.chains.get(key);
  }

  /** Changes after `revision`, oldest first. */
  eventsAfter(revision: number): readonly WatchEvent[] {
    let start = this.events.length;
    while (start > 0 && (this.events[start - 1] as WatchEvent).revision > revision) start--;
    return this.events.slice(start);
  }

  /** The change made by exactly this revision, if it was one of this resource. */
  eventAt(revision: number): WatchEvent | undefined {
    let low = 0;
    let high = this.events.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const event = this.events[middle] as WatchEvent;
      if (event.revision === revision) return event;
      if (event.revision < revision) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  reader(revision: number): ObjectReader {
    return {
      revision,
      get: (namespace, name) => this.objectAt(keyOf(namespace, name), revision),
      list: (namespace) => this.listAt(revision, namespace),
      by: (index, value) => this.byIndex(index, value, revision),
    };
  }

  private objectAt(key: string, revision: number): KubeObject | undefined {
    if (this.lastRevision <= revision) return this.live.get(key);
    const chain = this.chains.get(key);
    return chain && versionAt(chain, revision)?.value;
  }

  private listAt(revision: number, namespace: string | undefined): readonly KubeObject[] {
    const isCurrent = this.lastRevision <= revision;
    const keys = isCurrent ? this.keysInOrder() : [...this.chains.keys()].sort();
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    const objects: KubeObject[] = [];
    for (const key of keys) {
      if (prefix !== '' && !key.startsWith(prefix)) continue;
      const object = isCurrent ? this.live.get(key) : this.objectAt(key, revision);
      if (object) objects.push(object);
    }
    return objects;
  }

  private keysInOrder(): string[] {
    this.sortedKeys ??= [...this.live.keys()].sort();
    return this.sortedKeys;
  }

  private byIndex(index: string, value: string, revision: number): readonly KubeObject[] {
    const values = this.postings.get(index);
    if (!values) throw new Error(`${this.resource} has no index "${index}": declare it in engine/store/resources.ts`);
    const objects: KubeObject[] = [];
    for (const posting of values.get(value) ?? []) {
      if (posting.from > revision || posting.to <= revision) continue;
      const object = this.objectAt(posting.key, revision);
      if (object) objects.push(object);
    }
    return objects;
  }

  /** A table of its own that ends at `revision`. */
  fork(revision: number): Table {
    const copy = new Table(this.resource);
    for (const [key, chain] of this.chains) {
      const kept = chainUntil(chain, revision);
      const last = kept[kept.length - 1];
      if (!last) continue;
      copy.chains.set(key, kept);
      if (last.value) copy.live.set(key, last.value);
    }
    for (const [name, values] of this.postings) {
      for (const [value, list] of values) {
        const kept = list
          .filter((posting) => posting.from <= revision)
          .map((posting) => (posting.to > revision ? { ...posting, to: Number.POSITIVE_INFINITY } : { ...posting }));
        if (kept.length > 0) (copy.postings.get(name) as Map<string, Posting[]>).set(value, kept);
      }
    }
    copy.events = this.events.filter((event) => event.revision <= revision);
    copy.lastRevision = Math.min(this.lastRevision, revision);
    return copy;
  }
}

/** `namespace/name`; cluster-scoped objects have an empty namespace. */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function closePosting(list: Posting[] | undefined, key: string, revision: number): void {
  for (let at = (list?.length ?? 0) - 1; at >= 0; at--) {
    const posting = (list as Posting[])[at] as Posting;
    if (posting.key === key && posting.to === Number.POSITIVE_INFINITY) {
      posting.to = revision;
      return;
    }
  }
}
