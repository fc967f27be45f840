import { extended, type KubeObject, type ObjectMeta } from '../../object.ts';
import { admit, validateAdmission } from '../admission/admission.ts';
import { isManagedFields, isReset, trackUpdate } from '../apply/managers.ts';
import { isOwnershipKept, writerOf } from '../apply/writer.ts';
import { requireNoEscalation } from '../authorization/rbac/escalation.ts';
import { type Call, refuse } from '../call.ts';
import { decodeBody } from '../codec.ts';
import { isEqual } from '../equality.ts';
import { badRequest, conflict, invalid, invalidObject, notFound, unknownError } from '../errors.ts';
import type { Kind } from '../kinds/kind.ts';
import { findObject, getObject, removeObject, saveObject, writeContext } from '../storage.ts';
import { validateStatusUpdate, validateUpdate } from '../validation/object.ts';
import { withAllocations } from './allocate.ts';
import { insertObject, withNamespace, withOwner } from './create.ts';

/** PUT of an object. Creates where the kind allows that. */
export function updateObject(call: Call): { readonly object: KubeObject; readonly isCreated: boolean } {
  const next = withNamespace(call, decodeBody(call, call.request.body));
  checkName(call, next);
  const previous = findObject(call);
  if (previous === undefined) {
    if (!call.kind.allowsCreateOnUpdate) refuse(notFound(call.kind, call.name));
    return { object: insertObject(call, withOwner(call, next)), isCreated: true };
  }
  return { object: replaceObject(call, next, previous), isCreated: false };
}

/** PUT of an object's status. */
export function updateStatus(call: Call): KubeObject {
  const next = withNamespace(call, decodeBody(call, call.request.body));
  checkName(call, next);
  return replaceStatus(call, next, getObject(call));
}

function checkName(call: Call, object: KubeObject): void {
  const name = object.metadata?.name;
  if (name === undefined || name === '') {
    refuse(badRequest(`the name of the object (${call.name} based on URL) was undeterminable: name must be provided`));
  }
  if (name !== call.name)
    refuse(badRequest(`the name of the object (${name}) does not match the name on the URL (${call.name})`));
}

/** Optimistic locking: a resourceVersion or uid in the new object must be the live one's. */
function checkVersion(call: Call, next: KubeObject, previous: KubeObject): void {
  const { kind, name } = call;
  const { resourceVersion, uid } = next.metadata;
  if (resourceVersion === undefined || resourceVersion === '' || resourceVersion === '0') {
    if (kind.allowsUnconditionalUpdate) return;
    const error = {
      type: 'FieldValueInvalid',
      field: 'metadata.resourceVersion',
      message: 'Invalid value: 0: must be specified for an update',
    } as const;
    refuse(invalid({ group: kind.group, kind: kind.plural }, name, [error]));
  }
  if (resourceVersion !== previous.metadata.resourceVersion) {
    if (!/^\d+$/.test(resourceVersion))
      refuse(unknownError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`));
    refuse(conflict(kind, name));
  }
  if (uid !== undefined && uid !== '' && uid !== previous.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`;
    refuse(conflict(kind, name, invalidObject(kind, call.namespace, name, why)));
  }
}

/** Whether an object to be stored comes with its `managedFields` made up (apply), or has them tracked here (update). */
export type Ownership = 'settled' | 'tracked';

type Owned = ObjectMeta & { readonly managedFields?: unknown };

function owned(call: Call, next: KubeObject, previous: KubeObject, ownership: Ownership): KubeObject {
  if (ownership === 'settled') return next;
  const isTracked = (next.metadata as Owned).managedFields !== undefined || isOwnershipKept(call);
  return isTracked ? trackUpdate(call.kind, next, previous, writerOf(call), call.turn.now) : next;
}

/** What an update can't change in metadata, whatever the request says. */
function keptMetadata(next: Owned, previous: Owned, ownership: Ownership): ObjectMeta {
  const {
    resourceVersion: _,
    generation: __,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    managedFields,
    ...given
  } = next;
  const isGiven = ownership === 'settled' || isManagedFields(managedFields);
  const kept = isGiven ? managedFields : previous.managedFields;
  const entries = isReset(managedFields) ? undefined : kept;
  return extended(given, entries === undefined ? {} : { managedFields: entries }, {
    uid: given.uid || previous.uid,
    resourceVersion: previous.resourceVersion,
    creationTimestamp: given.creationTimestamp || previous.creationTimestamp,
    ...(previous.generation === undefined ? {} : { generation: previous.generation }),
    ...(previous.deletionTimestamp === undefined ? {} : { deletionTimestamp: previous.deletionTimestamp }),
    ...(previous.deletionGracePeriodSeconds === undefined
      ? {}
      : { deletionGracePeriodSeconds: previous.deletionGracePeriodSeconds }),
  });
}

function hasStatus(kind: Kind): boolean {
  return kind.subresources.some(({ name }) => name === 'status');
}

/** An update of everything but the status, which belongs to the status subresource where the kind has one. */
export function replaceObject(
  call: Call,
  given: KubeObject,
  previous: KubeObject,
  ownership: Ownership = 'tracked',
): KubeObject {
  const { kind } = call;
  checkVersion(call, given, previous);
  const metadata = keptMetadata(given.metadata, previous.metadata, ownership);
  const base: KubeObject = hasStatus(kind) ? withStatusOf({ ...given, metadata }, previous) : { ...given, metadata };
  const isAdmittedHere = call.subresource !== 'scale';
  const admitted = isAdmittedHere ? admit({ call, operation: 'UPDATE', object: base, previous }) : base;
  requireNoEscalation(call, admitted, previous);
  const prepared = kind.prepareForUpdate?.(admitted, previous, writeContext(call)) ?? admitted;
  const next = owned(call, withGeneration(kind, prepared, previous), previous, ownership);
  const errors = validateUpdate(kind, next, previous);
  if (errors.length > 0) refuse(invalid(kind, call.name, errors));
  if (isAdmittedHere) validateAdmission({ call, operation: 'UPDATE', object: next, previous });
  call.warnings.push(...(kind.warnings?.(next, previous) ?? []));
  return finishUpdate(call, withAllocations(call, next, previous), previous);
}

function withStatusOf(object: KubeObject, previous: KubeObject): KubeObject {
  if (object.status === previous.status) return object;
  if (previous.status !== undefined) return { ...object, status: previous.status };
  const { status: _, ...rest } = object;
  return rest as KubeObject;
}

function withGeneration(kind: Kind, next: KubeObject, previous: KubeObject): KubeObject {
  if (!kind.hasGeneration) return next;
  const isRaised = kind.raisesGeneration?.(next, previous) ?? !isEqual(next.spec, previous.spec);
  if (!isRaised) return next;
  return { ...next, metadata: { ...next.metadata, generation: (previous.metadata.generation ?? 0) + 1 } };
}

/** An update of the status, or of another part; of metadata only labels and annotations may change with it. */
export function replaceStatus(
  call: Call,
  given: KubeObject,
  previous: KubeObject,
  ownership: Ownership = 'tracked',
): KubeObject {
  const { kind } = call;
  checkVersion(call, given, previous);
  const part = kind.parts?.[call.subresource];
  const metadata = metadataWithStatus(given.metadata, previous.metadata, ownership);
  const base: KubeObject =
    part === undefined
      ? { ...previous, metadata, status: given.status }
      : { ...part.merged(given, previous), metadata };
  const admitted = admit({ call, operation: 'UPDATE', object: base, previous });
  const prepare = part === undefined ? kind.prepareStatusUpdate : part.prepare;
  const prepared = prepare?.(admitted, previous, writeContext(call)) ?? admitted;
  const raised = part === undefined ? prepared : withGeneration(kind, prepared, previous);
  const next = owned(call, raised, previous, ownership);
  const errors = validateStatusUpdate(kind, next, previous, part);
  if (errors.length > 0) refuse(invalid(kind, call.name, errors));
  validateAdmission({ call, operation: 'UPDATE', object: next, previous });
  return finishUpdate(call, next, previous);
}

/** What a write to the status makes of metadata. */
function metadataWithStatus(given: Owned, previous: Owned, ownership: Ownership): ObjectMeta {
  const isSame =
    ownership === 'tracked' &&
    isEqual(previous.labels, given.labels) &&
    isEqual(previous.annotations, given.annotations);
  if (isSame) return previous;
  const { labels: _, annotations: __, ...rest } = previous;
  return {
    ...rest,
    ...(ownership === 'settled' ? { managedFields: given.managedFields } : {}),
    ...(given.labels === undefined ? {} : { labels: given.labels }),
    ...(given.annotations === undefined ? {} : { annotations: given.annotations }),
  };
}

/** Stores an update. One that changes nothing writes nothing; one that takes the last finalizer off a deleted object removes it. */
export function finishUpdate(call: Call, next: KubeObject, previous: KubeObject): KubeObject {
  if (isFinalized(next)) return removeObject(call, next);
  if (isEqual(next, previous)) return previous;
  return saveObject(call, next, previous);
}

/** Marked for deletion, with nothing left to wait for: no finalizer, no grace, and for a Namespace no content. */
function isFinalized(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  if (object.kind === 'Namespace') return (object.spec?.finalizers?.length ?? 0) === 0;
  return (deletionGracePeriodSeconds ?? 0) === 0;
}
