/**
 * One of our own sentences as data: the fixed parts and what stands between them. The engine knows no languages: whoever
 * shows a sentence looks its pattern up in the learner's. What Kubernetes says in its own words is no sentence of ours,
 * at most a value in one.
 */
export interface Sentence {
  readonly parts: readonly string[];
  readonly values: readonly (string | number | Sentence)[];
}

/** What the window shows: a sentence of ours, or words that are the same in every language. */
export type Text = string | Sentence;

/** Tag of a sentence: say`started ${component}`. The parts are shared by all uses of one template: no text is put together. */
export function say(parts: TemplateStringsArray, ...values: Sentence['values']): Sentence {
  return { parts, values };
}

/** A text in English, the language in which sentences are written. */
export function english(text: Text): string {
  if (typeof text === 'string') return text;
  let whole = text.parts[0] ?? '';
  for (const [index, value] of text.values.entries()) {
    whole += `${typeof value === 'number' ? value : english(value)}${text.parts[index + 1] ?? ''}`;
  }
  return whole;
}

/** What a sentence has in common with all others of its template: `started {{1}}`. */
export function patternOf(parts: readonly string[]): string {
  return parts.map((part, index) => (index === 0 ? part : `{{${index}}}${part}`)).join('');
}
