import { expandText, expandWords, keyOf } from './expand.ts';
import { arrayOf, asArray, element, type Running, type Shell, setArray, setElement } from './shell.ts';
import { SUBSTITUTIONS } from './subshell.ts';
import type { ArrayElement, Assignment } from './syntax.ts';

/** `x[1]=…`, `x=(…)`, and both with `+=`. */
export function* assignArray(shell: Shell, { name, word, append, subscript, elements }: Assignment): Running<void> {
  if (subscript !== undefined) {
    const key = keyOf(shell, name, yield* expandText(shell, subscript, SUBSTITUTIONS));
    const text = yield* expandText(shell, word, SUBSTITUTIONS);
    setElement(shell, name, key, append ? (element(asArray(shell, name), key) ?? '') + text : text);
    return;
  }
  const isAssociative = arrayOf(shell, name)?.isAssociative === true;
  if (!append) setArray(shell, name, { isAssociative, items: {} });
  else setArray(shell, name, asArray(shell, name));
  const last = Object.keys(asArray(shell, name).items).pop();
  let next = isAssociative || last === undefined ? 0 : Number(last) + 1;
  for (const { key, text } of yield* expanded(shell, name, elements ?? [])) {
    setElement(shell, name, key ?? String(next), text);
    next = Number(key ?? next) + 1;
  }
}

function* expanded(
  shell: Shell,
  name: string,
  elements: readonly ArrayElement[],
): Running<{ readonly key?: string; readonly text: string }[]> {
  const result: { readonly key?: string; readonly text: string }[] = [];
  for (const { key, word } of elements) {
    if (key === undefined) {
      for (const text of yield* expandWords(shell, [word], SUBSTITUTIONS)) result.push({ text });
      continue;
    }
    const place = keyOf(shell, name, yield* expandText(shell, key, SUBSTITUTIONS));
    result.push({ key: place, text: yield* expandText(shell, word, SUBSTITUTIONS) });
  }
  return result;
}
