import { obtain } from '../obtain.ts';
import { indexesOf, type ResourceIndex } from '../store/resources.ts';
import type { Store } from '../store/store.ts';
import type { Agenda, AgendaItem } from './agenda.ts';
import type { Slot } from './cells.ts';
import { LATENCY } from './latency.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Registry } from './processes.ts';
import { hash32 } from './random.ts';
import type { Task } from './task.ts';
import type { Memory } from './turn.ts';
import type { Watch, WatchEvent } from './watch.ts';

/**
 * Changes on their way to an informer. One that follows a whole resource gets everything up to a revision; one that
 * follows a selection gets these `revisions`. Both grow while more is committed that arrives at the same time.
 */
export interface DeliverTask extends Task {
  readonly kind: '$deliver';
  readonly resource: string;
  until: number;
  revisions?: number[];
}

/** What the informers need of the timeline around them. */
export interface InformerHost {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly registry: Registry;
  readonly seed: number;
  now(): number;
  step(): number;
  memory(component: string): Memory;
  slot(component: string, key: string): Slot<number>;
}

/** A watch of a component, and the cell of its memory that tells how far it has observed: asked at every look. */
interface OpenWatch {
  readonly watch: Watch;
  readonly cell: string;
  readonly observed: Slot<number>;
  /** The cache as it was looked at last: it is looked at more often than it changes. */
  reader?: ObjectReader;
}

/** One open watch of one component. All are of one shape: every write looks at every one that it concerns. */
class Subscription {
  readonly component: string;
  readonly resource: string;
  readonly where: Watch['where'];
  readonly phase: number;
  /** The delivery that waits for it, or the last one that did. */
  pending: AgendaItem | undefined = undefined;

  constructor(component: string, { resource, where }: Watch, phase: number) {
    this.component = component;
    this.resource = resource;
    this.where = where;
    this.phase = phase;
  }
}

const NONE: readonly never[] = [];

/** The cell with the resources that a component has begun to follow while it runs. */
const FOLLOWED = '$followed';

/**
 * The informers of all components. A cache is not a copy: it is the store at the revision its component has observed
 * (`$observed/<resource>` in the component's memory), moved forward by deliveries that take the watch latency.
 */
export class Informers {
  private readonly host: InformerHost;
  private readonly everything = new Map<string, Subscription[]>();
  private readonly selected = new Map<string, Map<string, Map<string, Subscription[]>>>();
  private readonly opens = new Map<string, readonly OpenWatch[]>();
  private arrivalsOf = Number.NaN;
  private arrivals: number[] = [];

  constructor(host: InformerHost) {
    this.host = host;
  }

  /** Opens the informers of a starting process: each lists first, then follows. */
  open(component: string): void {
    for (const watch of this.watches(component)) {
      this.subscribe(watch, component);
      this.schedule(component, { kind: '$list', resource: watch.resource }, this.delay(this.phase(component)));
    }
  }

  /** Registers informers that are open already, after a fork. */
  reopen(component: string): void {
    for (const watch of this.watches(component)) this.subscribe(watch, component);
  }

  /** Takes up a delivery that is on its way already, after a fork. */
  resume(item: AgendaItem): void {
    const { resource } = item.task as DeliverTask;
    for (const watch of this.watches(item.component)) {
      if (watch.resource !== resource) continue;
      const found = this.list(watch).find(({ component }) => component === item.component);
      if (found) found.pending = item;
    }
  }

  close(component: string): void {
    for (const watch of this.watches(component)) this.unsubscribe(watch, component);
    // A new process follows nothing but what its component always does.
    this.opens.delete(component);
  }

  /** Opens an informer of a process that runs. Its memory tells that it did, so that a fork and a later moment know. */
  follow(component: string, resource: string): void {
    if (this.openOf(component, resource) !== undefined) return;
    this.setFollowed(component, [...this.followed(component), resource]);
    this.subscribe({ resource }, component);
    this.schedule(component, { kind: '$list', resource }, this.delay(this.phase(component)));
  }

  /** Closes an informer that `follow` has opened; its cache is gone. */
  unfollow(component: string, resource: string): void {
    const followed = this.followed(component);
    if (!followed.includes(resource)) return;
    this.unsubscribe({ resource }, component);
    this.setFollowed(
      component,
      followed.filter((other) => other !== resource),
    );
    const memory = this.host.memory(component);
    memory.delete(`$observed/${resource}`);
    memory.delete(`$behind/${resource}`);
  }

  private followed(component: string): readonly string[] {
    return this.host.memory(component).get<readonly string[]>(FOLLOWED) ?? NONE;
  }

  private setFollowed(component: string, resources: readonly string[]): void {
    this.host.memory(component).set(FOLLOWED, resources);
    this.opens.delete(component);
  }

  /** A commit: put deliveries to everybody concerned on the agenda. */
  deliver(resource: string, event: WatchEvent): void {
    const everything = this.everything.get(resource) ?? NONE;
    for (let at = 0; at < everything.length; at++) this.enqueue(everything[at] as Subscription, event.revision);
    const selected = this.selected.get(resource);
    if (!selected) return;
    const indexes = indexesOf(resource);
    for (let place = 0; place < indexes.length; place++) {
      const { name, values } = indexes[place] as ResourceIndex;
      const byValue = selected.get(name);
      if (byValue === undefined) continue;
      const concerned = valuesOf(values, event);
      for (let at = 0; at < concerned.length; at++) {
        const subscriptions = byValue.get(concerned[at] as string) ?? NONE;
        for (let each = 0; each < subscriptions.length; each++)
          this.enqueue(subscriptions[each] as Subscription, event.revision);
      }
    }
  }

  private enqueue(subscription: Subscription, revision: number): void {
    const { component, resource, where, phase, pending } = subscription;
    const at = this.arrival(phase);
    if (pending !== undefined && pending.ended === undefined && pending.at === at) {
      const task = pending.task as DeliverTask;
      task.until = revision;
      task.revisions?.push(revision);
      return;
    }
    const task: DeliverTask =
      where === undefined
        ? { kind: '$deliver', resource, until: revision }
        : { kind: '$deliver', resource, until: revision, revisions: [revision] };
    subscription.pending = this.schedule(component, task, at - this.host.now());
  }

  /** When a change of now reaches those of a phase; worked out once for each moment. */
  private arrival(phase: number): number {
    const now = this.host.now();
    if (now !== this.arrivalsOf) {
      this.arrivalsOf = now;
      this.arrivals = [];
    }
    let at = this.arrivals[phase];
    if (at === undefined) {
      at = now + this.delay(phase);
      this.arrivals[phase] = at;
    }
    return at;
  }

  private schedule(component: string, task: Task, delay: number): AgendaItem {
    return this.host.agenda.add({
      at: this.host.now() + delay,
      component,
      task,
      background: false,
      idle: false,
      cause: this.host.step(),
    });
  }

  /** Every component reads its connection at instants of its own, so that the same change is seen at different times. */
  private phase(component: string): number {
    return hash32(component, this.host.seed) % LATENCY.watchInterval;
  }

  /** From now to the first such instant after the watch latency: what is committed until then arrives in one go. */
  private delay(phase: number): number {
    const arrival = this.host.now() + LATENCY.watchDelivery;
    const late = (arrival - phase) % LATENCY.watchInterval;
    return LATENCY.watchDelivery + (late === 0 ? 0 : LATENCY.watchInterval - late);
  }

  /**
   * The events that a due `$list`, `$deliver` or `$catchup` task brings, with the cache moved forward to show them.
   * Undefined when the informer has not listed yet, or is no longer open.
   */
  receive(component: string, task: Task): readonly WatchEvent[] | undefined {
    const resource = task.resource as string;
    const open = this.openOf(component, resource);
    if (open === undefined) return undefined;
    const { watch } = open;
    const { store } = this.host;
    const observed = open.observed.value;
    if (task.kind === '$list') {
      this.host.memory(component).set(open.cell, store.revision);
      const reader = selectedReader(store.at(resource), watch);
      return reader.list().map((object) => ({
        type: 'ADDED',
        object,
        revision: Number(object.metadata.resourceVersion),
      }));
    }
    if (observed === undefined) return undefined;
    const events = this.eventsOf(task, watch, observed);
    const last = events[events.length - 1];
    if (last) open.observed.overwrite(last.revision, this.host.step());
    return events;
  }

  private eventsOf(task: Task, watch: Watch, observed: number): readonly WatchEvent[] {
    const { store } = this.host;
    const { resource } = watch;
    if (task.kind === '$catchup') return store.events(resource, observed).filter((event) => isSelected(watch, event));
    const { until, revisions } = task as DeliverTask;
    if (revisions === undefined) return store.eventsBetween(resource, observed, until);
    const events: WatchEvent[] = [];
    for (let at = 0; at < revisions.length; at++) {
      const revision = revisions[at] as number;
      if (revision > observed) events.push(store.event(resource, revision) as WatchEvent);
    }
    return events;
  }

  /** The API server is out of reach: remember that this informer has something to catch up on. */
  fallBehind(component: string, task: Task): void {
    const memory = this.host.memory(component);
    const key = `$behind/${task.resource}`;
    if (memory.get(key) !== '$list') memory.set(key, task.kind);
  }

  /** Connections are back: everybody who fell behind catches up. */
  reconnect(component: string): void {
    const memory = this.host.memory(component);
    for (const key of memory.keys('$behind/')) {
      const kind = memory.get<string>(key) === '$list' ? '$list' : '$catchup';
      memory.delete(key);
      this.schedule(component, { kind, resource: key.slice('$behind/'.length) }, this.delay(this.phase(component)));
    }
  }

  cache(component: string, resource: string): ObjectReader {
    const open = this.openOf(component, resource);
    if (!open) throw new Error(`${component} reads ${resource} from its cache but does not watch it`);
    const observed = open.observed.value ?? 0;
    if (open.reader?.revision !== observed) {
      open.reader = selectedReader(this.host.store.history(resource, observed), open.watch);
    }
    return open.reader;
  }

  private openOf(component: string, resource: string): OpenWatch | undefined {
    const opens = this.opensOf(component);
    for (let at = 0; at < opens.length; at++) if (opens[at]?.watch.resource === resource) return opens[at];
    return undefined;
  }

  /** What a component watches follows from its name and its memory, so it is asked once. */
  private opensOf(component: string): readonly OpenWatch[] {
    let opens = this.opens.get(component);
    if (opens === undefined) {
      const slash = component.indexOf('/');
      const instance = slash < 0 ? component : component.slice(slash + 1);
      const watches = this.host.registry.definition(component).watches?.(instance) ?? [];
      const followed = this.followed(component).map((resource): Watch => ({ resource }));
      opens = [...watches, ...followed].map((watch) => {
        const cell = `$observed/${watch.resource}`;
        return { watch, cell, observed: this.host.slot(component, cell) };
      });
      this.opens.set(component, opens);
    }
    return opens;
  }

  private watches(component: string): readonly Watch[] {
    return this.opensOf(component).map(({ watch }) => watch);
  }

  /** In order of names, so that the order of deliveries does not depend on who started when. */
  private subscribe(watch: Watch, component: string): void {
    const list = this.list(watch);
    let at = list.length;
    while (at > 0 && (list[at - 1] as Subscription).component > component) at--;
    list.splice(at, 0, new Subscription(component, watch, this.phase(component)));
  }

  private unsubscribe(watch: Watch, component: string): void {
    const list = this.list(watch);
    const at = list.findIndex((subscription) => subscription.component === component);
    if (at >= 0) list.splice(at, 1);
  }

  private list({ resource, where }: Watch): Subscription[] {
    if (!where) return obtain(this.everything, resource, () => []);
    const byIndex = obtain(this.selected, resource, () => new Map());
    return obtain(
      obtain(byIndex, where.index, () => new Map()),
      where.value,
      () => [],
    );
  }
}

function valuesOf(values: (object: WatchEvent['object']) => readonly string[], event: WatchEvent): readonly string[] {
  const now = values(event.object);
  if (event.previous === undefined) return now;
  const before = values(event.previous);
  let all: string[] | undefined;
  for (let at = 0; at < before.length; at++) {
    const value = before[at] as string;
    if (now.includes(value)) continue;
    all ??= now.slice();
    all.push(value);
  }
  return all ?? now;
}

function isSelected({ resource, where }: Watch, event: WatchEvent): boolean {
  if (!where) return true;
  const index = indexesOf(resource).find((candidate) => candidate.name === where.index);
  return index !== undefined && valuesOf(index.values, event).includes(where.value);
}

function selectedReader(reader: ObjectReader, { where }: Watch): ObjectReader {
  if (!where) return reader;
  return {
    revision: reader.revision,
    get: (namespace, name) => reader.get(namespace, name),
    by: (index, value) => reader.by(index, value),
    has: (index, value, matches) => reader.has(index, value, matches),
    list: (namespace) =>
      reader
        .by(where.index, where.value)
        .filter((object) => namespace === undefined || (object.metadata.namespace ?? '') === namespace),
  };
}
