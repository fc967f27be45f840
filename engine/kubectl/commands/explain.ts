import type { Field, ObjectSchema, Schema } from '../../apiserver/schema/schema.ts';
import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { Command, Task } from '../command.ts';
import { apiVersionOf, type Mapper, type Mapping } from '../discovery.ts';
import { CommandFailure, failure } from '../failure.ts';
import type { Session } from '../session.ts';

export const explain: Command = {
  name: 'explain',
  short: 'Get documentation for a resource',
  long: 'Shows the fields of a type, or of one of its fields, and what they hold.',
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext]',
  examples: ['kubectl explain pods', 'kubectl explain pods.spec.containers'],
  flags: [
    { name: 'api-version', type: 'string', usage: 'The version to explain' },
    { name: 'output', shorthand: 'o', type: 'string', default: 'plaintext', usage: 'plaintext' },
    { name: 'recursive', type: 'boolean', usage: 'Fields of fields, too' },
  ],
  run: runExplain,
};

function* runExplain(session: Session): Task {
  const { flags, args } = session;
  if (args.length === 0) {
    throw failure(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (args.length > 1) throw failure('We accept only this format: explain RESOURCE');
  if (flags.string('output') === 'plaintext-openapiv2')
    throw failure('the old layout plaintext-openapiv2 is not simulated: leave --output away');
  if (flags.string('output') !== 'plaintext') throw failure(`unrecognized format: ${flags.string('output')}`);
  const { mapping, path } = resolve(yield* session.mapper(), args[0] as string);
  const apiVersion = flags.string('api-version') || apiVersionOf(mapping);
  const schema = schemaFor(apiVersion, mapping.kind);
  if (!schema) throw failure(`couldn't find resource for "${apiVersion}, Resource=${mapping.resource}"`);
  yield* session.print(heading(mapping.kind, apiVersion));
  yield* session.print(explanation(schema, path, flags.boolean('recursive')));
}

/** Splits `deployments.v1.apps.spec.replicas` into the resource and the path of a field: the longest name that is served wins. */
function resolve(mapper: Mapper, text: string): { mapping: Mapping; path: string[] } {
  const words = text.split('.');
  for (let count = words.length; count > 1; count--) {
    const name = words.slice(0, count).join('.');
    const found = mapper.find(name);
    if (found && (name === `${words[0]}.${found.group}` || name === `${words[0]}.${found.version}.${found.group}`)) {
      return { mapping: found, path: words.slice(count) };
    }
  }
  const mapping = mapper.find(words[0] as string);
  if (!mapping) throw new CommandFailure(`the server doesn't have a resource type ${JSON.stringify(words[0])}`);
  return { mapping, path: words.slice(1) };
}

function heading(kind: string, apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `GROUP:      ${apiVersion.slice(0, slash)}\n`;
  return `${group}KIND:       ${kind}\nVERSION:    ${slash < 0 ? apiVersion : apiVersion.slice(slash + 1)}\n\n`;
}

function explanation(schema: ObjectSchema, path: readonly string[], isRecursive: boolean): string {
  const field = path.reduce<Field | undefined>((parent, name) => child(parent?.schema ?? schema, name), undefined);
  const target = field ? elementOf(field.schema) : schema;
  const title = field ? fieldTitle(field) : '';
  const description = `DESCRIPTION:\n    ${target.type === 'object' ? `${shortName(target.name)}: an object with the fields below.` : descriptionOf(field as Field)}\n    \n`;
  const fields =
    target.type === 'object' ? `FIELDS:\n${fieldLines(target, isRecursive, '  ', new Set([target.name]))}\n` : '';
  return `${title}${description}${fields}`;
}

/** The line of a field, then its possible values or an empty line. */
function fieldTitle(field: Field): string {
  const values = field.enum
    ? `ENUM:\n${[...field.enum]
        .sort()
        .map((value) => `    ${value}\n`)
        .join('')}`
    : '\n';
  return `FIELD: ${field.name} <${typeName(field.schema)}>${field.required ? ' -required-' : ''}\n${values}\n`;
}

function child(schema: Schema, name: string): Field {
  const target = elementOf(schema);
  const field = target.type === 'object' ? target.fields[name] : undefined;
  if (!field) throw failure(`field ${JSON.stringify(name)} does not exist`);
  return field;
}

/** What a list or map holds. */
function elementOf(schema: Schema): Schema {
  if (schema.type === 'list') return elementOf(schema.items);
  if (schema.type === 'map') return elementOf(schema.values);
  return schema;
}

const SCALARS: Readonly<Record<string, string>> = {
  int32: 'integer',
  int64: 'integer',
  quantity: 'Quantity',
  'int-or-string': 'IntOrString',
  time: 'string',
  'micro-time': 'string',
  duration: 'string',
  byte: 'string',
  any: 'Object',
};

function typeName(schema: Schema): string {
  if (schema.type === 'object') return shortName(schema.name);
  if (schema.type === 'list') return `[]${typeName(schema.items)}`;
  if (schema.type === 'map') return `map[string]${typeName(schema.values)}`;
  if (schema.type === 'any' && schema.goType) return shortName(schema.goType);
  return SCALARS[schema.type] ?? schema.type;
}

function shortName(name: string): string {
  return name.split('.').at(-1) as string;
}

function fieldLines(schema: ObjectSchema, isRecursive: boolean, indent: string, seen: ReadonlySet<string>): string {
  return Object.keys(schema.fields)
    .sort()
    .map((name) => {
      const field = schema.fields[name] as Field;
      const line = `${indent}${name}\t<${typeName(field.schema)}>${field.required ? ' -required-' : ''}\n${enumLine(field, indent)}`;
      if (!isRecursive) return `${line}    ${descriptionOf(field)}\n`;
      const inner = elementOf(field.schema);
      if (inner.type !== 'object' || seen.has(inner.name)) return line;
      return line + fieldLines(inner, true, `${indent}  `, new Set([...seen, inner.name]));
    })
    .join(isRecursive ? '' : '\n');
}

function enumLine(field: Field, indent: string): string {
  return field.enum ? `${indent}enum: ${[...field.enum].sort().join(', ')}\n` : '';
}

/** What the schema knows of a field, in words. */
function descriptionOf(field: Field): string {
  const { schema } = field;
  const parts: string[] = [];
  if (schema.type === 'list') {
    const keys = schema.mapKeys.length > 0 ? `, each found by its ${schema.mapKeys.join(' and ')}` : '';
    parts.push(`A list${keys}.`);
    if (field.patchMergeKey) parts.push(`Patches merge it by ${field.patchMergeKey}.`);
  } else if (schema.type === 'map') parts.push('Values by name.');
  else if (schema.type === 'object') parts.push('An object with fields of its own.');
  else if (schema.type === 'time' || schema.type === 'micro-time') parts.push('A time as RFC 3339 writes it.');
  else if (schema.type === 'quantity') parts.push('An amount such as 500m or 64Mi.');
  else if (schema.type === 'int-or-string') parts.push('A number, or a name or percentage.');
  else if (schema.type === 'byte') parts.push('Bytes in base64.');
  else parts.push(`A value of type ${SCALARS[schema.type] ?? schema.type}.`);
  if (field.default !== undefined && typeof field.default !== 'object')
    parts.push(`Default: ${String(field.default)}.`);
  if (field.enum) parts.push(`One of ${[...field.enum].sort().join(', ')}.`);
  return parts.join(' ');
}
