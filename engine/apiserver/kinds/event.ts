import type { KubeObject } from '../../object.ts';
import { validateEvent, validateNewEvent, validateNewEventUpdate } from '../validation/event.ts';
import { defineKind } from './define.ts';
import type { Fields } from './fields.ts';
import { withoutFields } from './fields.ts';

/** Source: `pkg/registry/core/event/strategy.go`. Events are stored in this shape. */
export const event = defineKind({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  allowsCreateOnUpdate: true,
  selectableFields: selectable('involvedObject', 'reportingComponent'),
  validate: validateEvent,
});

/** The same events as events.k8s.io shows them. Source: `pkg/apis/events/v1/conversion.go`. */
export const newEvent = defineKind({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  resource: 'events',
  allowsCreateOnUpdate: true,
  selectableFields: selectable('regarding', 'reportingController'),
  view: { fromStored, toStored },
  validate: validateNewEvent,
  validateUpdate: validateNewEventUpdate,
});

function selectable(about: string, reporter: string): Readonly<Record<string, (object: KubeObject) => string>> {
  const fields: Record<string, (object: KubeObject) => string> = {};
  for (const name of ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']) {
    fields[`${about}.${name}`] = (object) => object[about]?.[name] ?? '';
  }
  fields.reason = (object) => object.reason ?? '';
  fields.type = (object) => object.type ?? '';
  fields[reporter] = (object) => object[reporter] ?? '';
  if (about === 'involvedObject')
    fields.source = (object) => object.source?.component || (object.reportingComponent ?? '');
  return fields;
}

/** Field names: as stored, as shown by events.k8s.io. */
const NAMES: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

const shown = new WeakMap<KubeObject, KubeObject>();

function fromStored(stored: KubeObject): KubeObject {
  let view = shown.get(stored);
  if (view === undefined) {
    view = renamed(stored, 'events.k8s.io/v1', 0, 1);
    if (!view.reportingController) view = withoutFields(view, 'reportingController');
    if (!view.reportingInstance) view = withoutFields(view, 'reportingInstance');
    shown.set(stored, view);
  }
  return view;
}

function toStored(object: KubeObject): KubeObject {
  const stored = renamed(object, 'v1', 1, 0) as Record<string, unknown> & KubeObject;
  return {
    ...stored,
    reportingComponent: stored.reportingComponent ?? '',
    reportingInstance: stored.reportingInstance ?? '',
    involvedObject: stored.involvedObject ?? {},
  };
}

function renamed(object: KubeObject, apiVersion: string, from: 0 | 1, to: 0 | 1): KubeObject {
  const result: Record<string, unknown> = {};
  const names = new Map(NAMES.map((pair) => [pair[from], pair[to]]));
  for (const [name, value] of Object.entries(object as Fields)) result[names.get(name) ?? name] = value;
  return { ...result, apiVersion } as unknown as KubeObject;
}
