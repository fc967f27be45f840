import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./sessions/', import.meta.url);

/** Names of the console sessions recorded on a real cluster. All must compare equal: a new file is a new test. */
export const recordings: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.case'))
  .map((file) => file.slice(0, -'.case'.length))
  .sort();

/** What is typed in a session (`case`), or what came of it (`txt`). */
export function recording(name: string, part: 'case' | 'txt'): string {
  return readFileSync(new URL(`${name}.${part}`, folder), 'utf8');
}
