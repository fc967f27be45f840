import { readFile } from '../../process/program.ts';
import { indentedJson, sorted } from '../codec/json.ts';
import { toYaml } from '../codec/yaml-write.ts';
import { type CommandFailure, failure } from '../failure.ts';
import { fileProblem, join } from '../files.ts';
import { JsonPathError } from '../jsonpath/error.ts';
import { JsonPath } from '../jsonpath/evaluate.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CustomColumnsPrinter, columnsOfFile } from './custom-columns.ts';
import { GoTemplate } from './go-template.ts';
import { toKyaml } from './kyaml.ts';

/** Prints one object; `name` is `pod/web` for `-o name`. Objects made by kubectl itself keep Go's order of fields in JSON. */
export type ObjectPrinter = (object: unknown, name: string, isTyped?: boolean) => string;

const TEMPLATED = [
  'custom-columns',
  'custom-columns-file',
  'go-template',
  'go-template-file',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'template',
  'templatefile',
];
const PLAIN = ['json', 'kyaml', 'name', 'yaml'];
const TABLE_FORMATS = ['custom-columns', 'custom-columns-file', 'wide'];

/**
 * The printer that `-o` asks for; undefined when it was not given. `extra` are the formats of `get`.
 * Throws for a format that does not exist.
 */
export function* outputPrinter(session: Session, extra: readonly string[] = []): Task<ObjectPrinter | undefined> {
  const given = session.flags.string('output');
  const { format, argument } = splitFormat(session, given);
  if (format === '') return undefined;
  const allowed = [...PLAIN, ...TEMPLATED.filter((name) => !TABLE_FORMATS.includes(name)), ...extra].sort();
  if (!allowed.includes(format)) throw unknownFormat(given, allowed);
  const keepsFields = session.flags.boolean('show-managed-fields') || TEMPLATED.includes(format);
  const print = yield* formatPrinter(session, format, argument);
  return (object, name, isTyped) => print(keepsFields ? object : withoutManagedFields(object), name, isTyped);
}

export function unknownFormat(format: string, allowed: readonly string[]): CommandFailure {
  return failure(
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${allowed.join(',')}`,
  );
}

function splitFormat(session: Session, given: string): { format: string; argument: string | undefined } {
  const template = session.flags.has('template') ? session.flags.string('template') : '';
  const match = /^([a-z-]+)=(.*)$/s.exec(given);
  if (match && TEMPLATED.includes(match[1] as string)) return { format: match[1] as string, argument: match[2] };
  if (given === '' && template) return { format: 'go-template', argument: template };
  return { format: given, argument: template || undefined };
}

function* formatPrinter(session: Session, format: string, argument: string | undefined): Task<ObjectPrinter> {
  switch (format) {
    case 'json':
      return (object, _, isTyped) => indentedJson(isTyped ? object : sorted(object));
    case 'yaml':
      return documents((object) => toYaml(object));
    case 'kyaml':
      return documents((object) => toKyaml(object));
    case 'name':
      return (_, name) => `${name}\n`;
    case 'wide':
      return () => '';
    case 'custom-columns':
    case 'custom-columns-file':
      return columnsPrinter(yield* templateText(session, format, argument), session);
    default:
      return templatePrinter(session, format, yield* templateText(session, format, argument));
  }
}

function columnsPrinter(specification: string, session: Session): ObjectPrinter {
  const noHeaders = session.flags.has('no-headers') && session.flags.boolean('no-headers');
  const printer = new CustomColumnsPrinter(specification, noHeaders);
  return (object) => printer.print(listItems(object) ?? [object]);
}

/** From the second on, documents begin with a line of dashes. */
function documents(print: (object: unknown) => string): ObjectPrinter {
  let count = 0;
  return (object) => (count++ > 0 ? '---\n' : '') + print(object);
}

function* templateText(session: Session, format: string, argument: string | undefined): Task<string> {
  if (!argument) {
    if (format.startsWith('custom-columns'))
      throw failure('custom-columns format specified but no custom columns given');
    throw failure('template format specified but no template given');
  }
  if (!format.endsWith('file')) return argument;
  const text = yield* readFile(join(session.invocation.directory, argument));
  if (typeof text !== 'string')
    throw failure(
      `error reading ${format === 'custom-columns-file' ? '' : '--'}template ${argument}, open ${argument}: ${fileProblem(text)}`,
    );
  return format === 'custom-columns-file' ? columnsOfFile(text) : text;
}

function templatePrinter(session: Session, format: string, template: string): ObjectPrinter {
  const allowMissing = session.flags.boolean('allow-missing-template-keys');
  if (!format.startsWith('jsonpath')) {
    const parsed = new GoTemplate(template, allowMissing);
    return (object) => parsed.execute(object);
  }
  const path = parsePath(template, allowMissing);
  return (object) => {
    try {
      if (format === 'jsonpath-as-json') return indentedJson(sorted(path.values(object)));
      return path.print(object);
    } catch (error) {
      if (error instanceof JsonPathError) throw executionFailure(template, error, object);
      throw error;
    }
  };
}

function parsePath(template: string, allowMissing: boolean): JsonPath {
  try {
    return new JsonPath(template, allowMissing);
  } catch (error) {
    if (error instanceof JsonPathError) throw failure(`error parsing jsonpath ${template}, ${error.message}`);
    throw error;
  }
}

function executionFailure(template: string, error: JsonPathError, object: unknown): CommandFailure {
  return failure(
    `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(sorted(object))}\n\n`,
  );
}

/** Data as Go's `%#v` writes it. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${goSyntax(field)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

/** The items of a list, undefined for anything else. */
function listItems(object: unknown): readonly unknown[] | undefined {
  const list = object as { kind?: string; items?: unknown };
  return list?.kind?.endsWith('List') && Array.isArray(list.items) ? list.items : undefined;
}

/** What kubectl shows without `--show-managed-fields`. */
export function withoutManagedFields(object: unknown): unknown {
  const items = listItems(object);
  if (items) return { ...(object as object), items: items.map(withoutManagedFields) };
  const metadata = (object as { metadata?: Record<string, unknown> })?.metadata;
  if (!metadata?.managedFields) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...(object as object), metadata: rest };
}
