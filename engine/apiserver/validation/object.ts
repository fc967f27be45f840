import type { KubeObject } from '../../object.ts';
import type { Kind, PartRules } from '../kinds/kind.ts';
import { type ErrorList, NO_ERRORS } from './field.ts';
import { validateMetadata, validateMetadataUpdate } from './metadata.ts';

/** All that is wrong with an object about to be created; it is prepared already. */
export function validateCreate(kind: Kind, object: KubeObject): ErrorList {
  const errors: ErrorList = [];
  validateMetadata(kind, object.metadata, errors);
  return withErrors(errors, kind.validate?.(object));
}

/** All that is wrong with an update, the object itself included. */
export function validateUpdate(kind: Kind, next: KubeObject, previous: KubeObject): ErrorList {
  const errors = withErrors(metadataUpdateErrors(kind, next, previous), kind.validate?.(next, previous));
  return withErrors(errors, kind.validateUpdate?.(next, previous));
}

/** All that is wrong with an update of the status, or of another part. */
export function validateStatusUpdate(
  kind: Kind,
  next: KubeObject,
  previous: KubeObject,
  part: PartRules | undefined,
): ErrorList {
  const rule = part === undefined ? kind.validateStatusUpdate : part.validate;
  return withErrors(metadataUpdateErrors(kind, next, previous), rule?.(next, previous));
}

function metadataUpdateErrors(kind: Kind, next: KubeObject, previous: KubeObject): ErrorList {
  if (next.metadata === previous.metadata) return NO_ERRORS;
  const errors: ErrorList = [];
  validateMetadata(kind, next.metadata, errors);
  validateMetadataUpdate(next, previous, errors);
  if (errors.length === 0 || kind.custom !== undefined) return errors;
  // The server looks at metadata several times on its way and lists each finding as a cause of its own: at names of
  // finalizers once, at new ones of a deleted object twice, at all else three times.
  const lasting = errors.filter(({ field }) => !field.startsWith(FINALIZERS));
  const added = errors.filter(({ field, type }) => field === FINALIZERS && type === 'FieldValueForbidden');
  const repeated = [...errors, ...added, ...lasting, ...lasting];
  return kind.validatesUpdateAsNew ? [...repeated, ...errors.filter((error) => !added.includes(error))] : repeated;
}

const FINALIZERS = 'metadata.finalizers';

function withErrors(errors: ErrorList, more: ErrorList | undefined): ErrorList {
  if (more === undefined || more.length === 0) return errors;
  return errors.length === 0 ? more : [...errors, ...more];
}
