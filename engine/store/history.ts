/** One version of a value: what it was from `revision` on, until the next version. `undefined` marks a deletion. */
export interface Version<T> {
  readonly revision: number;
  readonly value: T | undefined;
  readonly older: Version<T> | undefined;
}

/**
 * A value with all its versions. They hang together from the newest to the oldest, so that a fork shares what lies before
 * it, and most readers, being only slightly behind, find theirs at once.
 */
export class History<T> implements Version<T> {
  revision: number;
  value: T | undefined;
  older: Version<T> | undefined;

  constructor(revision: number, value: T | undefined, older?: Version<T>) {
    this.revision = revision;
    this.value = value;
    this.older = older;
  }

  write(revision: number, value: T | undefined): void {
    this.older = { revision: this.revision, value: this.value, older: this.older };
    this.revision = revision;
    this.value = value;
  }

  /** The version in force at `revision`; undefined before the first. */
  at(revision: number): Version<T> | undefined {
    let version: Version<T> | undefined = this;
    while (version !== undefined && version.revision > revision) version = version.older;
    return version;
  }

  /** All versions, oldest first. */
  versions(): readonly Version<T>[] {
    const all: Version<T>[] = [];
    for (let version: Version<T> | undefined = this; version !== undefined; version = version.older) all.push(version);
    return all.reverse();
  }

  /** A history of its own that ends at `revision`; undefined when it did not exist yet. */
  fork(revision: number): History<T> | undefined {
    const last = this.at(revision);
    return last && new History(last.revision, last.value, last.older);
  }
}
