import type { KubeObject } from '../../object.ts';
import { type ErrorList, invalid, required } from './field.ts';
import { qualifiedName } from './names.ts';

const LONGEST_NOTE = 1024;
const TYPES = ['Normal', 'Warning'];

/** Events of the core group: only their place is checked. Source: `pkg/apis/core/validation/events.go`. */
export function validateEvent(object: KubeObject): ErrorList {
  return placeErrors(object, object.involvedObject?.namespace ?? '');
}

function placeErrors(object: KubeObject, about: string): ErrorList {
  const { namespace } = object.metadata;
  const isClusterScoped = about === '';
  const isRight = isClusterScoped ? namespace === 'default' || namespace === 'kube-system' : namespace === about;
  return isRight ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}

/** Events of events.k8s.io: every field that describes the occurrence is required. */
export function validateNewEvent(object: KubeObject): ErrorList {
  const errors: ErrorList = placeErrors(object, object.regarding?.namespace ?? '');
  if (!object.eventTime) errors.push(required('eventTime'));
  if (!object.reportingController) errors.push(required('reportingController'));
  else
    for (const text of qualifiedName(object.reportingController))
      errors.push(invalid('reportingController', object.reportingController, text));
  if (!object.reportingInstance) errors.push(required('reportingInstance'));
  if (!object.action) errors.push(required('action'));
  if (!object.reason) errors.push(required('reason'));
  if ((object.note?.length ?? 0) > LONGEST_NOTE)
    errors.push(invalid('message', '', `can have at most ${LONGEST_NOTE} characters`));
  if (!TYPES.includes(object.type ?? '')) errors.push(invalid('type', '', `has invalid value: ${object.type ?? ''}`));
  return errors;
}

/** Only `series` may change. */
export function validateNewEventUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors: ErrorList = [];
  for (const field of ['reason', 'note', 'action', 'type', 'reportingController', 'reportingInstance', 'eventTime']) {
    if (next[field] !== previous[field]) errors.push(invalid(field, next[field] ?? null, 'field is immutable'));
  }
  return errors;
}
