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
  /** Versions by key, oldest first; the last one is the live value. */
  private readonly versions = new Map<string, Version[]>();
  /** Living keys by group, each group in the order in which its keys came to life; as of the last listing. */
  private readonly groups = new Map<string, Set<string>>();
  /** Keys that came to life or died since then, in order: most components are read and written but rarely listed. */
  private turnover: string[] = [];

  read(key: string): unknown {
    const versions = this.versions.get(key);
    return versions === undefined ? undefined : (versions[versions.length - 1] as Version).value;
  }

  /** Makes a new version; `undefined` deletes. False when the value is the same as before. */
  write(key: string, value: unknown, step: number, order: number): boolean {
    const versions = this.versions.get(key);
    const last = versions?.[versions.length - 1];
    if (last?.value === value) return false;
    if (last?.value === undefined || value === undefined) this.turnover.push(key);
    const version = { step, born: last?.value === undefined ? order : last.born, value };
    if (versions === undefined) this.versions.set(key, [version]);
    // Within one step only the last value counts.
    else if (last?.step === step) versions[versions.length - 1] = version;
    else versions.push(version);
    return true;
  }

  /** Brings the groups up to date: a key that lives has its place where it last came to life. */
  private regroup(): void {
    for (const key of this.turnover) {
      const group = groupOf(key);
      const keys = this.groups.get(group) ?? new Set();
      this.groups.set(group, keys);
      keys.delete(key);
      if (this.read(key) !== undefined) keys.add(key);
    }
    this.turnover = [];
  }

  readAt(key: string, step: number): unknown {
    return lastUntil(this.versions.get(key), step)?.value;
  }

  keys(prefix: string): string[] {
    if (this.turnover.length > 0) this.regroup();
    const group = groupOf(prefix);
    if (group === '') {
      const all: string[] = [];
      for (const keys of this.groups.values()) for (const key of keys) if (key.startsWith(prefix)) all.push(key);
      return all.sort();
    }
    const keys = this.groups.get(group);
    if (!keys) return [];
    return group === prefix ? [...keys] : [...keys].filter((key) => key.startsWith(prefix));
  }

  keysAt(prefix: string, step: number): string[] {
    const alive: { readonly key: string; readonly born: number }[] = [];
    for (const [key, versions] of this.versions) {
      if (!key.startsWith(prefix)) continue;
      const version = lastUntil(versions, step);
      if (version?.value !== undefined) alive.push({ key, born: version.born });
    }
    if (groupOf(prefix) !== '') alive.sort((left, right) => left.born - right.born);
    const keys = alive.map(({ key }) => key);
    return groupOf(prefix) === '' ? keys.sort() : keys;
  }

  fork(step: number): ComponentCells {
    const copy = new ComponentCells();
    const alive: { readonly key: string; readonly born: number }[] = [];
    for (const [key, versions] of this.versions) {
      const kept = versionsUntil(versions, step);
      const last = kept[kept.length - 1];
      if (last === undefined) continue;
      copy.versions.set(key, kept);
      if (last.value !== undefined) alive.push({ key, born: last.born });
    }
    copy.turnover = alive.sort((left, right) => left.born - right.born).map(({ key }) => key);
    return copy;
  }
}

function versionsUntil(versions: readonly Version[], step: number): Version[] {
  const count = versions.length;
  return (versions[count - 1] as Version).step <= step
    ? versions.slice()
    : versions.filter((version) => version.step <= step);
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
        if (cells.write(key, value, step(), this.changes + 1)) this.changes++;
      },
      delete: (key) => {
        if (cells.write(key, undefined, step(), this.changes + 1)) this.changes++;
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
