import { type CommandFailure, failure } from './failure.ts';

/** A schema of an OpenAPI 3 document, as far as explaining it goes. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly allOf?: readonly DocumentSchema[];
  readonly oneOf?: readonly DocumentSchema[];
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly items?: DocumentSchema;
  readonly properties?: Readonly<Record<string, DocumentSchema>>;
  readonly additionalProperties?: DocumentSchema | boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** An OpenAPI 3 document. */
export interface OpenApiDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, DocumentSchema>> };
}

const WIDTH = 80;
const INDENT = '    ';
const OLD_INDENT = '     ';

/** Prints what a document says of a kind and its fields, as `k8s.io/kubectl/pkg/explain/v2` lays it out. */
export class Explanation {
  private readonly schemas: Readonly<Record<string, DocumentSchema>>;

  constructor(document: OpenApiDocument) {
    this.schemas = document.components?.schemas ?? {};
  }

  /** The schema of a kind's objects. */
  kind({ group, version, kind }: GroupVersionKind): DocumentSchema | undefined {
    return Object.values(this.schemas).find((schema) =>
      schema['x-kubernetes-group-version-kind']?.some(
        (each) => each.group === group && each.version === version && each.kind === kind,
      ),
    );
  }

  /** The text below the heading. Throws where the path leads nowhere. */
  text(root: DocumentSchema, path: readonly string[], isRecursive: boolean): string {
    const target = this.field(root, path, false);
    const name = path.at(-1);
    const title = name === undefined ? '' : this.title(name, target);
    const inner = this.inner(target);
    const fields = inner.properties === undefined ? '' : `FIELDS:\n${this.fields(inner, isRecursive, '  ', [])}`;
    return `${title}DESCRIPTION:\n${this.description(target)}${fields}`;
  }

  /** The same in the layout of old versions, `plaintext-openapiv2`. */
  oldText(root: DocumentSchema, path: readonly string[], isRecursive: boolean): string {
    const target = this.field(root, path, true);
    const inner = this.inner(target);
    const own = target.description === undefined ? [] : [target.description];
    const texts = [...own, ...this.typeDescriptions(target)].map((text) => wrapped(text, OLD_INDENT));
    const type = `${path.at(-1)} <${this.oldTypeName(target)}>`;
    const word = inner.properties === undefined ? 'FIELD:    ' : 'RESOURCE: ';
    const title = path.length === 0 ? '' : `${word}${type}\n\n`;
    const description = `DESCRIPTION:\n${texts.length === 0 ? `${OLD_INDENT}<empty>\n` : texts.join('\n')}`;
    const fields = this.oldFields(inner, isRecursive, '   ', []);
    return `${title}${description}${inner.properties === undefined ? '' : `\nFIELDS:\n${fields}`}`;
  }

  private oldFields(
    schema: DocumentSchema,
    isRecursive: boolean,
    indent: string,
    seen: readonly DocumentSchema[],
  ): string {
    return this.sortedFields(schema)
      .map(([name, field]) => {
        const line = `${indent}${name}\t<${this.oldTypeName(field)}>`;
        if (!isRecursive) {
          const required = schema.required?.includes(name) ? ' -required-' : '';
          const { description = '' } = field;
          return `${line}${required}\n${description === '' ? '' : wrapped(description, OLD_INDENT)}\n`;
        }
        const inner = this.inner(field);
        if (inner.properties === undefined || seen.includes(inner)) return `${line}\n`;
        return `${line}\n${this.oldFields(inner, true, `${indent}   `, [...seen, inner])}`;
      })
      .join('');
  }

  /** Where a path leads. Throws where it leads nowhere; only old versions say from where on. */
  private field(root: DocumentSchema, path: readonly string[], isOld: boolean): DocumentSchema {
    let target = root;
    for (const name of path) {
      const child = this.inner(target).properties?.[name];
      if (child === undefined) throw failure(`field ${JSON.stringify(isOld ? name : path.at(-1))} does not exist`);
      target = child;
    }
    return target;
  }

  private sortedFields({ properties = {} }: DocumentSchema): readonly (readonly [string, DocumentSchema])[] {
    return Object.entries(properties).sort(([one], [other]) => (one < other ? -1 : 1));
  }

  private title(name: string, schema: DocumentSchema): string {
    const values = schema.enum?.map((value) => `${INDENT}${String(value)}\n`).join('');
    const rest = values === undefined ? '\n' : `ENUM:\n${values}`;
    return `FIELD: ${name} <${this.typeName(schema)}>\n${rest}\n`;
  }

  /** What a field is for, then what its type is. */
  private description(schema: DocumentSchema): string {
    const own = schema.description === undefined ? [] : [schema.description];
    const texts = [...own, ...this.typeDescriptions(schema)];
    if (texts.length === 0) return `${INDENT}<empty>\n`;
    return `${texts.map((text) => wrapped(text, INDENT)).join('')}${INDENT}\n`;
  }

  private typeDescriptions(schema: DocumentSchema): readonly string[] {
    const { items, additionalProperties } = schema;
    if (items !== undefined) return this.allDescriptions(items);
    if (typeof additionalProperties === 'object') return this.allDescriptions(additionalProperties);
    const target = this.referenced(schema);
    return target?.description === undefined ? [] : [target.description];
  }

  private allDescriptions(schema: DocumentSchema): readonly string[] {
    const own = schema.description === undefined ? [] : [schema.description];
    return [...own, ...this.typeDescriptions(schema)];
  }

  private fields(
    schema: DocumentSchema,
    isRecursive: boolean,
    indent: string,
    seen: readonly DocumentSchema[],
  ): string {
    return this.sortedFields(schema)
      .map(([name, field]) => {
        const required = schema.required?.includes(name) ? ' -required-' : '';
        const values = field.enum === undefined ? '' : `${indent}enum: ${someOf(field.enum)}\n`;
        const line = `${indent}${name}\t<${this.typeName(field)}>${required}\n${values}`;
        if (!isRecursive) return `${line}${wrapped(field.description ?? '<no description>', INDENT)}\n`;
        const inner = this.inner(field);
        if (inner.properties === undefined || seen.includes(inner)) return line;
        return line + this.fields(inner, true, `${indent}  `, [...seen, inner]);
      })
      .join('');
  }

  private referenced({ $ref, allOf }: DocumentSchema): DocumentSchema | undefined {
    const reference = $ref ?? allOf?.[0]?.$ref;
    return reference === undefined ? undefined : this.schemas[nameOf(reference)];
  }

  /** What a field holds in the end: behind references, lists and maps. */
  private inner(schema: DocumentSchema): DocumentSchema {
    const { items, additionalProperties } = schema;
    if (items !== undefined) return this.inner(items);
    if (typeof additionalProperties === 'object') return this.inner(additionalProperties);
    const target = this.referenced(schema);
    return target === undefined ? schema : this.inner(target);
  }

  /** Old versions name no types, and say `string` for what may be several. */
  private oldTypeName(schema: DocumentSchema): string {
    const { items, additionalProperties } = schema;
    if (items !== undefined) return `[]${this.oldTypeName(items)}`;
    if (typeof additionalProperties === 'object') return `map[string]${this.oldTypeName(additionalProperties)}`;
    const { properties, oneOf, type = oneOf === undefined ? '' : 'string' } = this.inner(schema);
    if (type !== 'object') return type;
    return properties === undefined ? 'map[string]' : 'Object';
  }

  private typeName(schema: DocumentSchema): string {
    const { items, additionalProperties, type, $ref, allOf } = schema;
    if (items !== undefined) return `[]${this.typeName(items)}`;
    if (typeof additionalProperties === 'object') return `map[string]${this.typeName(additionalProperties)}`;
    const reference = $ref ?? allOf?.[0]?.$ref;
    if (reference === undefined) return type === undefined || type === 'object' ? 'Object' : type;
    const target = this.schemas[nameOf(reference)];
    const isScalar = target?.type !== undefined && target.type !== 'object';
    return isScalar ? (target.type as string) : (nameOf(reference).split('.').at(-1) as string);
  }
}

/** The first values of an enumeration. */
function someOf(values: readonly unknown[]): string {
  const names = values.slice(0, 4).map((value) => (value === '' ? '""' : String(value)));
  return [...names, ...(values.length > 4 ? ['....'] : [])].join(', ');
}

/** `#/components/schemas/io.k8s.api.core.v1.Pod` → `io.k8s.api.core.v1.Pod`. */
function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** Characters that take two columns, and that a line may end after. */
const WIDE = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;

/** A text in lines of 80 columns; a word that is longer has its own line, and Chinese breaks anywhere. */
function wrapped(text: string, indent: string): string {
  const lines = text.split('\n').flatMap((paragraph) => wrappedLines(paragraph, WIDTH - indent.length));
  return lines.map((line) => `${indent}${line}\n`).join('');
}

function wrappedLines(paragraph: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // Words with the blanks before them; a wide character is a word.
  for (const word of paragraph.match(new RegExp(`^ +| *(?:${WIDE.source}|(?:(?!${WIDE.source})[^ ])+)`, 'g')) ?? []) {
    if (line !== '' && columns(line) + columns(word) > width) {
      lines.push(line);
      line = word.trimStart();
    } else line += word;
  }
  return [...lines, line];
}

function columns(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

/** Refuses a version that the server has no document of. */
export function noDocument(apiVersion: string, resource: string): CommandFailure {
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return failure(`couldn't find resource for "${version}, Resource=${resource}"`);
}
