import type { Memory } from './turn.ts';

interface Version {
  readonly step: number;
  /** When the key came to life, counted in changes of all cells: keys are listed in this order. */
  readonly born: number;
  readonly value: unknown;
  readonly older: Version | undefined;
}

/** One version of a cell, with the value it took the place of. */
export interface CellVersion {
  readonly key: string;
  readonly step: number;
  readonly value: unknown;
  readonly before: unknown;
}

/** The live value of a key with its version; the versions before it hang on it, newest first, and forks share them. */
class Cell implements Version {
  step: number;
  born: number;
  value: unknown;
  older: Version | undefined;

  constructor(step: number, born: number, value: unknown, older?: Version) {
    this.step = step;
    this.born = born;
    this.value = value;
    this.older = older;
  }

  /** Makes a new version; within one step only the last value counts. */
  write(step: number, born: number, value: unknown): void {
    if (this.step !== step) {
      this.older = { step: this.step, born: this.born, value: this.value, older: this.older };
    }
    this.step = step;
    this.born = born;
    this.value = value;
  }

  /** The version in force after a step. */
  at(step: number): Version | undefined {
    let version: Version | undefined = this;
    while (version !== undefined && version.step > step) version = version.older;
    return version;
  }

  /** A cell of its own that ends with a step; undefined when it did not exist yet. */
  fork(step: number): Cell | undefined {
    const last = this.at(step);
    return last && new Cell(last.step, last.born, last.value, last.older);
  }
}

/** `pod/1234` belongs to the group `pod/`: listing by prefix then looks only at keys of one group. */
function groupOf(key: string): string {
  return key.slice(0, key.indexOf('/') + 1);
}

/** Every version of every cell of one component. */
class ComponentCells {
  private readonly cells = new Map<string, Cell>();
  /** Living keys of the groups that were ever listed, each in the order in which they came to life; as of the last listing. */
  private readonly groups = new Map<string, Set<string>>();
  /** Keys that came to life or died since then, in order: most of what is read and written is rarely listed. */
  private turnover: string[] = [];

  read(key: string): unknown {
    return this.cells.get(key)?.value;
  }

  /** Makes a new version; `undefined` deletes. False when the value is the same as before. */
  write(key: string, value: unknown, step: number, order: number): boolean {
    const cell = this.cells.get(key);
    if (cell === undefined) {
      if (value === undefined) return false;
      this.cells.set(key, new Cell(step, order, value));
      this.turn(key);
      return true;
    }
    if (cell.value === value) return false;
    const isBirth = cell.value === undefined;
    if (isBirth || value === undefined) this.turn(key);
    cell.write(step, isBirth ? order : cell.born, value);
    return true;
  }

  /** A key came to life or died. */
  private turn(key: string): void {
    if (this.groups.size > 0) this.turnover.push(key);
  }

  /** Brings the groups that are asked for up to date: a key that lives has its place where it last came to life. */
  private regroup(): void {
    const { turnover } = this;
    for (let at = 0; at < turnover.length; at++) {
      const key = turnover[at] as string;
      const keys = this.groups.get(groupOf(key));
      if (keys === undefined) continue;
      keys.delete(key);
      if (this.read(key) !== undefined) keys.add(key);
    }
    this.turnover = [];
  }

  /** The living keys of a group, found among all keys at the first question and kept up to date from then on. */
  private groupKeys(group: string): Set<string> {
    const known = this.groups.get(group);
    if (known !== undefined) return known;
    const living: [string, Cell][] = [];
    for (const found of this.cells) if (found[1].value !== undefined && found[0].startsWith(group)) living.push(found);
    const keys = new Set(living.sort((left, right) => left[1].born - right[1].born).map(([key]) => key));
    this.groups.set(group, keys);
    return keys;
  }

  find(key: string): Cell | undefined {
    return this.cells.get(key);
  }

  readAt(key: string, step: number): unknown {
    return this.cells.get(key)?.at(step)?.value;
  }

  keys(prefix: string): string[] {
    if (this.turnover.length > 0) this.regroup();
    const group = groupOf(prefix);
    if (group === '') return this.keysAcrossGroups(prefix);
    const keys = this.groupKeys(group);
    return group === prefix ? [...keys] : [...keys].filter((key) => key.startsWith(prefix));
  }

  private keysAcrossGroups(prefix: string): string[] {
    const keys: string[] = [];
    for (const [key, cell] of this.cells) if (cell.value !== undefined && key.startsWith(prefix)) keys.push(key);
    return keys.sort();
  }

  /** All versions after a step of the cells with a prefix, in order of their steps. */
  versions(prefix: string, after: number): CellVersion[] {
    const found: CellVersion[] = [];
    for (const [key, cell] of this.cells) {
      if (cell.step <= after || !key.startsWith(prefix)) continue;
      let version: Version | undefined = cell;
      for (; version !== undefined && version.step > after; version = version.older)
        found.push({ key, step: version.step, value: version.value, before: version.older?.value });
    }
    return found.sort((left, right) => left.step - right.step);
  }

  keysAt(prefix: string, step: number): string[] {
    const alive: { readonly key: string; readonly born: number }[] = [];
    for (const [key, cell] of this.cells) {
      if (!key.startsWith(prefix)) continue;
      const version = cell.at(step);
      if (version?.value !== undefined) alive.push({ key, born: version.born });
    }
    if (groupOf(prefix) !== '') alive.sort((left, right) => left.born - right.born);
    const keys = alive.map(({ key }) => key);
    return groupOf(prefix) === '' ? keys.sort() : keys;
  }

  fork(step: number): ComponentCells {
    const copy = new ComponentCells();
    for (const [key, cell] of this.cells) {
      const kept = cell.fork(step);
      if (kept !== undefined) copy.cells.set(key, kept);
    }
    return copy;
  }
}

/** A cell found once: it stays where it is for ever. */
export class Slot<T> {
  private readonly cells: ComponentCells;
  private readonly key: string;
  private cell: Cell | undefined = undefined;

  constructor(cells: ComponentCells, key: string) {
    this.cells = cells;
    this.key = key;
  }

  get value(): T | undefined {
    return this.found()?.value as T | undefined;
  }

  /** Makes a new version of a cell that has one already; false when it has none yet. */
  overwrite(value: T, step: number): boolean {
    const cell = this.found();
    if (cell === undefined) return false;
    cell.write(step, cell.born, value);
    return true;
  }

  private found(): Cell | undefined {
    this.cell ??= this.cells.find(this.key);
    return this.cell;
  }
}

/** Counts the changes of all cells. */
interface Changes {
  count: number;
}

/** The memory of a component at the head. */
class ComponentMemory implements Memory {
  private readonly cells: ComponentCells;
  private readonly changes: Changes;
  private readonly step: () => number;

  constructor(cells: ComponentCells, changes: Changes, step: () => number) {
    this.cells = cells;
    this.changes = changes;
    this.step = step;
  }

  get<T>(key: string): T | undefined {
    return this.cells.read(key) as T | undefined;
  }

  set(key: string, value: unknown): void {
    if (this.cells.write(key, value, this.step(), this.changes.count + 1)) this.changes.count++;
  }

  delete(key: string): void {
    this.set(key, undefined);
  }

  keys(prefix: string): string[] {
    return this.cells.keys(prefix);
  }
}

/**
 * The memory of all components, each cell with all its versions: a step that changes one cell adds one version, and
 * every older step stays readable.
 */
export class Cells {
  private readonly components = new Map<string, ComponentCells>();
  private readonly changes: Changes = { count: 0 };

  /** The memory of a component at the head, writable; `step` tells the number of the step being executed. */
  memory(component: string, step: () => number): Memory {
    return new ComponentMemory(this.cellsOf(component), this.changes, step);
  }

  /** One cell of a component's memory, for those who look at it all the time. */
  slot<T>(component: string, key: string): Slot<T> {
    return new Slot<T>(this.cellsOf(component), key);
  }

  /** The memory of a component as it was after a step; read-only. */
  memoryAt(component: string, step: number): Pick<Memory, 'get' | 'keys'> {
    const cells = this.cellsOf(component);
    return {
      get: <T>(key: string) => cells.readAt(key, step) as T | undefined,
      keys: (prefix) => cells.keysAt(prefix, step),
    };
  }

  /** All versions after a step of a component's cells with a prefix, oldest first. */
  versions(component: string, prefix: string, after: number): CellVersion[] {
    return this.cellsOf(component).versions(prefix, after);
  }

  /** Components that have ever remembered anything, sorted. */
  names(): string[] {
    return [...this.components.keys()].sort();
  }

  fork(step: number): Cells {
    const copy = new Cells();
    for (const [name, cells] of this.components) copy.components.set(name, cells.fork(step));
    copy.changes.count = this.changes.count;
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
