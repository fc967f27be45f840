import i18next, { type TFunction, type TOptions } from 'i18next';
import { patternOf, type Text } from '../../engine/sentence.ts';

/** The namespace of the engine's sentences; the keys are their English patterns. */
export const SENTENCES = 'sentences';

/**
 * What the engine says, in the window's language; components pass their `t`, so that they are drawn anew in another. The
 * pattern of a sentence is its own English text.
 */
export function said(text: Text, t: TFunction = i18next.t): string {
  if (typeof text === 'string') return text;
  const options: TOptions = { ns: SENTENCES, nsSeparator: false, keySeparator: false };
  for (const [index, value] of text.values.entries()) {
    options[index + 1] = typeof value === 'number' ? value : said(value, t);
  }
  return t(patternOf(text.parts), options);
}
