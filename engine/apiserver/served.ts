import type { Kind } from './kinds/kind.ts';
import { KINDS } from './kinds/kinds.ts';

const BY_PATH: ReadonlyMap<string, Kind> = new Map(
  KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]),
);

/** The kind served under a group, version and plural name. */
export function servedKind(group: string, version: string, plural: string): Kind | undefined {
  return BY_PATH.get(`${group}/${version}/${plural}`);
}

/** All served kinds, in the order of discovery. */
export function servedKinds(): readonly Kind[] {
  return KINDS;
}
