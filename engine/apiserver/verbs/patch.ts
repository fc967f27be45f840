import type { Operation } from 'fast-json-patch';
import type { Json, KubeObject } from '../../object.ts';
import { type Call, refuse } from '../call.ts';
import { decodePatched, parseBody } from '../codec.ts';
import { schemaOf } from '../schema/schemas.ts';
import { badRequest, invalid, unknownError, unprocessable, unsupportedMediaType } from '../errors.ts';
import { goValue } from '../patch/go.ts';
import { applyJsonPatch } from '../patch/json.ts';
import { applyMergePatch } from '../patch/merge.ts';
import { applyStrategicPatch, PatchError } from '../patch/strategic.ts';
import { findShapeError } from '../patch/shape.ts';
import { getObject } from '../storage.ts';
import { withNamespace } from './create.ts';
import { replaceObject, replaceStatus } from './update.ts';

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
  const result = applyPatch(call, previous as unknown as JsonObject);
  const next = withNamespace(call, decodePatched(call, result));
  if (next.metadata?.name !== previous.metadata.name) {
    const name = next.metadata?.name ?? '';
    refuse(badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`));
  }
  return next;
}

function applyPatch(call: Call, previous: JsonObject): Json {
  const [type] = (call.request.headers?.['content-type'] ?? '').split(';');
  const body = (): Json => parseBody(call.request.body) as Json;
  switch (type) {
    case 'application/json-patch+json':
      return jsonPatch(previous, body());
    case 'application/merge-patch+json':
      return applyMergePatch(previous, objectPatch(body()));
    case 'application/strategic-merge-patch+json':
      return strategicPatch(call, previous, objectPatch(body()));
    default:
      return refuse(unsupportedMediaType());
  }
}

function jsonPatch(previous: JsonObject, operations: Json): Json {
  if (!Array.isArray(operations)) {
    const type = typeof operations === 'object' ? 'object' : typeof operations;
    refuse(badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go value of type []handlers.jsonPatchOp`));
  }
  return applyJsonPatch(previous, operations as unknown as readonly Operation[]) ?? refuse(unprocessable());
}

function objectPatch(patch: Json): JsonObject {
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch as JsonObject;
  const type = Array.isArray(patch) ? 'array' : patch === null ? 'null' : typeof patch;
  return refuse(badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`));
}

function strategicPatch(call: Call, previous: JsonObject, patch: JsonObject): Json {
  const schema = schemaOf(call.kind);
  try {
    const result = applyStrategicPatch(previous, patch, schema);
    const wrong = findShapeError(result, schema);
    if (wrong !== undefined) refuseShape(patch, wrong);
    return result;
  } catch (error) {
    if (error instanceof PatchError) refuse(unknownError(error.message));
    throw error;
  }
}

function refuseShape(patch: JsonObject, wrong: string): never {
  const error = { type: 'FieldValueInvalid', field: 'patch', message: `Invalid value: "${goValue(patch)}": ${wrong}` } as const;
  return refuse(invalid(undefined, '', [error]));
}

