import { quantityValue } from '../../quantity.ts';
import { CommandFailure } from '../failure.ts';
import { JsonPathError } from '../jsonpath/error.ts';
import { JsonPath } from '../jsonpath/evaluate.ts';
import { logHeader } from '../log-line.ts';
import { goSorted } from './go-sort.ts';
import { relaxedPath } from './relaxed-path.ts';

/** The line of `sorter.go` that gives up, by what it sorts. */
const PLACES = { '*unstructured.Unstructured': 329, '[][][]reflect.Value': 375 };

/** What is sorted, as Go calls it in the message for values that have no order. */
interface Sorting {
  readonly holder: keyof typeof PLACES;
  readonly now: number;
}

/** Values that have no order; the message says of what type. */
class Unsortable extends Error {}

/**
 * Sorts by a field as `--sort-by` does: numbers by value, quantities by amount, text by its letters, missing ones first.
 * Undefined when the path cannot be read or no object has it. Source: `kubectl/pkg/cmd/get/sorter.go`.
 */
export function sortedBy<T>(
  items: readonly T[],
  path: string,
  objectOf: (item: T) => unknown,
  { holder, now }: Sorting,
): T[] | undefined {
  const field = relaxedPath(path);
  try {
    const query = new JsonPath(field);
    const keyed = items.map((item) => ({ item, values: query.values(objectOf(item)) }));
    if (items.length > 0 && keyed.every(({ values }) => values.length === 0)) return undefined;
    return goSorted(keyed, (one, other) => isBefore(one.values, other.values)).map(({ item }) => item);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    if (!(error instanceof Unsortable)) throw error;
    const head = logHeader(now, 'F', `sorter.go:${PLACES[holder]}`);
    throw new CommandFailure(
      `${head} Field ${field} in ${holder} is an unsortable type: interface, err: ${error.message}`,
    );
  }
}

/** What lacks the field comes before everything, be it another that lacks it. */
function isBefore(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length === 0) return true;
  return other.length > 0 && isLess(one[0], other[0]);
}

function isLess(one: unknown, other: unknown): boolean {
  if (other === null) return false;
  if (one === null) return true;
  if (typeof one === 'string' && typeof other === 'string') return isLessText(one, other);
  if (typeof one !== 'string' && typeof one !== 'number') throw new Unsortable(`unsortable type: ${goType(one)}`);
  if (typeof one !== typeof other || Number.isInteger(one) !== Number.isInteger(other))
    throw new Unsortable('unsortable interface: interface');
  return one < (other as typeof one);
}

function goType(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

function isLessText(one: string, other: string): boolean {
  const left = one === '' ? Number.NaN : quantityValue(one);
  const right = other === '' ? Number.NaN : quantityValue(other);
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left < right;
  return one < other;
}
