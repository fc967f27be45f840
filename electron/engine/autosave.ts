import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Keeps a session on the disk. A write is whole or not at all: it goes to a second file that then takes the place of the first. */
export class Autosave {
  private readonly path: string;
  private last: string | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** What was saved last; undefined when there is nothing. */
  read(): string | undefined {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8') : undefined;
  }

  write(text: string): void {
    if (text === this.last) return;
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(`${this.path}.new`, text);
    renameSync(`${this.path}.new`, this.path);
    this.last = text;
  }

  /** Moves a file that cannot be opened out of the way, so that neither it nor an earlier such file is lost. Answers its new path. */
  setAside(): string {
    let aside = `${this.path}.damaged`;
    for (let count = 2; existsSync(aside); count++) aside = `${this.path}.damaged-${count}`;
    renameSync(this.path, aside);
    return aside;
  }
}
