import type { Json } from './json.ts';
import { bytesField, flag, type Message, message, texts } from './message.ts';

/**
 * An OpenAPI 2 document in the protobuf encoding of gnostic (`openapi.v2.Document`), which is what kubectl reads. Only
 * what our documents hold is written. Numbers: `openapiv2/OpenAPIv2.proto` of github.com/google/gnostic-models.
 */
export function encodeDocument(document: Json): Uint8Array {
  const { swagger, info, paths, definitions } = document as unknown as {
    readonly swagger: string;
    readonly info: { readonly title: string; readonly version: string };
    readonly paths: Readonly<Record<string, Json>>;
    readonly definitions: Readonly<Record<string, Json>>;
  };
  return message(
    texts(1, [swagger]),
    bytesField(2, message(texts(1, [info.title]), texts(2, [info.version]))),
    bytesField(8, message(...named(2, paths, pathItem))),
    bytesField(9, message(...named(1, definitions, schema))),
  );
}

/** Pairs of name (1) and value (2). */
function named(
  number: number,
  entries: Readonly<Record<string, Json>>,
  encode: (value: Json) => Uint8Array,
): Message[] {
  return Object.entries(entries).map(([name, value]) =>
    bytesField(number, message(texts(1, [name]), bytesField(2, encode(value)))),
  );
}

/** `x-…` as YAML, of which JSON is a part. */
function extensions(number: number, value: Json): Message[] {
  const entries = Object.entries(value).filter(([name]) => name.startsWith('x-'));
  return entries.map(([name, content]) => bytesField(number, message(texts(1, [name]), bytesField(2, any(content)))));
}

function any(value: unknown): Uint8Array {
  return message(texts(2, [JSON.stringify(value)]));
}

const METHODS = { get: 2, put: 3, post: 4, delete: 5, patch: 8 } as const;

function pathItem(item: Json): Uint8Array {
  const operations = Object.entries(METHODS).flatMap(([method, number]) =>
    item[method] === undefined ? [] : [bytesField(number, operation(item[method] as Json))],
  );
  return message(...operations, ...parameters(9, item.parameters as readonly Json[]));
}

function operation(value: Json): Uint8Array {
  const { tags, operationId, produces, consumes, schemes } = value as Readonly<Record<string, readonly string[]>>;
  return message(
    texts(1, tags ?? []),
    texts(5, [operationId as unknown as string]),
    texts(6, produces ?? []),
    texts(7, consumes ?? []),
    ...parameters(8, value.parameters as readonly Json[]),
    bytesField(9, message(...named(1, value.responses as Readonly<Record<string, Json>>, responseValue))),
    texts(10, schemes ?? []),
    ...extensions(13, value),
  );
}

/** `ResponseValue` of a `Response`: its schema, where it has one, is a `SchemaItem`. */
function responseValue({ description, schema: body }: Json): Uint8Array {
  const content = body === undefined ? [] : [bytesField(2, message(bytesField(1, schema(body as Json))))];
  return message(bytesField(1, message(texts(1, [description as string]), ...content)));
}

/** Numbers of `NonBodyParameter`. */
const PLACES: Readonly<Record<string, number>> = { query: 3, path: 4 };

function parameters(number: number, list: readonly Json[]): Message[] {
  return list.map((parameter) => bytesField(number, message(bytesField(1, parameterValue(parameter)))));
}

function parameterValue(parameter: Json): Uint8Array {
  const { name, in: place, type, required } = parameter as Readonly<Record<string, string>>;
  if (place === 'body') {
    const body = message(
      texts(2, [name as string]),
      texts(3, ['body']),
      bytesField(5, schema(parameter.schema as Json)),
    );
    return message(bytesField(1, body));
  }
  const isPath = place === 'path';
  const content = message(
    ...(required ? [flag(1)] : []),
    texts(2, [place as string]),
    texts(4, [name as string]),
    texts(isPath ? 5 : 6, [type as string]),
  );
  return message(bytesField(2, message(bytesField(PLACES[place as string] as number, content))));
}

function schema(value: Json): Uint8Array {
  const { $ref, format, type, description } = value as Readonly<Record<string, string | undefined>>;
  const {
    required,
    enum: values,
    items,
    additionalProperties,
    properties,
  } = value as {
    readonly required?: readonly string[];
    readonly enum?: readonly unknown[];
    readonly items?: Json;
    readonly additionalProperties?: Json | boolean;
    readonly properties?: Readonly<Record<string, Json>>;
  };
  const others = typeof additionalProperties === 'object' ? [bytesField(1, schema(additionalProperties))] : [flag(2)];
  return message(
    texts(1, $ref === undefined ? [] : [$ref]),
    texts(2, format === undefined ? [] : [format]),
    texts(4, description === undefined ? [] : [description]),
    texts(19, required ?? []),
    ...(values ?? []).map((one) => bytesField(20, any(one))),
    ...(additionalProperties ? [bytesField(21, message(...others))] : []),
    ...(type === undefined ? [] : [bytesField(22, message(texts(1, [type])))]),
    ...(items === undefined ? [] : [bytesField(23, message(bytesField(1, schema(items))))]),
    ...(properties === undefined ? [] : [bytesField(25, message(...named(1, properties, schema)))]),
    ...extensions(31, value),
  );
}
