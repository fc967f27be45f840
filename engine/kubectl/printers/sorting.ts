import { quantityValue } from '../../quantity.ts';
import { JsonPathError } from '../jsonpath/error.ts';
import { JsonPath } from '../jsonpath/evaluate.ts';
import { relaxedPath } from './relaxed-path.ts';

/**
 * Sorts by a field as `--sort-by` does: numbers by value, quantities by amount, text by its letters,
 * missing ones first. Undefined when the path cannot be read or no object has it.
 */
export function sortedBy<T>(items: readonly T[], path: string, objectOf: (item: T) => unknown): T[] | undefined {
  try {
    const query = new JsonPath(relaxedPath(path));
    const keyed = items.map((item) => ({ item, key: query.values(objectOf(item))[0] }));
    if (items.length > 0 && keyed.every(({ key }) => key === undefined)) return undefined;
    return keyed.sort((one, other) => compareValues(one.key, other.key)).map(({ item }) => item);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function compareValues(one: unknown, other: unknown): number {
  if (one === undefined || one === null) return other === undefined || other === null ? 0 : -1;
  if (other === undefined || other === null) return 1;
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  if (one === other) return 0;
  return (one as number) < (other as number) ? -1 : 1;
}

function compareTexts(one: string, other: string): number {
  const left = one === '' ? Number.NaN : quantityValue(one);
  const right = other === '' ? Number.NaN : quantityValue(other);
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return one < other ? -1 : Number(one > other);
}
