import type { Invocation } from '../process/program.ts';
import { exists } from './files.ts';
import type { Task } from './task.ts';

/** Runs `kubectl-foo-bar` for `kubectl foo bar …`, the longest name that is in the path; undefined when there is none. */
export function* runPlugin(words: readonly string[], invocation: Invocation): Task<number | undefined> {
  const firstFlag = words.findIndex((word) => word.startsWith('-'));
  const names = (firstFlag < 0 ? words : words.slice(0, firstFlag)).map((word) => word.replaceAll('-', '_'));
  for (let count = names.length; count > 0; count--) {
    const path = yield* lookUp(`kubectl-${names.slice(0, count).join('-')}`, invocation);
    if (path) return (yield { call: 'run', argv: [path, ...words.slice(count)] }) as number;
  }
  return undefined;
}

function* lookUp(program: string, invocation: Invocation): Task<string | undefined> {
  for (const directory of (invocation.environment.PATH ?? '').split(':')) {
    if (directory && (yield* exists(`${directory}/${program}`))) return `${directory}/${program}`;
  }
  return undefined;
}
