import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import { addInvalid, type ErrorList, invalid, required } from './field.ts';
import { qualifiedName } from './names.ts';

const LONGEST = 128;
const LONGEST_NOTE = 1024;
const TYPES = ['Normal', 'Warning'];

/** Where an API version has what both have, and what messages call the reporter there. */
interface Shape {
  readonly about: 'involvedObject' | 'regarding';
  readonly note: 'message' | 'note';
  readonly reporter: 'reportingComponent' | 'reportingController';
}

const CORE: Shape = { about: 'involvedObject', note: 'message', reporter: 'reportingComponent' };
const NEW: Shape = { about: 'regarding', note: 'note', reporter: 'reportingController' };

/** Events of the core group: `legacyValidateEvent` in `pkg/apis/core/validation/events.go`. */
export function validateEvent(object: KubeObject): ErrorList {
  return legacyErrors(object, CORE);
}

/** Events of events.k8s.io: a new one has to say when it was and what it was, an old one only keeps what it says. */
export function validateNewEvent(object: KubeObject, previous?: KubeObject): ErrorList {
  const errors = legacyErrors(object, NEW);
  if (previous !== undefined) return errors;
  errors.push(...seriesErrors(object));
  if (!object.eventTime) errors.push(required('eventTime'));
  if (!TYPES.includes(object.type ?? '')) errors.push(invalid('type', '', `has invalid value: ${object.type ?? ''}`));
  for (const field of ['firstTimestamp', 'lastTimestamp', 'count', 'source']) {
    const given: unknown = object[`deprecated${field[0]?.toUpperCase()}${field.slice(1)}`];
    const isSet = field === 'source' ? hasSource(given) : Boolean(given);
    if (isSet) errors.push(invalid(field, '', 'needs to be unset'));
  }
  return errors;
}

function hasSource(source: unknown): boolean {
  const { component, host } = (source ?? {}) as { readonly component?: string; readonly host?: string };
  return Boolean(component) || Boolean(host);
}

function legacyErrors(object: KubeObject, { about, note, reporter }: Shape): ErrorList {
  const errors: ErrorList = [];
  const namespace = object.metadata.namespace ?? '';
  const place: string = object[about]?.namespace ?? '';
  if (!object.eventTime) {
    const isAtHome = place === '' ? namespace === 'default' : place === namespace;
    return isAtHome ? errors : [misplaced(place)];
  }
  if (place === '' && !CLUSTER_NAMESPACES.includes(namespace)) errors.push(misplaced(place));
  if (!object[reporter]) errors.push(required(reporter));
  addInvalid(errors, reporter, object[reporter] ?? '', qualifiedName(object[reporter] ?? ''));
  for (const field of NAMED_FIELDS) {
    const value: string = object[field] ?? '';
    if (value === '') errors.push(required(field));
    if (value.length > LONGEST) errors.push(tooLong(field, LONGEST));
  }
  if ((object[note]?.length ?? 0) > LONGEST_NOTE) errors.push(tooLong('message', LONGEST_NOTE));
  return errors;
}

/** Where events about objects of the cluster may be. */
const CLUSTER_NAMESPACES = ['default', 'kube-system'];
const NAMED_FIELDS = ['reportingInstance', 'action', 'reason'];

function misplaced(namespace: string): ErrorList[number] {
  return invalid('involvedObject.namespace', namespace, 'does not match event.namespace');
}

function tooLong(field: string, longest: number) {
  return invalid(field, '', `can have at most ${longest} characters`);
}

function seriesErrors({ series }: KubeObject): ErrorList {
  const errors: ErrorList = [];
  if (series === undefined) return errors;
  if ((series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'));
  return errors;
}

/** What may not change, by the names that messages have for it: all but metadata and series. */
const IMMUTABLE: readonly (readonly [message: string, field: string])[] = [
  ['involvedObject', 'regarding'],
  ['reason', 'reason'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reason', 'reason'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingController', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
];

/** An update through events.k8s.io may only continue the series. */
export function validateNewEventUpdate(next: KubeObject, previous: KubeObject): ErrorList {
  const errors: ErrorList = isEqual(next.series, previous.series) ? [] : seriesErrors(next);
  for (const [name, field] of IMMUTABLE) {
    if (!isEqual(next[field], previous[field])) errors.push(invalid(name, next[field] ?? null, 'field is immutable'));
  }
  return errors;
}
