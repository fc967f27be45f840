import type { Fields } from '../kinds/fields.ts';
import { type ErrorList, forbidden, invalid } from './field.ts';
import { qualifiedName } from './names.ts';

/** Keys whose values come from the pod's own labels (`validateMatchLabelKeysAndMismatchLabelKeys`); a new pod has them in its selector already. */
export function validateLabelKeys(holder: Fields, path: string, errors: ErrorList): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = holder;
  validateKeys(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`, errors);
  validateKeys(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`, errors);
  if (labelSelector !== undefined) validateAgainstSelector(matchLabelKeys, labelSelector, path, errors);
  (matchLabelKeys as readonly string[]).forEach((key, index) => {
    const text = 'exists in both matchLabelKeys and mismatchLabelKeys';
    if (mismatchLabelKeys.includes(key)) errors.push(invalid(`${path}.matchLabelKeys[${index}]`, key, text));
  });
}

function validateKeys(keys: readonly string[], selector: Fields | undefined, path: string, errors: ErrorList): void {
  if (keys.length > 0 && selector === undefined) {
    errors.push(forbidden(path, 'must not be specified when labelSelector is not set'));
    return;
  }
  keys.forEach((key, index) => {
    for (const text of qualifiedName(key)) errors.push(invalid(`${path}[${index}]`, key, text));
  });
}

/** One expression of a key is what the server made of `matchLabelKeys`; with a second one the user named the key twice. */
function validateAgainstSelector(keys: readonly string[], selector: Fields, path: string, errors: ErrorList): void {
  if (keys.length === 0) return;
  const seen = new Set<string>(Object.keys(selector.matchLabels ?? {}));
  for (const { key } of (selector.matchExpressions ?? []) as readonly Fields[]) {
    const index = keys.lastIndexOf(key);
    if (index >= 0 && seen.has(key))
      errors.push(invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
}
