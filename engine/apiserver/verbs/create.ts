import type { KubeObject, ObjectMeta } from '../../object.ts';
import { nameSuffix, uid } from '../../sim/identity.ts';
import { timestamp } from '../../sim/time.ts';
import { admit, validateAdmission } from '../admission/admission.ts';
import { trackCreate } from '../apply/managers.ts';
import { isOwnershipKept, writerOf } from '../apply/writer.ts';
import { requireNoEscalation } from '../authorization/rbac/escalation.ts';
import { requireCreateAccess } from '../authorization/require.ts';
import { type Call, refuse } from '../call.ts';
import { decodeBody } from '../codec.ts';
import { alreadyExists, badRequest, invalid, unknownError } from '../errors.ts';
import { findObject, saveObject, writeContext } from '../storage.ts';
import { validateCreate } from '../validation/object.ts';
import { withAllocations } from './allocate.ts';

/** `maxNameLength` less the random part: longer prefixes are cut (`k8s.io/apiserver/pkg/storage/names`). */
const LONGEST_PREFIX = 58;
/** `maxNameGenerationCreateAttempts` in `k8s.io/apiserver/pkg/registry/generic/registry`. */
const NAME_ATTEMPTS = 8;

const NONE: readonly string[] = [];

/** POST to a collection. */
export function createObject(call: Call): KubeObject {
  return insertObject(call, withOwner(call, decodeBody(call, call.request.body)));
}

/** Records who creates the object; what the request says of ownership is dropped. */
export function withOwner(call: Call, object: KubeObject): KubeObject {
  const plain = withoutOwnership(object);
  return isOwnershipKept(call) ? trackCreate(call.kind, plain, writerOf(call), call.turn.now) : plain;
}

function withoutOwnership(object: KubeObject): KubeObject {
  const given = object.metadata as (KubeObject['metadata'] & { managedFields?: unknown }) | undefined;
  if (given?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = given;
  return { ...object, metadata };
}

/** Creates a decoded object with its defaults. */
export function insertObject(call: Call, decoded: KubeObject): KubeObject {
  const { kind } = call;
  requireCreateAccess(call);
  const admitted = admit({ call, operation: 'CREATE', object: withNamespace(call, decoded) });
  const named = withSystemMetadata(call, admitted);
  requireNoEscalation(call, named);
  const prepared = kind.prepareForCreate?.(named, writeContext(call)) ?? named;
  const errors = validateCreate(kind, prepared);
  if (errors.length > 0) refuse(invalid(kind, prepared.metadata.name, errors));
  const complete = withAllocations(call, prepared, undefined);
  validateAdmission({ call, operation: 'CREATE', object: complete });
  const existing = findObject(call, complete.metadata.name);
  if (existing !== undefined) refuse(alreadyExists(kind, complete.metadata.name));
  const warnings = kind.warnings?.(complete) ?? NONE;
  if (warnings.length > 0) call.warnings.push(...warnings);
  return saveObject(call, complete, undefined);
}

/** The object's namespace is the request's; a different one in the body is refused. */
export function withNamespace(call: Call, object: KubeObject): KubeObject {
  const { metadata } = object;
  if (
    metadata?.namespace !== undefined &&
    metadata.namespace !== '' &&
    metadata.namespace !== call.namespace &&
    call.kind.namespaced
  ) {
    refuse(badRequest('the namespace of the provided object does not match the namespace sent on the request'));
  }
  if (call.namespace === (metadata?.namespace ?? '')) return object;
  return { ...object, metadata: { ...metadata, namespace: call.namespace } };
}

/** Name from `generateName`, uid, creation time, generation; fields that only the server may set are dropped. */
function withSystemMetadata(call: Call, object: KubeObject): KubeObject {
  const { turn, kind } = call;
  const given = givenMetadata(object.metadata);
  const generated =
    given.name === undefined || given.name === '' ? generatedName(call, given.generateName) : given.name;
  const metadata: { -readonly [field in keyof ObjectMeta]: ObjectMeta[field] } = Object.assign({}, given);
  metadata.name = generated;
  metadata.uid = uid(() => turn.random());
  metadata.resourceVersion = '';
  metadata.creationTimestamp = timestamp(turn.now);
  if (kind.hasGeneration) metadata.generation = 1;
  return withMetadata(object, metadata);
}

/** The object with its metadata, in the order in which Kubernetes writes objects. */
function withMetadata(object: KubeObject, metadata: KubeObject['metadata']): KubeObject {
  const result: Record<string, unknown> = { kind: object.kind, apiVersion: object.apiVersion, metadata };
  for (const key in object) {
    if (key !== 'kind' && key !== 'apiVersion' && key !== 'metadata') result[key] = object[key];
  }
  return result as unknown as KubeObject;
}

type Metadata = KubeObject['metadata'] & { readonly selfLink?: string };

/** Metadata without what only the server may set. */
function givenMetadata(metadata: Metadata): Metadata {
  const { resourceVersion, deletionTimestamp, deletionGracePeriodSeconds, selfLink } = metadata;
  if (resourceVersion !== undefined && resourceVersion !== '')
    refuse(unknownError('resourceVersion should not be set on objects to be created'));
  const isPlain = deletionTimestamp === undefined && deletionGracePeriodSeconds === undefined && selfLink === undefined;
  if (isPlain) return metadata;
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, selfLink: ___, ...given } = metadata;
  return given as Metadata;
}

/** A prefix with a random suffix; a taken name is tried again, as `RetryGenerateName` does. */
function generatedName(call: Call, prefix: string | undefined): string {
  if (prefix === undefined || prefix === '') return '';
  let name = '';
  for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    name = prefix.slice(0, LONGEST_PREFIX) + nameSuffix(() => call.turn.random());
    if (findObject(call, name) === undefined) break;
  }
  return name;
}
