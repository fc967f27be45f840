import type { KubeObject } from '../../object.ts';
import { goSorted } from '../printers/go-sort.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { since, Text } from './text.ts';

/** The events about an object, oldest first. Of a node's events some carry its uid and some its name in that place. */
function* eventsOf(session: Session, object: KubeObject): Task<KubeObject[]> {
  const { name, uid } = object.metadata;
  const found = yield* eventsAbout(session, object, uid);
  if (object.kind === 'Node') found.push(...(yield* eventsAbout(session, object, name)));
  return sortEvents(found);
}

function* eventsAbout(session: Session, object: KubeObject, uid: string): Task<KubeObject[]> {
  const { name, namespace } = object.metadata;
  const fields = {
    'involvedObject.name': name,
    'involvedObject.namespace': namespace,
    'involvedObject.kind': object.kind,
    'involvedObject.uid': uid,
  };
  const terms = Object.entries(fields).filter(([, value]) => value !== undefined);
  const fieldSelector = terms.map(([field, value]) => `${field}=${value}`).join(',');
  const path = namespace ? `/api/v1/namespaces/${namespace}/events` : '/api/v1/events';
  const list = (yield* session.get(path, { query: { fieldSelector } })) as { items: KubeObject[] };
  return [...list.items];
}

/** By last timestamp; events without one (the scheduler's) first. */
function sortEvents(events: readonly KubeObject[]): KubeObject[] {
  const key = (event: KubeObject) => String(event.lastTimestamp ?? '');
  return goSorted(events, (one, other) => key(one) < key(other));
}

/** How long ago an event was seen: `5s`, `3s (x4 over 40s)`. */
export function eventAge(event: KubeObject, now: number): string {
  const first = event.firstTimestamp ?? event.eventTime;
  if (event.series)
    return `${since(event.series.lastObservedTime, now)} (x${event.series.count} over ${since(first, now)})`;
  if ((event.count ?? 0) > 1) return `${since(event.lastTimestamp, now)} (x${event.count} over ${since(first, now)})`;
  return since(first, now);
}

/** The section `Events:`. */
export function* eventLines(session: Session, object: KubeObject): Task<string> {
  const text = new Text();
  const events = yield* eventsOf(session, object);
  if (events.length === 0) return 'Events:\t<none>\n';
  const now = yield* session.now();
  text.line(0, 'Events:');
  text.line(1, 'Type\tReason\tAge\tFrom\tMessage');
  text.line(1, '----\t------\t----\t----\t-------');
  for (const event of events) {
    const from = event.source?.component || event.reportingComponent || '';
    const place = event.involvedObject?.fieldPath ? `${event.involvedObject.fieldPath}: ` : '';
    text.line(
      1,
      `${event.type}\t${event.reason}\t${eventAge(event, now)}\t${from}\t${place}${String(event.message ?? '').trim()}`,
    );
  }
  return String(text);
}
