import type { KubeObject, ObjectMeta } from '../object.ts';
import type { ObjectReader } from '../sim/object-reader.ts';
import type { WatchEvent } from '../sim/watch.ts';
import { Table } from './table.ts';

/** What etcd knows of a key: its place in the sequence of all writes, and its content. */
export interface KeyValue {
  /** `/registry/pods/default/web`. */
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Writes since the key was created; a deleted and re-created key starts at 1 again. */
  readonly version: number;
  readonly value: KubeObject;
}

/** A read or watch asked for a revision that compaction has removed (etcd's `ErrCompacted`). */
export class Compacted extends Error {
  override readonly name = 'Compacted';
  readonly compactRevision: number;
  constructor(compactRevision: number) {
    super('etcdserver: mvcc: required revision has been compacted');
    this.compactRevision = compactRevision;
  }
}

/**
 * etcd: one key space, one revision counter. Every write makes exactly one new revision and objects are shared between
 * revisions. Compaction is what clients see of it: reads below the compaction point fail by name, while the versions
 * themselves stay, because time can be turned back past a compaction (`history`). `onWrite` hears of each write in order.
 */
export class Store {
  private readonly tables = new Map<string, Table>();
  private currentRevision: number;
  private compactions: { readonly revision: number; readonly compacted: number }[] = [];
  private compacted = 0;
  onWrite: ((resource: string, event: WatchEvent) => void) | undefined;

  /** etcd starts at revision 1, before any write. */
  constructor(revision = 1) {
    this.currentRevision = revision;
  }

  get revision(): number {
    return this.currentRevision;
  }

  get compactRevision(): number {
    return this.compacted;
  }

  resources(): string[] {
    return [...this.tables.keys()].sort();
  }

  /** A resource as it stands at `revision`, by default now. Throws `Compacted` below the compaction point. */
  at(resource: string, revision: number = this.currentRevision): ObjectReader {
    this.requireKept(revision);
    return this.table(resource).reader(revision);
  }

  /** As `at`, also below the compaction point: for looking back in time, not for clients of etcd. */
  history(resource: string, revision: number): ObjectReader {
    return this.table(resource).reader(revision);
  }

  /** The live object; the fastest read. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.table(resource).current(namespace, name);
  }

  /**
   * Writes an object. Returns it as stored: with `metadata.resourceVersion` set to the new revision. An object whose version
   * is empty was made to be stored, and is taken as it is; any other is copied, as somebody may hold its older version.
   */
  put(resource: string, namespace: string, name: string, object: KubeObject): KubeObject {
    const revision = ++this.currentRevision;
    const isNew = object.metadata.resourceVersion === '';
    const metadata: { -readonly [field in keyof ObjectMeta]: ObjectMeta[field] } = isNew
      ? object.metadata
      : { ...object.metadata };
    metadata.resourceVersion = String(revision);
    const stored = isNew ? object : { ...object, metadata };
    const event = this.table(resource).write(namespace, name, stored, revision);
    this.onWrite?.(resource, event);
    return stored;
  }

  /** Deletes an object and returns the new revision; deleting what is not there changes nothing. */
  delete(resource: string, namespace: string, name: string): number {
    const table = this.table(resource);
    if (!table.current(namespace, name)) return this.currentRevision;
    const revision = ++this.currentRevision;
    const event = table.write(namespace, name, undefined, revision);
    this.onWrite?.(resource, event);
    return revision;
  }

  /** The changes of a resource after a revision, oldest first: what a watch from there delivers. */
  events(resource: string, afterRevision: number): readonly WatchEvent[] {
    this.requireKept(afterRevision);
    return this.table(resource).eventsAfter(afterRevision);
  }

  /** Whether nothing was ever written of a resource: the quickest way to know that there is nothing. */
  isUnused(resource: string): boolean {
    return (this.tables.get(resource)?.latestRevision ?? 0) === 0;
  }

  /** Tells the revision of the latest write to any of these resources: whoever remembers it knows whether they have changed. */
  lastWriteTo(resources: readonly string[]): () => number {
    const tables = resources.map((resource) => this.table(resource));
    return () => {
      let last = 0;
      for (let at = 0; at < tables.length; at++) {
        const { latestRevision } = tables[at] as Table;
        if (latestRevision > last) last = latestRevision;
      }
      return last;
    };
  }

  /** The changes of a resource after one revision up to another, also below the compaction point. */
  eventsBetween(resource: string, after: number, until: number): readonly WatchEvent[] {
    return this.table(resource).eventsBetween(after, until);
  }

  /** Every change of a resource there ever was, also below the compaction point. */
  record(resource: string): readonly WatchEvent[] {
    return this.table(resource).eventsAfter(0);
  }

  /** The change that made a revision. */
  event(resource: string, revision: number): WatchEvent | undefined {
    return this.table(resource).eventAt(revision);
  }

  /** The resource and change of a revision, whatever the resource. */
  change(revision: number): { readonly resource: string; readonly event: WatchEvent } | undefined {
    for (const [resource, table] of this.tables) {
      const event = table.eventAt(revision);
      if (event) return { resource, event };
    }
    return undefined;
  }

  /** A key as etcd describes it, at a revision. */
  keyValue(resource: string, namespace: string, name: string, revision = this.currentRevision): KeyValue | undefined {
    this.requireKept(revision);
    const versions = this.table(resource).history(namespace, name)?.versions() ?? [];
    let found: KeyValue | undefined;
    for (const entry of versions) {
      if (entry.revision > revision) break;
      if (!entry.value) {
        found = undefined;
        continue;
      }
      found = {
        key: registryKey(resource, namespace, name),
        createRevision: found?.createRevision ?? entry.revision,
        modRevision: entry.revision,
        version: (found?.version ?? 0) + 1,
        value: entry.value,
      };
    }
    return found;
  }

  /** Puts everything replaced before a revision out of clients' reach, as `etcdctl compact` does. */
  compact(revision: number): void {
    if (revision <= this.compactRevision) throw new Compacted(this.compactRevision);
    if (revision > this.currentRevision) throw new Error('etcdserver: mvcc: required revision is a future revision');
    this.compactions.push({ revision: this.currentRevision, compacted: revision });
    this.compacted = revision;
  }

  /** A store of its own that ends at `revision`; objects are shared. */
  fork(revision: number): Store {
    const copy = new Store(revision);
    copy.compactions = this.compactions.filter((compaction) => compaction.revision <= revision);
    copy.compacted = copy.compactions[copy.compactions.length - 1]?.compacted ?? 0;
    for (const [resource, table] of this.tables) copy.tables.set(resource, table.fork(revision));
    return copy;
  }

  private requireKept(revision: number): void {
    if (revision < this.compactRevision) throw new Compacted(this.compactRevision);
  }

  private table(resource: string): Table {
    let table = this.tables.get(resource);
    if (!table) {
      table = new Table(resource);
      this.tables.set(resource, table);
    }
    return table;
  }
}

/** etcd's own folder names where they differ from the resource (kubernetes `pkg/registry` storage prefixes). */
const REGISTRY_FOLDERS: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
};

/** The etcd key of an object: `/registry/deployments/default/web`, `/registry/minions/node-1`. */
export function registryKey(resource: string, namespace: string, name: string): string {
  const plural = resource.split('.')[0] as string;
  const folder = REGISTRY_FOLDERS[resource] ?? plural;
  return namespace === '' ? `/registry/${folder}/${name}` : `/registry/${folder}/${namespace}/${name}`;
}
