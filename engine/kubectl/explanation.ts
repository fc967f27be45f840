import { type CommandFailure, failure } from './failure.ts';

/** A schema of an OpenAPI 3 document, as far as explaining it goes. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly allOf?: readonly DocumentSchema[];
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
    let target = root;
    let isRequired = false;
    for (const name of path) {
      const owner = this.inner(target);
      const child = owner.properties?.[name];
      if (child === undefined) throw failure(`field ${JSON.stringify(name)} does not exist`);
      isRequired = owner.required?.includes(name) === true;
      target = child;
    }
    const name = path.at(-1);
    const title = name === undefined ? '' : this.title(name, target, isRequired);
    const inner = this.inner(target);
    const fields = inner.properties === undefined ? '' : `FIELDS:\n${this.fields(inner, isRecursive, '  ', [])}`;
    return `${title}DESCRIPTION:\n${this.description(target)}${fields}`;
  }

  private title(name: string, schema: DocumentSchema, isRequired: boolean): string {
    const values = schema.enum?.map((value) => `${INDENT}${String(value)}\n`).join('');
    const rest = values === undefined ? '\n' : `ENUM:\n${values}`;
    return `FIELD: ${name} <${this.typeName(schema)}>${isRequired ? ' -required-' : ''}\n${rest}\n`;
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
    return Object.entries(schema.properties ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, field]) => {
        const required = schema.required?.includes(name) ? ' -required-' : '';
        const values = field.enum === undefined ? '' : `${indent}enum: ${field.enum.map(String).join(', ')}\n`;
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

/** `#/components/schemas/io.k8s.api.core.v1.Pod` → `io.k8s.api.core.v1.Pod`. */
function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** A text in lines of 80 characters; a word that is longer has its own line, and Chinese breaks anywhere. */
function wrapped(text: string, indent: string): string {
  const lines = text.split('\n').flatMap((paragraph) => wrappedLines(paragraph, WIDTH - indent.length));
  return lines.map((line) => `${indent}${line}\n`).join('');
}

function wrappedLines(paragraph: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Refuses a version that the server has no document of. */
export function noDocument(apiVersion: string, resource: string): CommandFailure {
  return failure(`couldn't find resource for "${apiVersion}, Resource=${resource}"`);
}
