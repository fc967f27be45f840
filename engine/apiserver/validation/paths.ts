/** A relative path that never climbs: what is wrong with it, if anything. */
export function descendingPath(path: string, mayBeAbsolute = false): readonly string[] {
  const wrong: string[] = [];
  if (!mayBeAbsolute && path.startsWith('/')) wrong.push('must be a relative path');
  if (path.split('/').includes('..')) wrong.push("must not contain '..'");
  return wrong;
}

/** As `descendingPath`; names that begin with `..` are the kubelet's own. */
export function unreservedPath(path: string): readonly string[] {
  const wrong = descendingPath(path);
  return path.startsWith('..') && !path.startsWith('../') ? [...wrong, "must not start with '..'"] : wrong;
}
