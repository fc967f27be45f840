import type { Json, KubeObject } from '../object.ts';
import { LATENCY } from '../sim/latency.ts';
import type { Turn } from '../sim/turn.ts';
import type { WatchEvent } from '../sim/watch.ts';
import type { Kind } from './kinds/kind.ts';
import { presentObject, type Representation } from './representation.ts';
import type { StreamChunk } from './request.ts';
import { type FieldSelector, matchesFields } from './selectors/fields.ts';
import { type LabelSelector, matchesLabels } from './selectors/labels.ts';
import { servedKind } from './served.ts';

/** An open watch, as the server remembers it (cell `stream/<number>`). */
export interface WatchStream {
  readonly kind: 'watch';
  readonly client: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  readonly representation: Representation;
  /** Tables carry their columns only in the first event. */
  readonly isFirstSent: boolean;
}

type WatchChunk = Extract<StreamChunk, { readonly watch: unknown }>['watch'];

/** How often bookmarks go out: `defaultBookmarkFrequency` in `k8s.io/apiserver/pkg/storage/cacher`. */
export const BOOKMARK_INTERVAL = 60_000;

export function streamCell(stream: number): string {
  return `stream/${stream}`;
}

/** The cell that lists the open watches by resource, so that a write finds its watchers at once. */
export const WATCHERS = 'watchers';

type Watchers = Readonly<Record<string, readonly number[]>>;

/** Adds an open watch to those that hear of a resource's writes. */
export function addWatcher(turn: Turn, resource: string, stream: number): void {
  const watchers = turn.memory.get<Watchers>(WATCHERS) ?? {};
  turn.memory.set(WATCHERS, { ...watchers, [resource]: [...(watchers[resource] ?? []), stream] });
}

function removeWatcher(turn: Turn, resource: string, stream: number): void {
  const { [resource]: listed = [], ...others } = turn.memory.get<Watchers>(WATCHERS) ?? {};
  const rest = listed.filter((other) => other !== stream);
  const watchers = rest.length > 0 ? { ...others, [resource]: rest } : others;
  if (Object.keys(watchers).length > 0) turn.memory.set(WATCHERS, watchers);
  else turn.memory.delete(WATCHERS);
}

/** Forgets all watches. */
export function removeWatchers(turn: Turn): void {
  turn.memory.delete(WATCHERS);
}

/** A new stream number. */
export function nextStream(turn: Turn): number {
  const stream = (turn.memory.get<number>('streams') ?? 0) + 1;
  turn.memory.set('streams', stream);
  return stream;
}

/** Whether any watch of the resource is open. */
export function isWatched(turn: Turn, resource: string): boolean {
  return turn.memory.get<Watchers>(WATCHERS)?.[resource] !== undefined;
}

/** Tells every open watch of the resource about a write. */
export function publish(turn: Turn, resource: string, event: WatchEvent): void {
  const watchers = turn.memory.get<Watchers>(WATCHERS)?.[resource];
  if (watchers === undefined) return;
  for (const stream of watchers) {
    const watch = turn.memory.get<WatchStream>(streamCell(stream));
    if (watch !== undefined) deliver(turn, stream, watch, event);
  }
}

/** Sends one change on a watch if it concerns it. */
export function deliver(turn: Turn, stream: number, watch: WatchStream, event: WatchEvent): void {
  const kind = servedKind(turn.store, watch.group, watch.version, watch.plural);
  if (kind === undefined) return;
  const seen = visibleChange(watch, kind, event);
  if (seen !== undefined) sendEvent(turn, stream, watch, kind, seen);
}

/**
 * What a watch sees of a change: an object that comes to match its selectors is ADDED, one that no longer does is DELETED
 * (as it last matched, with the change's revision).
 */
function visibleChange(watch: WatchStream, kind: Kind, event: WatchEvent): WatchChunk | undefined {
  if (watch.namespace !== '' && event.object.metadata.namespace !== watch.namespace) return undefined;
  const matches = (object: KubeObject): boolean =>
    matchesLabels(watch.labels, object.metadata.labels) && matchesFields(watch.fields, object, kind);
  const present = (object: KubeObject): KubeObject => kind.view?.fromStored(object) ?? object;
  const before = event.previous !== undefined && matches(present(event.previous));
  const after = event.type !== 'DELETED' && matches(present(event.object));
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: present(event.object) };
  if (!before) return undefined;
  const last = present(event.previous as KubeObject);
  return {
    type: 'DELETED',
    object: { ...last, metadata: { ...last.metadata, resourceVersion: String(event.revision) } },
  };
}

/** Sends an event as the client asked to see objects. */
export function sendEvent(turn: Turn, stream: number, watch: WatchStream, kind: Kind, event: WatchChunk): void {
  const current = turn.memory.get<WatchStream>(streamCell(stream)) ?? watch;
  const object = presentObject(event.object, kind, watch.representation, turn.now, current.isFirstSent) as KubeObject;
  if (!current.isFirstSent && watch.representation.as === 'Table')
    turn.memory.set(streamCell(stream), { ...current, isFirstSent: true });
  sendChunk(turn, watch.client, stream, { watch: { type: event.type, object } });
}

export function sendChunk(turn: Turn, client: string, stream: number, chunk: StreamChunk): void {
  turn.send(client, LATENCY.watchDelivery, { kind: 'stream', stream, chunk: chunk as unknown as Json });
}

export function sendClosed(turn: Turn, client: string, stream: number): void {
  turn.send(client, LATENCY.watchDelivery, { kind: 'stream', stream, closed: true });
}

/** Forgets a watch. */
export function endWatch(turn: Turn, stream: number, watch: WatchStream): void {
  const kind = servedKind(turn.store, watch.group, watch.version, watch.plural);
  removeWatcher(turn, kind?.resource ?? `${watch.plural}.${watch.group}`, stream);
  turn.memory.delete(streamCell(stream));
}

/** Ends all watches of a resource that is no longer served. */
export function endWatchesOf(turn: Turn, resource: string): void {
  for (const stream of turn.memory.get<Watchers>(WATCHERS)?.[resource] ?? []) {
    const watch = turn.memory.get<WatchStream>(streamCell(stream));
    if (watch === undefined) continue;
    sendClosed(turn, watch.client, stream);
    endWatch(turn, stream, watch);
  }
}

/** A bookmark comes due: tells how far the watch has seen, and asks for the next. */
export function sendBookmark(turn: Turn, stream: number): void {
  const watch = turn.memory.get<WatchStream>(streamCell(stream));
  if (watch === undefined) return;
  const kind = servedKind(turn.store, watch.group, watch.version, watch.plural);
  if (kind === undefined) return;
  sendEvent(turn, stream, watch, kind, { type: 'BOOKMARK', object: bookmark(kind, turn.store.revision) });
  turn.after(BOOKMARK_INTERVAL, { kind: 'bookmark', stream }, { background: true });
}

/** An object that carries nothing but a revision. */
export function bookmark(kind: Kind, revision: number, annotations?: Readonly<Record<string, string>>): KubeObject {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { kind: kind.kind, apiVersion, metadata: metadata as unknown as KubeObject['metadata'] };
}
