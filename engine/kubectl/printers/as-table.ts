import { since } from '../../human-duration.ts';
import { at } from '../codec/json.ts';
import { apiVersionOf, type Mapping } from '../discovery.ts';
import type { Table } from './table.ts';

/** Objects without a server-side table get the columns NAME and AGE. */
export function asTable(body: unknown, mapping: Mapping, now: number): Table {
  if (at(body, 'kind') === 'Table') return body as Table;
  const items = Array.isArray(at(body, 'items')) ? (at(body, 'items') as unknown[]) : [body];
  return {
    kind: 'Table',
    metadata: Array.isArray(at(body, 'items')) ? at(body, 'metadata') : undefined,
    columnDefinitions: [{ name: 'Name' }, { name: 'Age' }],
    rows: items.map((object) => ({
      cells: [at(object, 'metadata', 'name'), since(at(object, 'metadata', 'creationTimestamp'), now)],
      object: { apiVersion: apiVersionOf(mapping), kind: mapping.kind, ...(object as object) },
    })),
  };
}
