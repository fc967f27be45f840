import { humanDuration } from '../human-duration.ts';
import { english, type Sentence, say, type Text } from '../sentence.ts';
import { PASS } from '../sim/idle-time.ts';
import type { Session } from '../sim/session.ts';
import type { Task } from '../sim/task.ts';
import type { StepRecord } from '../sim/trace.ts';
import type { MessageView, ObjectReference, StepView, VersionView, WriteView } from './views.ts';

const API_SERVER = 'kube-apiserver';

/** Longer chains are cut: nobody reads a thousand heartbeats. */
const CHAIN_LIMIT = 200;

/** A step ready to be shown: its messages, the objects it wrote, and what came in with it. */
export function stepView(session: Session, record: StepRecord): StepView {
  const detail = detailOf(record.task);
  return {
    step: record.step,
    time: record.time,
    component: record.component,
    task: taskName(record.task),
    cause: record.cause,
    isInput: record.input !== undefined,
    ...(detail === undefined ? {} : { detail }),
    messages: messagesOf(record),
    notes: record.notes.map((note) => note.sentence),
    writes: writesOf(session, record),
    ...(record.failure === undefined ? {} : { failure: record.failure }),
  };
}

/** `$deliver` and its kin are the watch at work; other tasks go by the name their component gave them. */
export function taskName(task: Task): Sentence {
  switch (task.kind) {
    case '$deliver':
    case '$catchup':
      return say`watch ${String(task.resource)}`;
    case '$list':
      return say`list ${String(task.resource)}`;
    case PASS:
      return say`nothing happens for ${humanDuration(Number(task.milliseconds))}`;
    default:
      return kindInWords(task.kind);
  }
}

function detailOf(task: Task): string | undefined {
  if (typeof task.text === 'string') return task.text;
  if (typeof task.component === 'string') return task.component;
  if (typeof task.from === 'string' && typeof task.to === 'string') return `${task.from} – ${task.to}`;
  const request = task.request as { readonly method?: string; readonly path?: string } | undefined;
  if (request?.method) return `${request.method} ${request.path ?? ''}`;
  if (typeof task.key === 'string') return task.key;
  if (typeof task.name === 'string') return task.name;
  return undefined;
}

function messagesOf(record: StepRecord): readonly MessageView[] {
  const calls = record.calls.map(({ from, to, summary }) => ({ from, to, summary: summaryText(summary) }));
  const isWatch = record.task.kind === '$deliver' || record.task.kind === '$catchup' || record.task.kind === '$list';
  if (!isWatch) return calls;
  return [{ from: API_SERVER, to: record.component, summary: taskName(record.task) }, ...calls];
}

/** Kinds of messages begin small and are ours; requests (`GET /api`) and CRI calls (`PullImage`) are Kubernetes' own. */
function summaryText(summary: string): Text {
  return /^[a-z]/.test(summary) ? kindInWords(summary) : summary;
}

/** The kind of a task or a message in words, a sentence without values: `monitorNodeHealth` is `monitor node health`. */
export function kindInWords(kind: string): Sentence {
  const words = kind.replaceAll('-', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return { parts: [words], values: [] };
}

function writesOf(session: Session, record: StepRecord): readonly WriteView[] {
  return session.changes(record.step).map(({ resource, event }) => ({
    resource,
    namespace: event.object.metadata.namespace ?? '',
    name: event.object.metadata.name,
    type: event.type,
    revision: event.revision,
  }));
}

/** The last version an object got at or before a step: also its deletion. */
export function lastVersion(session: Session, object: ObjectReference, step: number): VersionView | undefined {
  const current = session.moment(step).reader(object.resource).get(object.namespace, object.name);
  if (current) {
    const record = session.stepOfRevision(Number(current.metadata.resourceVersion));
    return record && versionIn(session, record, object);
  }
  const records = session.trace(1, step);
  for (let index = records.length - 1; index >= 0; index--) {
    const record = records[index] as StepRecord;
    if (record.toRevision === record.fromRevision) continue;
    const version = versionIn(session, record, object);
    if (version) return version;
  }
  return undefined;
}

/** Every version of an object up to a step, oldest first. */
export function versionsOf(session: Session, object: ObjectReference, step: number): VersionView[] {
  const versions: VersionView[] = [];
  for (const record of session.trace(1, step)) {
    if (record.toRevision === record.fromRevision) continue;
    const version = versionIn(session, record, object);
    if (version) versions.push(version);
  }
  return versions;
}

function versionIn(session: Session, record: StepRecord, object: ObjectReference): VersionView | undefined {
  const changes = session.changes(record.step);
  for (let index = changes.length - 1; index >= 0; index--) {
    const change = changes[index];
    if (change?.resource !== object.resource) continue;
    const { name, namespace = '' } = change.event.object.metadata;
    if (name !== object.name || namespace !== object.namespace) continue;
    const { type, revision } = change.event;
    return { step: record.step, time: record.time, component: record.component, type, revision };
  }
  return undefined;
}

/**
 * The chain of causes of a step, latest first, back to what came from outside. Where a component only woke itself up
 * again and again (a heartbeat, a poll), the run is told once.
 */
export function causesOf(session: Session, step: number): StepView[] {
  const chain: StepView[] = [];
  let at = step;
  while (at > 0) {
    const [record] = session.trace(at, at);
    if (!record) break;
    const previous = chain[chain.length - 1];
    const isRepeated =
      previous?.component === record.component &&
      english(previous.task) === english(taskName(record.task)) &&
      record.input === undefined;
    if (!isRepeated) chain.push(stepView(session, record));
    if (record.cause === record.step || chain.length >= CHAIN_LIMIT) break;
    at = record.cause;
  }
  return chain;
}
