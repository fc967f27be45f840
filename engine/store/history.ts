/** One version of a value: what it was from `revision` on, until the next version. `undefined` marks a deletion. */
interface Version<T> {
  readonly revision: number;
  readonly value: T | undefined;
}

/** The versions of one key, oldest first. */
export type Chain<T> = Version<T>[];

/** The version in force at `revision`. Searches from the newest end first: most readers are only slightly behind. */
export function versionAt<T>(chain: Chain<T>, revision: number): Version<T> | undefined {
  let high = chain.length - 1;
  for (let tries = 0; tries < 4 && high >= 0; tries++, high--) {
    const version = chain[high] as Version<T>;
    if (version.revision <= revision) return version;
  }
  let low = 0;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((chain[middle] as Version<T>).revision <= revision) low = middle + 1;
    else high = middle - 1;
  }
  return chain[high];
}

/** The chain as it stood at `revision`, sharing every value. */
export function chainUntil<T>(chain: Chain<T>, revision: number): Chain<T> {
  const end = chain.length;
  if (end === 0 || (chain[end - 1] as Version<T>).revision <= revision) return chain.slice();
  return chain.filter((version) => version.revision <= revision);
}
