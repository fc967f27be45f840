import type { KubeObject } from '../object.ts';
import type { ObjectReader } from '../sim/object-reader.ts';
import type { WatchEvent } from '../sim/watch.ts';
import { History } from './history.ts';
import { indexesOf, type ResourceIndex } from './resources.ts';

/** One key of a table. */
interface Entry {
  readonly namespace: string;
  readonly name: string;
  readonly history: History<KubeObject>;
}

/** That an entry is found under an index value from one revision up to, not including, another. */
interface Posting {
  readonly entry: Entry;
  readonly from: number;
  to: number;
}

/** All versions of all objects of one resource, with its indexes, readable at every revision kept. */
export class Table {
  readonly resource: string;
  private readonly indexes: readonly ResourceIndex[];
  /** By namespace, then name: no key is put together for a look. */
  private readonly entries = new Map<string, Map<string, Entry>>();
  private readonly postings = new Map<string, Map<string, Posting[]>>();
  /** Changes in revision order. */
  private events: WatchEvent[] = [];
  /** Entries that live or ever lived, in the order of their keys, until one is added. */
  private sorted: readonly Entry[] | undefined;
  /** Those of them that live, until one is born or dies. */
  private living: readonly Entry[] | undefined;
  /** The revision of the last write. */
  latestRevision = 0;

  constructor(resource: string) {
    this.resource = resource;
    this.indexes = indexesOf(resource);
    for (const index of this.indexes) this.postings.set(index.name, new Map());
  }

  current(namespace: string, name: string): KubeObject | undefined {
    return this.entry(namespace, name)?.history.value;
  }

  /** Writes a version; `undefined` deletes. Returns the change as watchers see it. */
  write(namespace: string, name: string, object: KubeObject | undefined, revision: number): WatchEvent {
    const names = this.entries.get(namespace);
    let entry = names?.get(name);
    const previous = entry?.history.value;
    if (entry === undefined) entry = this.add({ namespace, name, history: new History(revision, object) }, names);
    else entry.history.write(revision, object);
    if (!previous || !object) this.living = undefined;
    this.reindex(entry, previous, object, revision);
    this.latestRevision = revision;
    const event: WatchEvent = previous
      ? { type: object ? 'MODIFIED' : 'DELETED', object: object ?? previous, previous, revision }
      : { type: 'ADDED', object: object as KubeObject, revision };
    this.events.push(event);
    return event;
  }

  private entry(namespace: string, name: string): Entry | undefined {
    return this.entries.get(namespace)?.get(name);
  }

  private add(entry: Entry, present = this.entries.get(entry.namespace)): Entry {
    const names = present ?? new Map<string, Entry>();
    if (present === undefined) this.entries.set(entry.namespace, names);
    names.set(entry.name, entry);
    this.sorted = undefined;
    return entry;
  }

  private reindex(
    entry: Entry,
    previous: KubeObject | undefined,
    next: KubeObject | undefined,
    revision: number,
  ): void {
    for (let at = 0; at < this.indexes.length; at++) {
      const index = this.indexes[at] as ResourceIndex;
      if (previous !== undefined && next !== undefined && index.part(previous) === index.part(next)) continue;
      const before = previous ? index.values(previous) : NONE;
      const after = next ? index.values(next) : NONE;
      if (areEqual(before, after)) continue;
      const values = this.postings.get(index.name) as Map<string, Posting[]>;
      for (const value of before) {
        if (!after.includes(value)) closePosting(values.get(value), entry, revision);
      }
      for (const value of after) {
        if (before.includes(value)) continue;
        const list = values.get(value);
        const posting = { entry, from: revision, to: Number.POSITIVE_INFINITY };
        if (list) list.push(posting);
        else values.set(value, [posting]);
      }
    }
  }

  /** The versions of one key. */
  history(namespace: string, name: string): History<KubeObject> | undefined {
    return this.entry(namespace, name)?.history;
  }

  /** Changes after `revision`, oldest first. */
  eventsAfter(revision: number): readonly WatchEvent[] {
    let start = this.events.length;
    while (start > 0 && (this.events[start - 1] as WatchEvent).revision > revision) start--;
    return this.events.slice(start);
  }

  /** Changes after one revision up to another, oldest first; mostly the last few there are. */
  eventsBetween(after: number, until: number): readonly WatchEvent[] {
    let end = this.events.length;
    while (end > 0 && (this.events[end - 1] as WatchEvent).revision > until) end--;
    let start = end;
    while (start > 0 && (this.events[start - 1] as WatchEvent).revision > after) start--;
    return this.events.slice(start, end);
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
    return new TableReader(this, revision);
  }

  objectAt(namespace: string, name: string, revision: number): KubeObject | undefined {
    return this.entry(namespace, name)?.history.at(revision)?.value;
  }

  listAt(revision: number, namespace: string | undefined): readonly KubeObject[] {
    const objects: KubeObject[] = [];
    if (this.latestRevision === 0) return objects;
    const entries = this.latestRevision <= revision ? this.livingInOrder() : this.entriesInOrder();
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as Entry;
      if (namespace !== undefined && entry.namespace !== namespace) continue;
      const object = entry.history.at(revision)?.value;
      if (object) objects.push(object);
    }
    return objects;
  }

  private livingInOrder(): readonly Entry[] {
    this.living ??= this.entriesInOrder().filter((entry) => entry.history.value !== undefined);
    return this.living;
  }

  private entriesInOrder(): readonly Entry[] {
    if (this.sorted === undefined) {
      const all: { readonly key: string; readonly entry: Entry }[] = [];
      for (const names of this.entries.values()) {
        for (const entry of names.values()) all.push({ key: `${entry.namespace}/${entry.name}`, entry });
      }
      all.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
      this.sorted = all.map(({ entry }) => entry);
    }
    return this.sorted;
  }

  byIndex(index: string, value: string, revision: number): readonly KubeObject[] {
    const values = this.postings.get(index);
    if (!values) throw new Error(`${this.resource} has no index "${index}": declare it in engine/store/resources.ts`);
    const objects: KubeObject[] = [];
    const postings = values.get(value) ?? NONE;
    for (let at = 0; at < postings.length; at++) {
      const posting = postings[at] as Posting;
      if (posting.from > revision || posting.to <= revision) continue;
      const object = posting.entry.history.at(revision)?.value;
      if (object) objects.push(object);
    }
    return objects;
  }

  hasByIndex(index: string, value: string, revision: number, matches: (object: KubeObject) => boolean): boolean {
    const postings = this.postings.get(index)?.get(value) ?? NONE;
    // What was written last is asked for most.
    for (let at = postings.length - 1; at >= 0; at--) {
      const { entry, from, to } = postings[at] as Posting;
      if (from > revision || to <= revision) continue;
      const object = entry.history.at(revision)?.value;
      if (object && matches(object)) return true;
    }
    return false;
  }

  /** A table of its own that ends at `revision`. */
  fork(revision: number): Table {
    const copy = new Table(this.resource);
    const copies = new Map<Entry, Entry>();
    for (const names of this.entries.values()) {
      for (const entry of names.values()) {
        const history = entry.history.fork(revision);
        if (history !== undefined) copies.set(entry, copy.add({ ...entry, history }));
      }
    }
    for (const [name, values] of this.postings) {
      for (const [value, list] of values) {
        const kept = list
          .filter((posting) => posting.from <= revision)
          .map(({ entry, from, to }) => ({
            entry: copies.get(entry) as Entry,
            from,
            to: to > revision ? Number.POSITIVE_INFINITY : to,
          }));
        if (kept.length > 0) (copy.postings.get(name) as Map<string, Posting[]>).set(value, kept);
      }
    }
    copy.events = this.events.filter((event) => event.revision <= revision);
    copy.latestRevision = Math.min(this.latestRevision, revision);
    return copy;
  }
}

const NONE: readonly never[] = [];

/** A table at one revision. Made for every look into a cache, so it must cost next to nothing. */
class TableReader implements ObjectReader {
  readonly revision: number;
  private readonly table: Table;

  constructor(table: Table, revision: number) {
    this.table = table;
    this.revision = revision;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.table.objectAt(namespace, name, this.revision);
  }

  list(namespace?: string): readonly KubeObject[] {
    return this.table.listAt(this.revision, namespace);
  }

  by(index: string, value: string): readonly KubeObject[] {
    return this.table.byIndex(index, value, this.revision);
  }

  has(index: string, value: string, matches: (object: KubeObject) => boolean): boolean {
    return this.table.hasByIndex(index, value, this.revision, matches);
  }
}

function areEqual(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

function closePosting(list: Posting[] | undefined, entry: Entry, revision: number): void {
  for (let at = (list?.length ?? 0) - 1; at >= 0; at--) {
    const posting = (list as Posting[])[at] as Posting;
    if (posting.entry === entry && posting.to === Number.POSITIVE_INFINITY) {
      posting.to = revision;
      return;
    }
  }
}
