import { failure } from '../failure.ts';

const NO_PATH =
  "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";

/**
 * `metadata.name`, `.metadata.name` and `{.metadata.name}` are the same path for `--sort-by` and custom columns; an
 * empty one finds nothing.
 */
export function relaxedPath(path: string): string {
  if (path === '') return '';
  if (!/^(\{\.?[^{}]+\}|\.?[^{}]+)$/.test(path)) throw failure(NO_PATH);
  const inner = path.startsWith('{') && path.endsWith('}') ? path.slice(1, -1) : path;
  return `{${inner.startsWith('.') || inner.startsWith('$') || inner.startsWith('@') ? '' : '.'}${inner}}`;
}
