import type { Memory } from './turn.ts';

interface Version {
  readonly step: number;
  /** Counts all changes of all cells: the order in which keys came to life within one step. */
  readonly order: number;
  readonly value: unknown;
}

/** `pod/1234` belongs to the group `pod/`: listing by prefix then looks only at keys of one group. */
function groupOf(key: string): string {
  return key.slice(0, key.indexOf('/') + 1);
}

/** Every version of every cell of one component. */
class ComponentCells {
  readonly live = new Map<string, Map<string, unknown>>();
  readonly history = new Map<string, Version[]>();

  read(key: string): unknown {
    return this.live.get(groupOf(key))?.get(key);
  }

  write(key: string, value: unknown, step: number, order: number): void {
    this.record(key, value, step, order);
    const group = groupOf(key);
    let cells = this.live.get(group);
    if (value === undefined) {
      cells?.delete(key);
      return;
    }
    if (!cells) {
      cells = new Map();
      this.live.set(group, cells);
    }
    cells.set(key, value);
  }

  private record(key: string, value: unknown, step: number, order: number): void {
    const versions = this.history.get(key);
    if (!versions) {
      this.history.set(key, [{ step, order, value }]);
      return;
    }
    const last = versions[versions.length - 1] as Version;
    // Within one step only the last value counts; a key that lived before the write keeps its place in the order.
    if (last.step === step) versions[versions.length - 1] = { step, order: last.value === undefined ? order : last.order, value };
    else versions.push({ step, order, value });
  }

  readAt(key: string, step: number): unknown {
    return lastUntil(this.history.get(key), step)?.value;
  }

  keys(prefix: string): string[] {
    const group = groupOf(prefix);
    if (group === '') {
      const all: string[] = [];
      for (const cells of this.live.values()) for (const key of cells.keys()) if (key.startsWith(prefix)) all.push(key);
      return all;
    }
    const cells = this.live.get(group);
    if (!cells) return [];
    return group === prefix ? [...cells.keys()] : [...cells.keys()].filter((key) => key.startsWith(prefix));
  }

  /** Keys alive after `step`, in the order in which they came to life. */
  keysAt(prefix: string, step: number): string[] {
    const alive: { key: string; order: number }[] = [];
    for (const [key, versions] of this.history) {
      if (!key.startsWith(prefix)) continue;
      const order = birthOrder(versions, step);
      if (order !== undefined) alive.push({ key, order });
    }
    return alive.sort((left, right) => left.order - right.order).map((entry) => entry.key);
  }

  fork(step: number): ComponentCells {
    const copy = new ComponentCells();
    for (const [key, versions] of this.history) {
      const kept = versions.filter((version) => version.step <= step);
      if (kept.length > 0) copy.history.set(key, kept);
    }
    for (const key of this.keysAt('', step)) {
      const group = groupOf(key);
      const cells = copy.live.get(group) ?? new Map<string, unknown>();
      copy.live.set(group, cells.set(key, this.readAt(key, step)));
    }
    return copy;
  }
}

function lastUntil(versions: readonly Version[] | undefined, step: number): Version | undefined {
  if (!versions) return undefined;
  let low = 0;
  let high = versions.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((versions[middle] as Version).step <= step) low = middle + 1;
    else high = middle - 1;
  }
  return versions[high];
}

/** The change that brought the key to life, if it is alive after `step`. */
function birthOrder(versions: readonly Version[], step: number): number | undefined {
  let order: number | undefined;
  for (const version of versions) {
    if (version.step > step) break;
    if (version.value === undefined) order = undefined;
    else order ??= version.order;
  }
  return order;
}

/**
 * The memory of all components, each cell with all its versions: a step that changes one cell adds one version, and
 * every older step stays readable.
 */
export class Cells {
  private readonly components = new Map<string, ComponentCells>();
  private changes = 0;

  /** The memory of a component at the head, writable; `step` tells the number of the step being executed. */
  memory(component: string, step: () => number): Memory {
    const cells = this.cellsOf(component);
    return {
      get: <T>(key: string) => cells.read(key) as T | undefined,
      set: (key, value) => {
        if (cells.read(key) !== value) cells.write(key, value, step(), ++this.changes);
      },
      delete: (key) => {
        if (cells.read(key) !== undefined) cells.write(key, undefined, step(), ++this.changes);
      },
      keys: (prefix) => cells.keys(prefix),
    };
  }

  /** The memory of a component as it was after a step; read-only. */
  memoryAt(component: string, step: number): Pick<Memory, 'get' | 'keys'> {
    const cells = this.cellsOf(component);
    return {
      get: <T>(key: string) => cells.readAt(key, step) as T | undefined,
      keys: (prefix) => cells.keysAt(prefix, step),
    };
  }

  /** Components that have ever remembered anything, sorted. */
  names(): string[] {
    return [...this.components.keys()].sort();
  }

  fork(step: number): Cells {
    const copy = new Cells();
    for (const [name, cells] of this.components) copy.components.set(name, cells.fork(step));
    copy.changes = this.changes;
    return copy;
  }

  private cellsOf(component: string): ComponentCells {
    let cells = this.components.get(component);
    if (!cells) {
      cells = new ComponentCells();
      this.components.set(component, cells);
    }
    return cells;
  }
}
