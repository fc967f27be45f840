import { base64Bytes, base64OfBytes } from '../../base64.ts';
import { microTimestamp, timestamp } from '../../sim/time.ts';
import generated from './messages.generated.json' with { type: 'json' };
import { type WireValue, wireFields } from './wire.ts';

/** A field as the published messages have it. */
interface MessageField {
  readonly name: string;
  /** A scalar or a message: `int32`, `core.v1.PodSpec`. */
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map';
  /** Its fields are those of the parent (Go's inlined structs). */
  readonly isInlined: boolean;
}

type Fields = ReadonlyMap<number, MessageField>;

/** A body that is no message of the kind it says it is. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** Every protobuf body begins with these bytes, `k8s` and a zero. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

const MESSAGES = generated.messages as Readonly<Record<string, string>>;
const known = new Map<string, Fields | undefined>();

/** Packages whose name is not the first word of their group. */
const PACKAGES: Readonly<Record<string, string>> = { '': 'core', 'internal.apiserver.k8s.io': 'apiserverinternal' };

function fieldsOf(message: string): Fields | undefined {
  if (!known.has(message)) {
    const text = MESSAGES[message];
    known.set(message, text === undefined ? undefined : new Map(text.split(';').filter(Boolean).map(parseField)));
  }
  return known.get(message);
}

/** `2 containers []core.v1.Container`, `7 nodeSelector {}string`, `2 <volumeSource core.v1.VolumeSource`. */
function parseField(text: string): [number, MessageField] {
  const [number, name = '', type = ''] = text.split(' ');
  const isInlined = name.startsWith('<');
  const shape = type.startsWith('[]') ? 'list' : type.startsWith('{}') ? 'map' : 'one';
  const plain = shape === 'one' ? type : type.slice(2);
  return [Number(number), { name: isInlined ? name.slice(1) : name, type: plain, shape, isInlined }];
}

/** An object in the protobuf encoding (base64) as JSON would have it. Source: `k8s.io/apimachinery/pkg/runtime/serializer/protobuf`. */
export function decodeProtobuf(base64: string): object {
  const bytes = base64Bytes(base64);
  if (bytes === undefined || MAGIC.some((byte, at) => bytes[at] !== byte)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  const unknown = record(bytes.subarray(MAGIC.length), 'runtime.Unknown');
  const { apiVersion = '', kind = '', raw = '' } = unknown as { apiVersion?: string; kind?: string; raw?: string };
  const message = messageOf(apiVersion, kind);
  if (message === undefined) {
    throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}" in the protobuf encoding`);
  }
  return { kind, apiVersion, ...record(base64Bytes(raw) ?? new Uint8Array(), message) };
}

/** `apps/v1` and `Deployment` are `apps.v1.Deployment`; options are `meta/v1` in every version. */
function messageOf(apiVersion: string, kind: string): string | undefined {
  const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
  const name = `${PACKAGES[group] ?? group.split('.')[0]}.${version}.${kind}`;
  return [name, `meta.v1.${kind}`].find((candidate) => MESSAGES[candidate] !== undefined);
}

function record(bytes: Uint8Array, message: string): Record<string, unknown> {
  const fields = fieldsOf(message);
  if (fields === undefined) throw new ProtobufError(`unknown message ${message}`);
  const result: Record<string, unknown> = {};
  for (const { number, value } of wireFields(bytes)) {
    const field = fields.get(number);
    if (field === undefined) continue;
    if (field.isInlined) Object.assign(result, fieldValue(value, field.type));
    else if (field.shape === 'list') addItems(result, field, value);
    else if (field.shape === 'map') addEntry(result, field, value);
    else result[field.name] = fieldValue(value, field.type);
  }
  return result;
}

function addItems(result: Record<string, unknown>, { name, type }: MessageField, value: WireValue): void {
  const items = (result[name] ?? []) as unknown[];
  items.push(fieldValue(value, type));
  result[name] = items;
}

/** An entry is a message of its own: 1 is the key, 2 the value. */
function addEntry(result: Record<string, unknown>, { name, type }: MessageField, value: WireValue): void {
  const entries = (result[name] ?? {}) as Record<string, unknown>;
  let key = '';
  let content: WireValue = new Uint8Array();
  for (const part of wireFields(asBytes(value))) {
    if (part.number === 1) key = textOf(asBytes(part.value));
    else content = part.value;
  }
  entries[key] = fieldValue(content, type);
  result[name] = entries;
}

function asBytes(value: WireValue): Uint8Array {
  if (typeof value === 'bigint') throw new ProtobufError('proto: wrong wireType');
  return value;
}

/** Two's complement: negative numbers come as 64 bits whatever their type. */
function numberOf(value: WireValue): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}

function fieldValue(value: WireValue, type: string): unknown {
  switch (type) {
    case 'string':
      return textOf(asBytes(value));
    case 'bytes':
      return base64OfBytes(asBytes(value));
    case 'bool':
      return numberOf(value) !== 0;
    case 'int32':
    case 'int64':
      return numberOf(value);
    case 'double':
      return doubleOf(asBytes(value));
    default:
      return messageValue(asBytes(value), type);
  }
}

/** Messages that JSON writes in a form of their own. */
function messageValue(bytes: Uint8Array, type: string): unknown {
  const content = record(bytes, type);
  switch (type) {
    case 'meta.v1.Time':
      return content.seconds === undefined ? null : timestamp((content.seconds as number) * 1000);
    case 'meta.v1.MicroTime':
      return content.seconds === undefined ? null : microTimestamp(millisecondsOf(content));
    case 'meta.v1.Duration':
      return `${Number(content.duration ?? 0) / 1e9}s`;
    case 'resource.Quantity':
      return content.string ?? '0';
    case 'intstr.IntOrString':
      return content.type === 1 ? (content.strVal ?? '') : (content.intVal ?? 0);
    case 'runtime.RawExtension':
    case 'meta.v1.FieldsV1':
      return rawJson(content);
    default:
      return isList(type) ? (content.items ?? []) : content;
  }
}

function millisecondsOf({ seconds = 0, nanos = 0 }: { seconds?: number; nanos?: number }): number {
  return seconds * 1000 + nanos / 1e6;
}

function rawJson({ raw, Raw }: { raw?: string; Raw?: string }): unknown {
  const text = textOf(base64Bytes(raw ?? Raw ?? '') ?? new Uint8Array());
  return text === '' ? null : JSON.parse(text);
}

/** Named lists of strings, such as `ExtraValue`. */
function isList(type: string): boolean {
  return MESSAGES[type] === '1 items []string';
}

function doubleOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(0, true);
}

/** UTF-8 as text; a wrong sequence becomes U+FFFD. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let code = length === 1 ? first : first & (0xff >> (length + 1));
    for (let more = 1; more < length; more++) code = (code << 6) | ((bytes[at + more] ?? 0) & 0x3f);
    text += String.fromCodePoint(code > 0x10ffff ? 0xfffd : code);
    at += length;
  }
  return text;
}
