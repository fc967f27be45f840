/** The pattern that a text with `*` (anything) and `?` (one character) stands for. */
export function wildcard(text: string): RegExp {
  const pattern = text
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's');
}
