import { ApiError } from '../apiserver/request.ts';
import type { KubeObject } from '../object.ts';
import { say } from '../sentence.ts';
import { microTimestamp, timestamp } from '../sim/time.ts';
import { type Turn, Unreachable } from '../sim/turn.ts';
import type { Client } from './client.ts';
import { correlate, type EventHistory, emptyHistory } from './event-correlator.ts';

/** Something worth telling the user about an object. */
export interface EventReport {
  /** What the event is about. */
  readonly object: KubeObject;
  /** A part of it, such as `spec.containers{nginx}`. */
  readonly fieldPath?: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Who says so; the component's instance name when omitted (`replicaset-controller`). */
  readonly component?: string;
  /** The node of the reporting component: kubelets and proxies name theirs. */
  readonly host?: string;
}

/** An event of the newer `events.k8s.io` kind, as kube-scheduler reports. */
export interface SeriesEventReport extends EventReport {
  /** What was being done: `Binding`, `Scheduling`, `Preempting`. */
  readonly action: string;
  /** A second object that matters, such as the pod that preempts. */
  readonly related?: KubeObject;
}

/** A repeat of an `events.k8s.io` event within this time belongs to its series. */
const SERIES_FINISH_TIME = 6 * 60_000;

interface Series {
  readonly name: string;
  readonly count: number;
  readonly lastSeen: number;
}

/**
 * Writes a core/v1 Event the way client-go's recorder does (`k8s.io/client-go/tools/record`): repeats raise a count,
 * many similar ones are combined, and a flood about one object is dropped. A failed write is noted and forgotten.
 */
export function recordEvent(turn: Turn, client: Client, report: EventReport): void {
  const { uid, name } = report.object.metadata;
  const cell = `events/${uid || name}`;
  const history = turn.memory.get<EventHistory>(cell) ?? emptyHistory(turn.now);
  const component = report.component ?? turn.instance;
  const key = [
    component,
    report.host ?? '',
    report.object.kind,
    report.fieldPath ?? '',
    report.type,
    report.reason,
  ].join('|');
  const ordinal = history.written.length;
  const decision = correlate(history, key, report.message, turn.now, () => eventName(turn, report.object, ordinal));
  turn.memory.set(cell, decision.history);
  const { entry } = decision;
  if (entry === undefined) return;
  const namespace = eventNamespace(report.object);
  const lastTimestamp = timestamp(turn.now);
  deliver(turn, () => {
    const patch = { count: entry.count, lastTimestamp, message: decision.message };
    if (entry.count > 1 && patchExisting(client, namespace, entry.name, patch)) return;
    client.createEvent(namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: entry.name, namespace },
      involvedObject: reference(report.object, report.fieldPath),
      reason: report.reason,
      message: decision.message,
      source: report.host === undefined ? { component } : { component, host: report.host },
      firstTimestamp: timestamp(entry.firstSeen),
      lastTimestamp,
      count: entry.count,
      type: report.type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: report.host ?? '',
    });
  });
}

/** False when the event is gone (it outlived its hour, or was never let through): then it is created anew. */
function patchExisting(client: Client, namespace: string, name: string, patch: object): boolean {
  try {
    client.patchEvent(namespace, name, patch);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return false;
    throw error;
  }
}

/**
 * Writes an Event of the `events.k8s.io` kind (`k8s.io/client-go/tools/events`): it has an eventTime in microseconds, no
 * count and no first or last timestamp. The first repeat within six minutes opens a series; later ones are only counted
 * in memory, for client-go reports a series again no sooner than after half an hour.
 */
export function recordSeriesEvent(turn: Turn, client: Client, report: SeriesEventReport): void {
  const { uid, name } = report.object.metadata;
  const component = report.component ?? turn.instance;
  const cell = `events/${uid || name}/${report.type}/${report.reason}/${report.action}/${report.related?.metadata.uid ?? ''}`;
  const known = turn.memory.get<Series>(cell);
  const namespace = eventNamespace(report.object);
  const eventTime = microTimestamp(turn.now);
  if (known !== undefined && turn.now - known.lastSeen < SERIES_FINISH_TIME) {
    const series = { ...known, count: known.count + 1, lastSeen: turn.now };
    turn.memory.set(cell, series);
    if (series.count > 2) return;
    deliver(turn, () =>
      client.patchEvent(namespace, known.name, { series: { count: 2, lastObservedTime: eventTime } }),
    );
    return;
  }
  const event = { name: eventName(turn, report.object), count: 1, lastSeen: turn.now };
  turn.memory.set(cell, event);
  deliver(turn, () => {
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: event.name, namespace },
      involvedObject: reference(report.object, report.fieldPath),
      reason: report.reason,
      message: report.message,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type: report.type,
      eventTime,
      action: report.action,
      reportingComponent: component,
      reportingInstance: report.host === undefined ? component : `${component}-${report.host}`,
    };
    client.createEvent(
      namespace,
      report.related === undefined ? body : { ...body, related: reference(report.related) },
    );
  });
}

function deliver(turn: Turn, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
    turn.note(say`Server rejected event (will not retry!): ${error.message}`);
  }
}

/**
 * `web.18a2f0c3d4e5f607`: the object's name and the time in nanoseconds. The digits below a millisecond are chance, but
 * grow with `ordinal`, so that events of one millisecond are listed in the order in which they came.
 */
function eventName(turn: Turn, object: KubeObject, ordinal = 0): string {
  const below = (ordinal % 100) * 10_000 + Math.floor(turn.random() * 10_000);
  const nanoseconds = BigInt(turn.now) * 1_000_000n + BigInt(below);
  return `${object.metadata.name}.${nanoseconds.toString(16)}`;
}

/** Events about objects without a namespace live in `default`. */
function eventNamespace(object: KubeObject): string {
  return object.metadata.namespace ?? 'default';
}

function reference(object: KubeObject, fieldPath?: string): object {
  const { kind, apiVersion } = object;
  const { namespace, name, uid, resourceVersion } = object.metadata;
  if (namespace !== undefined && uid && resourceVersion) {
    // Nearly all are whole: a literal is many times faster than one put together from parts.
    return fieldPath === undefined
      ? { kind, namespace, name, uid, apiVersion, resourceVersion }
      : { kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath };
  }
  return {
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid ? { uid } : {}),
    apiVersion,
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}
