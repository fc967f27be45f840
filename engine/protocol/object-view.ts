import { stringify } from 'yaml';
import { NOTICE_SOURCE, noticeOf } from '../notices/notices.ts';
import type { KubeObject } from '../object.ts';
import type { Session } from '../sim/session.ts';
import { parseTimestamp } from '../sim/time.ts';
import { lastVersion } from './steps.ts';
import type { EventLine, ObjectReference, ObjectView } from './views.ts';

/** An object at a step, the state before its last change, and the Events about it. */
export function objectView(session: Session, reference: ObjectReference, step: number): ObjectView {
  const { resource, namespace, name } = reference;
  const object = session.moment(step).reader(resource).get(namespace, name);
  const version = lastVersion(session, reference, step);
  const before = version
    ? session
        .moment(version.step - 1)
        .reader(resource)
        .get(namespace, name)
    : undefined;
  return {
    reference,
    ...(object ? { object } : {}),
    yaml: yamlOf(object),
    previousYaml: yamlOf(before),
    ...(version ? { version } : {}),
    events: eventsAbout(session, resource, object ?? before, step),
  };
}

/** Like `kubectl get -o yaml`: keys sorted, managed fields left out. */
function yamlOf(object: KubeObject | undefined): string {
  if (!object) return '';
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & {
    readonly managedFields?: unknown;
  };
  return stringify(
    { ...object, metadata },
    { sortMapEntries: true, lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false },
  );
}

function eventsAbout(session: Session, resource: string, object: KubeObject | undefined, step: number): EventLine[] {
  if (!object) return [];
  const namespace = object.metadata.namespace;
  const reader = session.moment(step).reader('events');
  return reader
    .list(namespace)
    .filter((event) => isAbout(event, object))
    .sort((left, right) => revisionOf(left) - revisionOf(right))
    .map((event) => ({
      type: event.type ?? 'Normal',
      reason: event.reason ?? '',
      message: (isNotice(event) && noticeOf(resource, object.kind)) || (event.message ?? event.note ?? ''),
      count: event.count ?? event.series?.count ?? 1,
      source: sourceOf(event),
      // Events tell whole seconds or microseconds, as their source likes: the step that wrote it knows better.
      time: session.stepOfRevision(revisionOf(event))?.time ?? parseTimestamp(event.metadata.creationTimestamp),
    }));
}

/** Notices are ours; all other events are Kubernetes' words. */
function isNotice(event: KubeObject): boolean {
  return sourceOf(event) === NOTICE_SOURCE;
}

function sourceOf(event: KubeObject): string {
  return event.source?.component || event.reportingComponent || event.reportingController || '';
}

function revisionOf(event: KubeObject): number {
  return Number(event.metadata.resourceVersion);
}

/** Events about nodes carry the node's name where a UID would be. */
function isAbout(event: KubeObject, object: KubeObject): boolean {
  const about = event.involvedObject ?? event.regarding;
  if (about?.kind !== object.kind || about.name !== object.metadata.name) return false;
  return object.kind === 'Node' || about.uid === object.metadata.uid;
}
