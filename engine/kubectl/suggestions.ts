import type { Command } from './command.ts';

/** Commands close to a mistyped one: two edits away at most, or beginning with it. Source: `spf13/cobra`, `SuggestionsFor`. */
export function suggestions(typed: string, commands: readonly Command[]): string[] {
  const wanted = typed.toLowerCase();
  return commands
    .filter(({ hidden }) => !hidden)
    .map((command) => command.name)
    .filter((name) => distance(wanted, name.toLowerCase()) <= 2 || name.toLowerCase().startsWith(wanted));
}

/** Levenshtein distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      next[j] = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + cost);
    }
    row = next;
  }
  return row[other.length] as number;
}
