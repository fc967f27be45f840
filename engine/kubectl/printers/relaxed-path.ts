/** `metadata.name`, `.metadata.name` and `{.metadata.name}` are the same path for `--sort-by` and custom columns. */
export function relaxedPath(path: string): string {
  const inner = path.startsWith('{') && path.endsWith('}') ? path.slice(1, -1) : path;
  return `{${inner.startsWith('.') || inner.startsWith('$') || inner.startsWith('@') ? '' : '.'}${inner}}`;
}
