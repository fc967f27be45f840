/** A template that cannot be parsed, or that finds no value where it must. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}
