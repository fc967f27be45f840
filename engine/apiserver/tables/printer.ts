import { since } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';

/** A column of a server-side table. `priority` 1 columns show with `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** `null` prints as `<none>`: a custom resource without the field. */
export type Cell = string | number | boolean | null;

export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** How one kind is printed: its columns, and the cells of a row in the same order. */
export interface Printer {
  readonly columns: readonly Column[];
  readonly cells: (object: KubeObject, now: number) => readonly Cell[];
  readonly conditions?: (object: KubeObject) => readonly RowCondition[];
}

export const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique among its kind and namespace.',
  priority: 0,
};
export const AGE: Column = column('Age', 'Time since the object was created.');
export const NONE = '<none>';
export const UNSET = '<unset>';

/** A column of strings that shows always. */
export function column(name: string, description: string, type: Column['type'] = 'string'): Column {
  return { name, type, format: '', description, priority: 0 };
}

/** A column that shows with `-o wide` only. */
export function wideColumn(name: string, description: string): Column {
  return { name, type: 'string', format: '', description, priority: 1 };
}

/** Columns that every workload ends with in wide output. */
export const CONTAINERS: readonly Column[] = [
  wideColumn('Containers', 'Names of the containers in the pod template.'),
  wideColumn('Images', 'Images of the containers in the pod template.'),
];

export const SELECTOR = wideColumn('Selector', 'Which objects belong to this one.');

/** Time since the object's creation. */
export function age(object: KubeObject, now: number): string {
  return since(object.metadata.creationTimestamp, now);
}

/** `[names, images]` of a pod template's containers, comma separated. */
export function containerCells(
  template: { readonly spec?: { readonly containers?: readonly { name: string; image?: string }[] } } | undefined,
): readonly [string, string] {
  const containers = template?.spec?.containers ?? [];
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image ?? '').join(',')];
}

/** A plain map as a selector: `a=b,c=d`, or `<none>`. */
export function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(map ?? {}).sort();
  return keys.length === 0 ? NONE : keys.map((key) => `${key}=${map?.[key]}`).join(',');
}

interface LabelSelectorField {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** A `LabelSelector` field as text: `app=web,tier in (a,b),!debug`. */
export function formatSelector(selector: LabelSelectorField | undefined): string {
  const parts: { key: string; text: string }[] = [];
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) parts.push({ key, text: `${key}=${value}` });
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const set = `(${[...values].sort().join(',')})`;
    const text =
      operator === 'Exists'
        ? key
        : operator === 'DoesNotExist'
          ? `!${key}`
          : `${key} ${operator === 'In' ? 'in' : 'notin'} ${set}`;
    parts.push({ key, text });
  }
  parts.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return parts.map(({ text }) => text).join(',');
}

/** At most `limit` items, then how many more there are: `a,b,c + 1 more...`. */
export function formatLimited(items: readonly string[], limit: number): string {
  const shown = items.slice(0, limit).join(',');
  return items.length > limit ? `${shown} + ${items.length - limit} more...` : shown;
}
