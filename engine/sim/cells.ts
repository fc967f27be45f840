import type { Memory } from './turn.ts';

interface Version {
  readonly step: number;
  /** When the key came to life, counted in changes of all cells: keys are listed in this order. */
  readonly born: number;
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
      this.history.set(key, [{ step, born: order, value }]);
      return;
    }
    const last = versions[versions.length - 1] as Version;
    const version = { step, born: last.value === undefined ? order : last.born, value };
    // Within one step only the last value counts.
    if (last.step === step) versions[versions.length - 1] = version;
    else versions.push(version);
  }

  readAt(key: string, step: number): unknown {
    return lastUntil(this.history.get(key), step)?.value;
  }

  keys(prefix: string): string[] {
    const group = groupOf(prefix);
    if (group === '') {
      const all: string[] = [];
      for (const cells of this.live.values()) for (const key of cells.keys()) if (key.startsWith(prefix)) all.push(key);
      return all.sort();
    }
    const cells = this.live.get(group);
    if (!cells) return [];
    return group === prefix ? [...cells.keys()] : [...cells.keys()].filter((key) => key.startsWith(prefix));
  }

  keysAt(prefix: string, step: number): string[] {
    const keys = this.aliveAt(step).filter((key) => key.startsWith(prefix));
    return groupOf(prefix) === '' ? keys.sort() : keys;
  }

  /** Keys alive after a step, in the order in which they came to life. */
  private aliveAt(step: number): string[] {
    const alive: { key: string; born: number }[] = [];
    for (const [key, versions] of this.history) {
      const version = lastUntil(versions, step);
      if (version && version.value !== undefined) alive.push({ key, born: version.born });
    }
    return alive.sort((left, right) => left.born - right.born).map((entry) => entry.key);
  }

  fork(step: number): ComponentCells {
    const copy = new ComponentCells();
    for (const [key, versions] of this.history) {
      const kept = versions.filter((version) => version.step <= step);
      if (kept.length > 0) copy.history.set(key, kept);
    }
    for (const key of this.aliveAt(step)) {
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
