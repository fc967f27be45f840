import { groupKind, groupResource } from './kinds/kind.ts';
import type { Status } from './request.ts';
import { aggregateMessage, type ErrorList } from './validation/field.ts';

/** The parts of a resource's name that error texts need: `deployments.apps`, kind `Deployment`. */
export interface ErrorSubject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** One entry of `Status.details.causes`. */
interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

const TOO_OLD_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** What optimistic locking says to the loser; `kubectl edit` and client-go's `RetryOnConflict` recognise the reason. */
export const OBJECT_MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

function failure(code: number, reason: string, message: string, details?: Status['details']): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

function subjectDetails(subject: ErrorSubject, name: string): Status['details'] {
  return {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.plural,
  };
}

export function notFound(subject: ErrorSubject, name: string): Status {
  return failure(404, 'NotFound', `${groupResource(subject)} "${name}" not found`, subjectDetails(subject, name));
}

export function alreadyExists(subject: ErrorSubject, name: string): Status {
  return failure(
    409,
    'AlreadyExists',
    `${groupResource(subject)} "${name}" already exists`,
    subjectDetails(subject, name),
  );
}

export function conflict(subject: ErrorSubject, name: string, why: string = OBJECT_MODIFIED): Status {
  const message = `Operation cannot be fulfilled on ${groupResource(subject)} "${name}": ${why}`;
  return failure(409, 'Conflict', message, subjectDetails(subject, name));
}

/** Places in etcd that are not called after their resource (`SpecialDefaultResourcePrefixes` in `pkg/kubeapiserver`). */
const STORAGE_PREFIXES: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  services: 'services/specs',
  'ingresses.networking.k8s.io': 'ingress',
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
};

/** What the storage layer says of an object that is not the one that was meant. */
export function invalidObject(
  subject: Pick<ErrorSubject, 'group' | 'plural'>,
  namespace: string,
  name: string,
  why: string,
): string {
  const prefix = STORAGE_PREFIXES[groupResource(subject)] ?? subject.plural;
  const key = `/${prefix}/${namespace === '' ? '' : `${namespace}/`}${name}`;
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
}

/** A server-side apply that would change fields of other managers. */
export function applyConflict(conflicts: readonly { readonly manager: string; readonly field: string }[]): Status {
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field,
  }));
  return failure(409, 'Conflict', `Apply failed with ${conflictText(causes)}`, { causes });
}

function conflictText(causes: readonly { readonly message: string; readonly field: string }[]): string {
  const [first] = causes;
  if (causes.length === 1 && first !== undefined) return `1 conflict: ${first.message}: ${first.field}`;
  const messages = [...new Set(causes.map(({ message }) => message))].sort();
  const groups = messages.map((message) => {
    const fields = causes.filter((cause) => cause.message === message).map(({ field }) => field);
    return `conflicts${message.slice('conflict'.length)}:\n${fields.map((field) => `- ${field}`).join('\n')}`;
  });
  return `${causes.length} conflicts: ${groups.join('\n')}`;
}

export function forbidden(subject: ErrorSubject, name: string, why: string, causes?: readonly Cause[]): Status {
  const about = name === '' ? groupResource(subject) : `${groupResource(subject)} "${name}"`;
  const details = subjectDetails(subject, name);
  return failure(
    403,
    'Forbidden',
    `${about} is forbidden: ${why}`,
    causes === undefined ? details : { ...details, causes },
  );
}

/** What was invalid: `resource` names the storage behind it, where the subject is a kind. */
interface InvalidSubject {
  readonly group: string;
  readonly kind: string;
  readonly resource?: string;
}

/** The group of the stored form: an Event of events.k8s.io is told of as one of the core group. */
function storedGroup({ group, resource }: InvalidSubject): string {
  if (resource === undefined) return group;
  const dot = resource.indexOf('.');
  return dot < 0 ? '' : resource.slice(dot + 1);
}

/** `subject` may be absent where a patch fails before there is an object: the message then starts with ` "" is invalid`. */
export function invalid(subject: InvalidSubject | undefined, name: string, errors: ErrorList): Status {
  const group = subject === undefined ? '' : storedGroup(subject);
  const kind = subject === undefined ? '' : groupKind({ group, kind: subject.kind });
  return failure(422, 'Invalid', `${kind} "${name}" is invalid: ${aggregateMessage(errors)}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(subject === undefined ? {} : { kind: subject.kind }),
    causes: errors.map(({ type, message, field }) => ({ reason: type, message, field })),
  });
}

export function badRequest(message: string): Status {
  return failure(400, 'BadRequest', message);
}

/** A path under a served API root that leads to nothing. */
export function unknownResource(): Status {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** A path that exists, with a method it does not have. */
export function methodNotAllowed(): Status {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** A new custom resource of a definition that goes (`serveResource` in `apiextensions-apiserver/pkg/apiserver`). */
export function createWhileTerminating({ group, plural }: { readonly group: string; readonly plural: string }): Status {
  const message = 'create not allowed while custom resource definition is terminating';
  return failure(405, 'MethodNotAllowed', message, { group, kind: plural });
}

/** Whoever should answer is not there: the aggregator's words for an API service that is not available. */
export function serviceUnavailable(): Status {
  return failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {
    causes: [{ reason: 'UnexpectedServerResponse', message: 'service unavailable' }],
  });
}

/** Something that the real server has and this one, so far, has not. */
export function notSimulated(what: string): Status {
  return failure(501, 'NotImplemented', `${what} is not simulated`, {});
}

/** The form would do, the shape that is asked for is none (`k8s.io/apiserver/pkg/endpoints/handlers/negotiation`). */
export function notConvertible(accepted: readonly string[]): Status {
  const { details: _, ...status } = failure(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${accepted.join(', ')}`,
    {},
  );
  return status;
}

/** Nothing is served in any form that is asked for: go-restful, which the server is built on, says so first. */
export function notAcceptable(available: readonly string[]): Status {
  return failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`, {});
}

export function unsupportedMediaType(): Status {
  return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** A patch of a type that its resource does not take. */
export function unsupportedPatchType(accepted: readonly string[]): Status {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return failure(415, 'UnsupportedMediaType', message, {});
}

/** A JSON patch that cannot be applied: Kubernetes keeps the cause to itself. */
export function unprocessable(): Status {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** An eviction that a disruption budget does not allow now. */
export function tooManyOperations(most: number, given: number): Status {
  const message = `The allowed maximum operations in a JSON patch is ${most}, got ${given}`;
  return failure(413, 'RequestEntityTooLarge', message);
}

export function tooManyRequests(why: string, retryAfterSeconds: number): Status {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  return failure(429, 'TooManyRequests', message, {
    causes: [{ reason: 'DisruptionBudget', message: why }],
    ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
  });
}

/** An error that carries no status of its own: reason empty, code 500. */
export function unknownError(message: string): Status {
  return failure(500, '', message);
}

export function internalError(why: string): Status {
  return failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
}

/** A version of a custom kind that a webhook would have to convert to. */
export function unconvertible({ group, version, kind }: ErrorSubject & { readonly version: string }): Status {
  const why = `conversion webhook for ${group}/${version}, Kind=${kind} failed: conversion by webhook is not simulated; use the storage version`;
  return failure(500, '', why, {});
}

/** A watch from a revision that is gone. */
export function tooOldResourceVersion(asked: number, oldest: number): Status {
  return failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

/** A list at a revision that is gone. */
export function listExpired(): Status {
  return failure(410, 'Expired', 'The resourceVersion for the provided list is too old.');
}

/** A continue token whose revision is gone; `token` goes on inconsistently from the same key. */
export function continueExpired(token: string): Status {
  return { ...failure(410, 'Expired', TOO_OLD_CONTINUE), metadata: { continue: token } };
}

/** A read that must not be older than a revision which does not exist yet. */
export function tooLargeResourceVersion(asked: number, current: number): Status {
  return failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/**
 * What the server's etcd client says when the member does not answer; the API server hands it on without a reason.
 * Source: behaviour of google.golang.org/grpc's connection errors.
 */
export function storageUnavailable(): Status {
  return unknownError(
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"',
  );
}

/** A `Status` of success, as deletions answer with. */
export function success(details: Status['details']): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details === undefined ? {} : { details }),
  };
}
