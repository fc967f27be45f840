import { structuredPatch } from 'diff';
import type { Fields } from '../kinds/fields.ts';
import type { Field, ObjectSchema, Schema } from '../schema/schema.ts';

/*
 * Some messages show values of the server's internal structs, printed with Go's field names and everything that is
 * empty. Most of those structs have the fields of the published ones.
 */

const CONTEXT_LINES = 3;

/** The change between two printed structs in Kubernetes' form: hunks with three lines around each change. */
export function difference(before: unknown, now: unknown): string {
  const printed = (form: unknown): string => `${JSON.stringify(form, null, 1)}\n`;
  const { hunks } = structuredPatch('', '', printed(before), printed(now), '', '', { context: CONTEXT_LINES });
  return hunks
    .map(
      ({ oldStart, oldLines, newStart, newLines, lines }) =>
        `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n${lines.join('\n')}\n`,
    )
    .join('');
}

/** A struct as Go's JSON encoder prints it without tags: all fields, by Go's names. */
export function structForm(schema: ObjectSchema, value: Fields): unknown {
  return Object.fromEntries(
    Object.values(schema.fields).map((field) => [field.goName, fieldForm(field, value[field.name])]),
  );
}

/** A field of such a struct. */
export function fieldForm(field: Field, value: unknown): unknown {
  if (value !== undefined && value !== null) return form(field.schema, value);
  return field.pointer ? null : emptyForm(field.schema, field.always);
}

function form(schema: Schema, value: unknown): unknown {
  switch (schema.type) {
    case 'object':
      return structForm(schema, value as Fields);
    case 'list':
      return (value as readonly unknown[]).map((item) => form(schema.items, item));
    case 'map':
      return Object.fromEntries(Object.entries(value as Fields).sort(([one], [other]) => (one < other ? -1 : 1)));
    default:
      return value;
  }
}

/** A struct is empty by value where its field is always written; elsewhere it is a nil pointer. */
function emptyForm(schema: Schema, isValue: boolean): unknown {
  switch (schema.type) {
    case 'object':
      return isValue ? structForm(schema, {}) : null;
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}
