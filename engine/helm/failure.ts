/** A failure that Helm tells with `Error:` before it. */
export class HelmFailure extends Error {
  override readonly name = 'HelmFailure';
}
