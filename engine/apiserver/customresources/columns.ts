import { since } from '../../human-duration.ts';
import { JsonPath } from '../../kubectl/jsonpath/evaluate.ts';
import type { KubeObject } from '../../object.ts';
import { AGE, type Cell, type Column, NAME, type Printer } from '../tables/printer.ts';
import type { DefinitionVersion, PrinterColumn } from './definition.ts';

const DEFAULT_COLUMNS: readonly PrinterColumn[] = [
  { name: AGE.name, type: 'date', description: AGE.description, jsonPath: '.metadata.creationTimestamp' },
];

/** How objects of a version are printed: by the definition's own columns, or by name and age. */
export function customPrinter(version: DefinitionVersion): Printer {
  const columns = version.additionalPrinterColumns ?? DEFAULT_COLUMNS;
  const paths = columns.map(({ jsonPath }) => new JsonPath(`{${jsonPath}}`));
  return {
    columns: [NAME, ...columns.map(header)],
    cells: (object, now) => [
      object.metadata.name,
      ...columns.map((column, index) => cell(column, paths[index] as JsonPath, object, now)),
    ],
  };
}

function header({ name, type, format = '', description, priority = 0, jsonPath }: PrinterColumn): Column {
  return {
    name,
    type: type as Column['type'],
    format,
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
  };
}

/** Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor`. */
function cell(column: PrinterColumn, path: JsonPath, object: KubeObject, now: number): Cell | null {
  const value = path.results(object)[0]?.[0];
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === 'string' ? dateCell(value, now) : null;
  }
}

function dateCell(value: string, now: number): string {
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : since(value, now);
}
