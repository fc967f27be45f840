import type { ObjectReference, ObjectRow } from '../../engine/protocol/views.ts';

/** An object's name in a line of output: where it stands (columns from 0, end excluded) and whose it is. */
export interface ObjectLink {
  readonly start: number;
  readonly end: number;
  readonly object: ObjectReference;
}

/** What names are made of, with the `kind/` that kubectl puts before them. */
const WORD = /[a-z0-9][a-z0-9.:/-]*[a-z0-9]|[a-z0-9]/gi;

/** Kinds that are meant first when several objects share a name, as a Deployment and its Service often do. */
const FIRST = ['pods', 'deployments.apps', 'services', 'nodes', 'namespaces'];

/**
 * The names of existing objects in a line: `pod/web`, `deployment.apps/web` and `web` alone. Words that merely look like
 * names are left alone: only objects of the shown moment are linked.
 */
export function objectLinks(line: string, objects: ReadonlyMap<string, readonly ObjectRow[]>): readonly ObjectLink[] {
  const links: ObjectLink[] = [];
  for (const match of line.matchAll(WORD)) {
    const [word] = match;
    const slash = word.indexOf('/');
    const kind = word.slice(0, Math.max(slash, 0)).split('.')[0]?.toLowerCase() ?? '';
    const candidates = objects.get(word.slice(slash + 1));
    const row = candidates?.find((candidate) => kind === '' || isNamed(candidate, kind));
    if (!row) continue;
    const { resource, namespace, name } = row;
    links.push({ start: match.index, end: match.index + word.length, object: { resource, namespace, name } });
  }
  return links;
}

function isNamed({ resource, kind }: ObjectRow, word: string): boolean {
  return kind.toLowerCase() === word || resource.split('.')[0] === word;
}

type RowsByName = ReadonlyMap<string, readonly ObjectRow[]>;

const known = new WeakMap<ReadonlyMap<string, ObjectRow>, RowsByName>();

/** The rows of a session by name, put together once for as long as none changes: every line pointed at asks. */
export function namesOf(rows: ReadonlyMap<string, ObjectRow>): RowsByName {
  let names = known.get(rows);
  if (names === undefined) {
    names = rowsByName(rows.values());
    known.set(rows, names);
  }
  return names;
}

/** Rows by name; those that are meant first stand first. */
export function rowsByName(rows: Iterable<ObjectRow>): RowsByName {
  const byName = new Map<string, ObjectRow[]>();
  for (const row of rows) {
    const known = byName.get(row.name);
    if (known) known.push(row);
    else byName.set(row.name, [row]);
  }
  const rank = ({ resource }: ObjectRow) => (FIRST.includes(resource) ? FIRST.indexOf(resource) : FIRST.length);
  for (const known of byName.values()) known.sort((left, right) => rank(left) - rank(right));
  return byName;
}
