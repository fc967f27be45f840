import { RE2JS } from '@bufbuild/re2';

/** A regular expression in RE2's syntax, as Go's `regexp` reads it. */
export interface Pattern {
  test(text: string): boolean;
}

const compiled = new Map<string, Pattern>();

/** A pattern, ready for use; one that can't be read matches nothing. What is remembered follows from the text alone. */
export function compiledPattern(text: string): Pattern {
  let pattern = compiled.get(text);
  if (pattern === undefined) {
    pattern = patternError(text) === undefined ? RE2JS.compile(text) : { test: () => false };
    compiled.set(text, pattern);
  }
  return pattern;
}

/** What is wrong with a pattern, in the words of Go's `regexp`. */
export function patternError(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
