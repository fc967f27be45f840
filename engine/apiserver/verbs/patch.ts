import type { Operation } from 'fast-json-patch';
import type { Json, KubeObject } from '../../object.ts';
import { type Call, refuse } from '../call.ts';
import { decodePatched } from '../codec.ts';
import { duplicateFields, faultsInOrder } from '../duplicate-fields.ts';
import { encoded } from '../encoded.ts';
import {
  badRequest,
  tooManyOperations,
  unknownError,
  unprocessable,
  unsupportedMediaType,
  unsupportedPatchType,
} from '../errors.ts';
import { jsonSyntaxError } from '../json-syntax.ts';
import { goValue } from '../patch/go.ts';
import { applyJsonPatch } from '../patch/json.ts';
import { applyMergePatch, mergedText } from '../patch/merge.ts';
import { findShapeError } from '../patch/shape.ts';
import { applyStrategicPatch, PatchError } from '../patch/strategic.ts';
import type { Schema } from '../schema/schema.ts';
import { schemaOf } from '../schema/schemas.ts';
import { getObject } from '../storage.ts';
import { withNamespace } from './create.ts';
import { replaceObject, replaceStatus } from './update.ts';

/** Custom resources have no strategic merge: their lists have no merge keys of their own. */
const CUSTOM_PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];

type JsonObject = { readonly [key: string]: Json | undefined };

/** PATCH of an object. */
export function patchObject(call: Call): KubeObject {
  const previous = getObject(call);
  return replaceObject(call, patched(call, previous), previous);
}

/** PATCH of an object's status. */
export function patchStatus(call: Call): KubeObject {
  const previous = getObject(call);
  return replaceStatus(call, patched(call, previous), previous);
}

/** The object as the patch makes it, decoded and with defaults. */
export function patched(call: Call, previous: KubeObject): KubeObject {
  const next = withNamespace(call, applyPatch(call, previous as unknown as JsonObject));
  if (next.metadata?.name !== previous.metadata.name) {
    const name = next.metadata?.name ?? '';
    refuse(badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`));
  }
  return next;
}

function applyPatch(call: Call, previous: JsonObject): KubeObject {
  const type = call.request.headers?.['content-type'] ?? '';
  const end = type.indexOf(';');
  switch (end < 0 ? type : type.slice(0, end)) {
    case 'application/json-patch+json': {
      const operations = patchBody(call, 'error decoding patch: ');
      return decodePatched(call, jsonPatch(previous, operations), { faults: operationFaults(call, operations) });
    }
    case 'application/merge-patch+json': {
      const prefix = 'error decoding patch: ';
      const patch = objectPatch(patchBody(call, prefix), prefix);
      const shown = (): string => mergedText(encoded(previous) as JsonObject, patch);
      return decodePatched(call, applyMergePatch(previous, patch), { shown, faults: textFaults(call) });
    }
    case 'application/strategic-merge-patch+json':
      if (call.kind.custom !== undefined) refuse(unsupportedPatchType(CUSTOM_PATCH_TYPES));
      return strategicPatch(call, previous, objectPatch(patchBody(call, ''), ''));
    default:
      return refuse(unsupportedMediaType());
  }
}

/** A patch is JSON, also as text; `prefix` opens the message when it is not. */
export function patchBody(call: Call, prefix: string): Json {
  const { body } = call.request;
  if (typeof body !== 'string') return (body ?? null) as Json;
  const wrong = jsonSyntaxError(body);
  if (wrong !== undefined) refuse(badRequest(prefix + wrong));
  return JSON.parse(body) as Json;
}

/** `maxJSONPatchOperations`. */
const MOST_OPERATIONS = 10_000;

function jsonPatch(previous: JsonObject, operations: Json): Json {
  if (!Array.isArray(operations)) {
    const type = typeof operations === 'object' ? 'object' : typeof operations;
    refuse(
      badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go value of type []handlers.jsonPatchOp`),
    );
  }
  if (operations.length > MOST_OPERATIONS) refuse(tooManyOperations(MOST_OPERATIONS, operations.length));
  return applyJsonPatch(previous, operations as unknown as readonly Operation[]) ?? refuse(unprocessable());
}

const OPERATION_FIELDS = ['op', 'path', 'from', 'value'];

/** Fields that a text has twice. */
function textFaults({ request }: Call): readonly string[] {
  return typeof request.body === 'string' ? duplicateFields(request.body) : [];
}

/** Fields that operations have twice, or that no operation has. */
function operationFaults({ request }: Call, operations: Json): readonly string[] {
  const unknown = (operations as readonly object[]).flatMap((operation, index) => {
    const foreign = Object.keys(operation).filter((key) => !OPERATION_FIELDS.includes(key));
    return foreign.map((key) => `unknown field "[${index}].${key}"`);
  });
  const faults = typeof request.body === 'string' ? faultsInOrder(request.body, unknown) : unknown;
  return faults.map((fault) => `json patch ${fault}`);
}

/** A patch that must be an object. */
export function objectPatch(patch: Json, prefix: string): JsonObject {
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch as JsonObject;
  const type = Array.isArray(patch) ? 'array' : patch === null ? 'null' : typeof patch;
  return refuse(badRequest(`${prefix}json: cannot unmarshal ${type} into Go value of type map[string]interface {}`));
}

/** The patched object keeps its kind whatever the patch says of it: it is merged as a struct. */
function strategicPatch(call: Call, previous: JsonObject, patch: JsonObject): KubeObject {
  const schema = schemaOf(call.kind);
  const merged = mergedByStrategy(previous, patch, schema);
  const next = { ...merged, kind: previous.kind, apiVersion: previous.apiVersion };
  const explained = (error: string): string =>
    findShapeError(merged, schema, previous) ?? `error decoding from json: ${error}`;
  return decodePatched(call, next, {
    shown: () => goValue(remainder(patch)),
    explained,
    stored: previous as unknown as KubeObject,
    faults: textFaults(call),
  });
}

const ORDER = '$setElementOrder/';

/** What merging leaves of a patch, for messages: lists that come with their order are taken out (`mergePatchIntoOriginal`). */
function remainder(patch: JsonObject): JsonObject {
  const taken = new Set(
    Object.keys(patch).flatMap((key) => (key.startsWith(ORDER) ? [key, key.slice(ORDER.length)] : [])),
  );
  const left = Object.entries(patch).filter(([key]) => !taken.has(key));
  return Object.fromEntries(left.map(([key, value]) => [key, isObject(value) ? remainder(value) : value]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mergedByStrategy(previous: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  try {
    return applyStrategicPatch(previous, patch, schema);
  } catch (error) {
    if (error instanceof PatchError) refuse(unknownError(error.message));
    throw error;
  }
}
