import { parse, parseDocument, YAMLParseError } from 'yaml';
import type { Json, KubeObject } from '../object.ts';
import { type Call, parameter, refuse } from './call.ts';
import { duplicateFields, faultsInOrder } from './duplicate-fields.ts';
import { badRequest, invalid, unsupportedPatchType } from './errors.ts';
import { jsonSyntaxError } from './json-syntax.ts';
import { apiVersionOf, type Kind } from './kinds/kind.ts';
import { decode } from './schema/decode.ts';
import { invalid as invalidField } from './validation/field.ts';

const JSON_TYPE = 'application/json';
const YAML_TYPES = ['application/yaml', 'application/apply-patch+yaml', 'text/yaml'];
const ACCEPTED = [JSON_TYPE, 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const NONE: readonly string[] = [];

/** A body as data: text is read as YAML, of which JSON is a part; `prefix` opens the message when it is none. */
export function parseBody(body: unknown, prefix = ''): unknown {
  if (typeof body !== 'string') return body;
  // JSON is read as such: it is what most clients send, and the reader of YAML is fifty times slower.
  if (/^\s*[{[]/.test(body)) {
    const json = jsonOf(body);
    if (json !== undefined) return json;
  }
  try {
    return parse(body, { version: '1.1', uniqueKeys: false });
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    return refuse(badRequest(`${prefix}error converting YAML to JSON: ${yamlError(error)}`));
  }
}

/** Where Go's reader would stumble; in words of ours. */
function yamlError({ linePos, message }: YAMLParseError): string {
  const what = message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '');
  return `yaml: line ${linePos?.[0].line ?? 1}: ${what}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A body of the media type that the request says, and the fields that its text has twice. */
function readBody(call: Call, body: unknown): { readonly data: unknown; readonly duplicates: readonly string[] } {
  const isData = body !== undefined && typeof body !== 'string';
  return isData ? { data: body, duplicates: NONE } : readText(call, body ?? '');
}

function readText(
  { kind, request }: Call,
  text: string,
): { readonly data: unknown; readonly duplicates: readonly string[] } {
  const type = mediaTypeOf(request);
  const blame = (why: string): never => refuse(badRequest(unrecognized(kind, why, text)));
  if (type === JSON_TYPE) {
    const wrong = jsonSyntaxError(text);
    if (wrong !== undefined) blame(`couldn't get version/kind; json parse error: ${wrong}`);
    return { data: JSON.parse(text), duplicates: duplicateFields(text) };
  }
  if (!YAML_TYPES.includes(type)) refuse(unsupportedPatchType(ACCEPTED));
  const { document, doubled, wrong } = readYaml(text);
  if (wrong !== undefined) blame(yamlError(wrong));
  return { data: document.toJS(), duplicates: doubled === undefined ? NONE : [doubled] };
}

function mediaTypeOf({ headers }: Call['request']): string {
  return (headers?.['content-type'] ?? JSON_TYPE).split(';')[0]?.trim() ?? '';
}

/** A text in YAML: what it says, the complaint about keys that it has twice, and what else is wrong with it. */
function readYaml(text: string) {
  const document = parseDocument(text, { version: '1.1' });
  const doubled = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const [wrong] = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  return { document, doubled: doubled.length === 0 ? undefined : setTwice(text, doubled), wrong };
}

function setTwice(text: string, doubled: readonly YAMLParseError[]): string {
  const lines = doubled.map(({ pos, linePos }) => {
    const key = /^["']?([^"':\s]*)/.exec(text.slice(pos[0]))?.[1] ?? '';
    return `  line ${linePos?.[0].line ?? 1}: key ${JSON.stringify(key)} already set in map`;
  });
  return `yaml: unmarshal errors:\n${lines.join('\n')}`;
}

/** `DeleteOptions` and other option bodies; an absent body has no options. */
export function decodeOptions(body: unknown): object {
  const options = parseBody(body);
  return typeof options === 'object' && options !== null ? options : {};
}

type Strictness = 'Ignore' | 'Warn' | 'Strict';

function strictnessOf(call: Call): Strictness {
  const asked = parameter(call.request, 'fieldValidation');
  return asked === 'Ignore' || asked === 'Strict' ? asked : 'Warn';
}

/** The body of a create or update as the kind's object, with defaults. Refuses what can't be decoded. */
export function decodeBody(call: Call, body: unknown): KubeObject {
  const { kind } = call;
  const { data, duplicates } = readBody(call, body);
  checkIsObject(kind, data);
  const given = withKind(kind, data as KubeObject);
  checkKind(kind, given, (why) => refuse(badRequest(unhandled(kind, given.kind, why))));
  const result = decode(kind, given);
  if (result.error !== undefined) refuse(badRequest(unhandled(kind, kind.kind, result.error)));
  const problems = duplicates.length === 0 ? result.unknown : faultsOf(call, duplicates, result.unknown);
  if (problems.length > 0) {
    const refuseAll = (all: string): never =>
      refuse(badRequest(unhandled(kind, kind.kind, `strict decoding error: ${all}`)));
    reportUnknown(call, problems, refuseAll);
  }
  return result.object;
}

function unhandled(kind: Kind, given: string, why: string): string {
  return `${given} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`;
}

/** Structs are filled as JSON is read, so faults come in its order; elsewhere unknown fields are looked for afterwards. */
function faultsOf(
  { kind, request }: Call,
  duplicates: readonly string[],
  unknown: readonly string[],
): readonly string[] {
  const isStreamed = kind.custom === undefined && unknown.length > 0 && mediaTypeOf(request) === JSON_TYPE;
  return isStreamed ? faultsInOrder(request.body as string, unknown) : [...duplicates, ...unknown];
}

/** Refuses or warns of a key that the text of a configuration has twice. */
export function reportDoubledKeys(call: Call): void {
  const { body } = call.request;
  if (typeof body !== 'string' || (jsonOf(body) !== undefined && duplicateFields(body).length === 0)) return;
  const { doubled } = readYaml(body);
  if (doubled === undefined) return;
  const problem = `error converting YAML to JSON: ${doubled}`;
  reportUnknown(call, [problem], () => refuse(badRequest(`error strict decoding YAML: ${problem}`)));
}

/** Where a patched object comes from. */
interface PatchOrigin {
  /** What is wrong with the text of the patch itself. */
  readonly faults?: readonly string[];
  /** The text of the patch, for messages. */
  readonly shown?: () => string;
  /** A decoding error in the words of the patch's own machinery. */
  readonly explained?: (error: string) => string;
  /** The object before. */
  readonly stored?: KubeObject;
}

/**
 * A patched object; what can't be decoded is blamed on the patch. Unknown fields come sorted: patching goes by Go maps,
 * which keep no order.
 */
export function decodePatched(call: Call, data: Json, origin: PatchOrigin = {}): KubeObject {
  const { shown = () => JSON.stringify(data), explained = (error) => error, stored, faults = NONE } = origin;
  const { kind } = call;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    refuse(
      badRequest('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'),
    );
  }
  const given = withKind(kind, data as unknown as KubeObject);
  const blame = (why: string): never => {
    return refuse(invalid(undefined, '', [invalidField('patch', shown(), why)]));
  };
  checkKind(kind, given, blame);
  const result = decode(kind, given, stored);
  if (result.error !== undefined) blame(explained(result.error));
  if (faults.length > 0 || result.unknown.length > 0) {
    const problems = [...faults, ...[...result.unknown].sort()];
    reportUnknown(call, problems, (all) => blame(`strict decoding error: ${all}`));
  }
  return result.object;
}

/** What takes several lines can't be a header. */
function reportUnknown(call: Call, problems: readonly string[], refuseAll: (problems: string) => never): void {
  const strictness = strictnessOf(call);
  if (strictness === 'Strict') refuseAll(problems.join(', '));
  if (strictness === 'Warn') call.warnings.push(...problems.filter((problem) => !problem.includes('\n')));
}

/** Kind and version may be left out of a body: the path says what it is. */
function withKind(kind: Kind, object: KubeObject): KubeObject {
  if (object.kind && object.apiVersion) return object;
  return { ...object, kind: object.kind || kind.kind, apiVersion: object.apiVersion || apiVersionOf(kind) };
}

function checkKind(kind: Kind, object: KubeObject, blame: (why: string) => never): void {
  const version = apiVersionOf(kind);
  if (object.kind === kind.kind && object.apiVersion === version) return;
  if (kind.custom !== undefined) refuseCustomKind(kind, object);
  if (object.apiVersion !== version) {
    blame(
      `no kind "${object.kind}" is registered for version "${object.apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  const internal = kind.group === '' ? 'core' : kind.group;
  blame(`converting (${kind.version}.${object.kind}) to (${internal}.${kind.kind}): unknown conversion`);
}

/** Any kind can be read as a custom resource; it is the wrong one all the same (`ValidateTypeMeta`). */
function refuseCustomKind(kind: Kind, object: KubeObject): never {
  const version = apiVersionOf(kind);
  if (object.apiVersion !== version) {
    const expected = `does not match the expected API version (${version})`;
    refuse(badRequest(`the API version in the data (${object.apiVersion}) ${expected}`));
  }
  return refuse(
    invalid(kind, object.metadata?.name ?? '', [invalidField('kind', object.kind, `must be ${kind.kind}`)]),
  );
}

/** Go's complaint about a body that is no object. */
function checkIsObject(kind: Kind, data: unknown): void {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return;
  const type = Array.isArray(data) ? 'array' : data === null || data === undefined ? 'null' : typeof data;
  const target =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  const problem = `couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go value of type ${target}`;
  refuse(badRequest(unrecognized(kind, problem, JSON.stringify(data) ?? '')));
}

const SHOWN = 30;

/** With the start of the body, in hexadecimal where it does not look like an object. */
function unrecognized(kind: Kind, problem: string, text: string): string {
  const start = text.slice(0, SHOWN);
  const hexadecimal = [...start].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  const shown = text.startsWith('{') ? start : hexadecimal;
  const summary = text === '' ? '<empty>' : text.length > SHOWN ? `${shown} ...` : shown;
  return `the object provided is unrecognized (must be of type ${kind.kind}): ${problem} (${summary})`;
}
