import type { Task } from './task.ts';

/** One piece of pending work. */
export interface AgendaItem {
  /** Counts all items ever scheduled: items due at the same time run in this order. */
  readonly id: number;
  /** Due time, milliseconds since the epoch. */
  readonly at: number;
  readonly component: string;
  readonly task: Task;
  readonly background: boolean;
  /** Background work that may be passed over while nothing else happens. */
  readonly idle: boolean;
  /** The step that scheduled it. */
  readonly cause: number;
  /** The step that executed or cancelled it. */
  ended?: number;
}

/** Work to come, ordered by due time; it remembers what was pending after each earlier step. */
export class Agenda {
  private items: AgendaItem[] = [];
  private readonly busy = new ItemHeap();
  private readonly idle = new ItemHeap();
  private foreground = 0;

  /** Number of pending items that keep the cluster from being settled. */
  get foregroundCount(): number {
    return this.foreground;
  }

  add(item: Omit<AgendaItem, 'id' | 'ended'>): AgendaItem {
    const { at, component, task, background, idle, cause } = item;
    const id = this.items.length + 1;
    const added: AgendaItem = { id, at, component, task, background, idle, cause, ended: undefined };
    this.items.push(added);
    this.heapOf(added).push(added);
    if (!added.background) this.foreground++;
    return added;
  }

  /** The next item due at or before `until`; it stays on the agenda. */
  next(until: number): AgendaItem | undefined {
    const busy = this.busy.top();
    const idle = this.idle.top();
    const first = busy && idle ? (isBefore(idle, busy) ? idle : busy) : (busy ?? idle);
    return first && first.at <= until ? first : undefined;
  }

  /** The next item that is not idle. */
  nextBusy(): AgendaItem | undefined {
    return this.busy.top();
  }

  /** Everything idle that is pending, in no order. */
  idleItems(): readonly AgendaItem[] {
    return this.idle.pending();
  }

  /** Ends an item: it was executed, or is not wanted any more. */
  end(item: AgendaItem, step: number): void {
    if (item.ended !== undefined) return;
    item.ended = step;
    if (!item.background) this.foreground--;
  }

  cancel(id: number, step: number): void {
    const item = this.items[id - 1];
    if (item) this.end(item, step);
  }

  /** Ends everything pending for a component that does not outlive it. */
  drop(component: string, outlives: (task: Task) => boolean, step: number): void {
    for (const heap of [this.busy, this.idle]) {
      for (const item of heap.pending()) if (item.component === component && !outlives(item.task)) this.end(item, step);
    }
  }

  /** What was pending after a step, soonest first. */
  pendingAt(step: number): AgendaItem[] {
    const pending = this.items.filter((item) => isPendingAt(item, step));
    return pending.sort((left, right) => left.at - right.at || left.id - right.id);
  }

  /** An agenda of its own, as it was after a step; `taskAt` takes from a task what came to it later. */
  fork(step: number, taskAt: (task: Task) => Task): Agenda {
    const copy = new Agenda();
    for (const item of this.items) {
      if (item.cause > step) break;
      // What has ended does not change any more, so both agendas can hold it.
      if (!isPendingAt(item, step)) {
        copy.items.push(item);
        continue;
      }
      const kept: AgendaItem = { ...item, ended: undefined, task: taskAt(item.task) };
      copy.items.push(kept);
      copy.heapOf(kept).push(kept);
      if (!kept.background) copy.foreground++;
    }
    return copy;
  }

  private heapOf({ idle }: AgendaItem): ItemHeap {
    return idle ? this.idle : this.busy;
  }
}

/** Items by due time; ended ones fall out when they come to the top. */
class ItemHeap {
  private readonly heap: AgendaItem[] = [];

  top(): AgendaItem | undefined {
    for (;;) {
      const top = this.heap[0];
      if (top === undefined || top.ended === undefined) return top;
      this.pop();
    }
  }

  pending(): readonly AgendaItem[] {
    return this.heap.filter(({ ended }) => ended === undefined);
  }

  push(item: AgendaItem): void {
    const heap = this.heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, heap[parent] as AgendaItem)) break;
      heap[at] = heap[parent] as AgendaItem;
      at = parent;
    }
    heap[at] = item;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop() as AgendaItem;
    const size = heap.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1] as AgendaItem, heap[child] as AgendaItem)) child++;
      if (!isBefore(heap[child] as AgendaItem, last)) break;
      heap[at] = heap[child] as AgendaItem;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(left: AgendaItem, right: AgendaItem): boolean {
  return left.at < right.at || (left.at === right.at && left.id < right.id);
}

function isPendingAt(item: AgendaItem, step: number): boolean {
  return item.cause <= step && (item.ended === undefined || item.ended > step);
}
