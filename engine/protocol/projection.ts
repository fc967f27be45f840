import type { Session } from '../sim/session.ts';
import { rowOf } from './rows.ts';
import type { ObjectReference, ObjectRow, RowDelta } from './views.ts';

/** Above so many steps between two moments, comparing everything is cheaper than following the changes. */
const FOLLOWED_STEPS = 400;

/**
 * What the window has been told about objects, so that only what differs crosses: rows of the subscribed resources at
 * the shown moment.
 */
export class Projection {
  private resources: readonly string[] | 'all' = [];
  private sent = new Map<string, ObjectRow>();
  private isFresh = true;

  /** Chooses the resources; the next delta carries them whole. */
  subscribe(resources: readonly string[] | 'all'): void {
    this.resources = resources;
    this.reset();
  }

  /** The next delta starts from nothing: another branch or session is shown. */
  reset(): void {
    this.sent = new Map();
    this.isFresh = true;
  }

  /** What has to be told so that the window shows step `to`; it has been shown step `from`. */
  delta(session: Session, from: number, to: number): RowDelta {
    if (!this.isFresh && Math.abs(to - from) <= FOLLOWED_STEPS) return this.follow(session, from, to);
    return this.compare(session, to);
  }

  private follow(session: Session, from: number, to: number): RowDelta {
    const touched = new Map<string, ObjectReference>();
    for (let step = Math.min(from, to) + 1; step <= Math.max(from, to); step++) {
      for (const { resource, event } of session.changes(step)) {
        if (this.resources !== 'all' && !this.resources.includes(resource)) continue;
        const { name, namespace = '' } = event.object.metadata;
        touched.set(keyOf({ resource, namespace, name }), { resource, namespace, name });
      }
    }
    const changed: ObjectRow[] = [];
    const removed: ObjectReference[] = [];
    if (touched.size === 0) return { reset: false, changed, removed };
    const moment = session.moment(to);
    for (const [key, reference] of touched) {
      const object = moment.reader(reference.resource).get(reference.namespace, reference.name);
      if (object) {
        const row = rowOf(reference.resource, object);
        if (this.sent.get(key) === row) continue;
        this.sent.set(key, row);
        changed.push(row);
      } else if (this.sent.delete(key)) removed.push(reference);
    }
    return { reset: false, changed, removed };
  }

  private compare(session: Session, to: number): RowDelta {
    const reset = this.isFresh;
    this.isFresh = false;
    const moment = session.moment(to);
    const now = new Map<string, ObjectRow>();
    const changed: ObjectRow[] = [];
    for (const resource of this.resources === 'all' ? moment.resources() : this.resources) {
      for (const object of moment.reader(resource).list()) {
        const row = rowOf(resource, object);
        const key = keyOf(row);
        now.set(key, row);
        if (this.sent.get(key) !== row) changed.push(row);
      }
    }
    const removed: ObjectReference[] = [];
    for (const [key, { resource, namespace, name }] of this.sent) {
      if (!now.has(key)) removed.push({ resource, namespace, name });
    }
    this.sent = now;
    return { reset, changed, removed };
  }
}

/** One string per object, for maps. */
export function keyOf({ resource, namespace, name }: ObjectReference): string {
  return `${resource}/${namespace}/${name}`;
}
