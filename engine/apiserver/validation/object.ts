import type { KubeObject } from '../../object.ts';
import type { Kind } from '../kinds/kind.ts';
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
  const errors = metadataUpdateErrors(kind, next, previous);
  const updateErrors = kind.validateUpdate?.(next, previous);
  return withErrors(withErrors(errors, updateErrors), kind.validatesUpdateItself ? undefined : kind.validate?.(next));
}

/** All that is wrong with an update of the status. */
export function validateStatusUpdate(kind: Kind, next: KubeObject, previous: KubeObject): ErrorList {
  const errors = metadataUpdateErrors(kind, next, previous);
  return withErrors(errors, kind.validateStatusUpdate?.(next, previous));
}

function metadataUpdateErrors(kind: Kind, next: KubeObject, previous: KubeObject): ErrorList {
  if (next.metadata === previous.metadata) return NO_ERRORS;
  const errors: ErrorList = [];
  validateMetadata(kind, next.metadata, errors);
  validateMetadataUpdate(next, previous, errors);
  // The server checks metadata once for the update, once for the object, and each twice; all four are listed as causes.
  return errors.length === 0 ? errors : [...errors, ...errors, ...errors, ...errors];
}

function withErrors(errors: ErrorList, more: ErrorList | undefined): ErrorList {
  if (more === undefined || more.length === 0) return errors;
  return errors.length === 0 ? more : [...errors, ...more];
}
