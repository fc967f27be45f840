import { schemaFor } from '../apiserver/schema/schemas.ts';
import type { Invocation } from '../process/program.ts';
import { apiVersionOf, type Mapping } from './discovery.ts';
import { join, readText } from './files.ts';
import type { FlagValues } from './flags.ts';
import type { Task } from './task.ts';

/** Who remembers, and of which server. */
interface Rememberer {
  readonly invocation: Invocation;
  readonly flags: FlagValues;
  connection(): Task<{ readonly server: string }>;
}

/**
 * kubectl keeps what a server serves for hours, and asks again only for a name it doesn't find: resources that have gone
 * are still known to it. Only those of definitions can go, so only those are kept.
 */
export function* remembered(rememberer: Rememberer, served: readonly Mapping[]): Task<readonly Mapping[]> {
  const path = yield* cachePath(rememberer);
  const text = (yield* readText(path)) ?? '[]';
  const before = mappingsIn(text);
  const added = served.filter((mapping) => schemaFor(apiVersionOf(mapping), mapping.kind) === undefined);
  const gone = before.filter((one) => !served.some((other) => isSame(one, other)));
  const now = JSON.stringify([...added, ...gone]);
  if (now !== text) {
    yield { call: 'makeDirectory', path: path.slice(0, path.lastIndexOf('/')), parents: true };
    yield { call: 'writeFile', path, text: now };
  }
  return gone;
}

/** `~/.kube/cache/discovery/10.0.0.2_6443/resources.json`. */
function* cachePath(rememberer: Rememberer): Task<string> {
  const { environment, directory } = rememberer.invocation;
  const named = rememberer.flags.string('cache-dir');
  const root = named === '' ? `${environment.HOME ?? '/root'}/.kube/cache` : join(directory, named);
  const { server } = yield* rememberer.connection();
  return `${root}/discovery/${server.replace(/^https?:\/\//, '').replace(/[^\w.-]/g, '_')}/resources.json`;
}

function mappingsIn(text: string): readonly Mapping[] {
  try {
    return JSON.parse(text) as Mapping[];
  } catch {
    return [];
  }
}

function isSame(one: Mapping, other: Mapping): boolean {
  return one.group === other.group && one.version === other.version && one.resource === other.resource;
}
