import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { eventAge } from '../describe/events.ts';
import { apiVersionOf } from '../discovery.ts';
import { CommandFailure, failure } from '../failure.ts';
import { ALL_NAMESPACES_FLAG, CHUNK_FLAG, OUTPUT_FLAGS } from '../global-flags.ts';
import { goSorted } from '../printers/go-sort.ts';
import { outputPrinter } from '../printers/output.ts';
import { TABLE_TABS, TabWriter } from '../printers/tab-writer.ts';
import { isAllNamespaces } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { openWatch } from '../watching.ts';

export const events: Command = {
  name: 'events',
  short: 'List events',
  usage: '[(-o|--output=)FORMAT] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  flags: [
    ...OUTPUT_FLAGS,
    ALL_NAMESPACES_FLAG,
    CHUNK_FLAG,
    { name: 'for', type: 'string', usage: 'Only events about this object: pod/web' },
    { name: 'no-headers', type: 'boolean', usage: 'No line of headers' },
    { name: 'types', type: 'slice', usage: 'Normal, Warning' },
    { name: 'watch', shorthand: 'w', type: 'boolean', usage: 'Go on with what comes' },
  ],
  run: runEvents,
};

function* runEvents(session: Session): Task {
  const { flags } = session;
  const types = flags.strings('types');
  if (types.some((type) => !['normal', 'warning'].includes(type.toLowerCase())))
    throw failure('valid --types are Normal or Warning');
  const isAll = isAllNamespaces(session);
  const namespace = yield* session.namespace();
  const path = isAll ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
  const fields = yield* fieldsFor(session);
  const isShown = (event: KubeObject) =>
    types.length === 0 || types.some((type) => type.toLowerCase() === String(event.type).toLowerCase());
  const list = (yield* session.get(path, { query: fields })) as {
    items: KubeObject[];
    metadata: { resourceVersion: string };
  };
  const items = goSorted(list.items.filter(isShown), (one, other) => lastSeen(one) < lastSeen(other));
  const printer = yield* outputPrinter(session);
  if (items.length === 0 && !flags.boolean('watch')) {
    return yield* session.complain(isAll ? 'No events found.' : `No events found in ${namespace} namespace.`);
  }
  if (flags.string('output') === 'name') return yield* session.print('\n');
  if (printer) {
    const typed = items.map((item) => inOrder(item));
    const all = { kind: 'EventList', apiVersion: 'v1', metadata: {}, items: typed };
    return yield* session.print(printer(all, '', true));
  }
  const writer = new TabWriter(TABLE_TABS);
  const header = [...(isAll ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'].join('\t');
  const now = yield* session.now();
  const lines = items.map((event) => line(event, isAll, now));
  yield* session.print(
    writer.align([...(flags.boolean('no-headers') ? [] : [header]), ...lines].map((text) => `${text}\n`).join('')),
  );
  if (!flags.boolean('watch')) return;
  const watch = yield* openWatch(session, path, { ...fields, resourceVersion: list.metadata.resourceVersion });
  for (;;) {
    const change = yield* watch.next();
    if (typeof change === 'string') return;
    if (['ADDED', 'MODIFIED'].includes(change.type) && isShown(change.object)) {
      yield* session.print(writer.align(`${line(change.object, isAll, yield* session.now())}\n`));
    }
  }
}

/** The fields of an Event begin with its type, as Go writes them. */
function inOrder({ kind: _, apiVersion: __, ...fields }: KubeObject): object {
  return { kind: 'Event', apiVersion: 'v1', ...fields };
}

function* fieldsFor(session: Session): Task<Record<string, string>> {
  const about = session.flags.string('for');
  if (!about) return {};
  const [type = '', name = '', ...more] = about.split('/');
  if (name === '' || more.length > 0) throw failure('--for must be in resource/name form');
  const mapping = (yield* session.mapper()).find(type);
  if (!mapping) {
    throw new CommandFailure(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  }
  const { kind } = mapping;
  return {
    fieldSelector: `involvedObject.kind=${kind},involvedObject.apiVersion=${apiVersionOf(mapping)},involvedObject.name=${name}`,
  };
}

function lastSeen(event: KubeObject): string {
  const seen = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime;
  return typeof seen === 'string' ? seen.replace(/\.0*Z$|Z$/, '') : '';
}

function line(event: KubeObject, withNamespace: boolean, now: number): string {
  const about = event.involvedObject;
  return [
    ...(withNamespace ? [event.metadata.namespace] : []),
    eventAge(event, now),
    event.type,
    event.reason,
    `${about.kind}/${about.name}`,
    String(event.message ?? '').trim(),
  ].join('\t');
}
