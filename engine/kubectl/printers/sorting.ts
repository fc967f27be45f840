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

/** A field to sort by that cannot be read, or that nothing has. */
export class NoField extends CommandFailure {}

/**
 * Sorts by a field as `--sort-by` does: numbers by value, quantities by amount, text by its letters, missing ones first.
 * Throws `NoField`, and for values without an order. Source: `kubectl/pkg/cmd/get/sorter.go`.
 */
export function sortedBy<T>(
  items: readonly T[],
  path: string,
  objectOf: (item: T) => unknown,
  { holder, now }: Sorting,
): T[] {
  const { field, query } = queryOf(path);
  const keyed = items.map((item) => ({ item, values: query.values(objectOf(item)) }));
  if (items.length > 0 && keyed.every(({ values }) => values.length === 0)) throw noField(field);
  try {
    return goSorted(keyed, (one, other) => isBefore(one.values, other.values)).map(({ item }) => item);
  } catch (error) {
    if (!(error instanceof Unsortable)) throw error;
    const head = logHeader(now, 'F', `sorter.go:${PLACES[holder]}`);
    throw new CommandFailure(
      `${head} Field ${field} in ${holder} is an unsortable type: interface, err: ${error.message}`,
    );
  }
}

/** Nothing has the field that is sorted by. */
export function noField(field: string): NoField {
  return new NoField(`error: couldn't find any field with path ${JSON.stringify(field)} in the list of objects`);
}

function queryOf(path: string): { field: string; query: JsonPath } {
  try {
    const field = relaxedPath(path);
    return { field, query: new JsonPath(field) };
  } catch (error) {
    if (error instanceof JsonPathError) throw new NoField(`error: ${error.message}`);
    if (error instanceof CommandFailure) throw new NoField(error.text);
    throw error;
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
