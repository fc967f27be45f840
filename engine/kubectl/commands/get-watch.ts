import { parseDuration } from '../../go-duration.ts';
import { at } from '../codec/json.ts';
import { apiPath, kindName, type Mapping } from '../discovery.ts';
import { failure } from '../failure.ts';
import { asTable } from '../printers/as-table.ts';
import type { ObjectPrinter } from '../printers/output.ts';
import { type Table, type TableOptions, TablePrinter } from '../printers/table.ts';
import { isAllNamespaces, selectorQuery, type Target } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { openWatch } from '../watching.ts';

const TABLE_ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** `get -w`: shows what is there, then every change, until the watch ends or the user stops it. */
export function* watchObjects(
  session: Session,
  targets: readonly Target[],
  printer: ObjectPrinter | undefined,
  options: TableOptions,
): Task {
  if (new Set(targets.map((target) => target.mapping)).size !== 1 || targets.length > 1) {
    throw failure('you may only specify a single resource type');
  }
  const { mapping, name } = targets[0] as Target;
  const namespace = mapping.isNamespaced && !isAllNamespaces(session) ? yield* session.namespace() : '';
  const fields = name === undefined ? selectorQuery(session) : { fieldSelector: `metadata.name=${name}` };
  const show = printer ? objectShower(session, mapping, printer) : tableShower(session, mapping, options);
  const headers: Record<string, string> = printer ? {} : { accept: TABLE_ACCEPT };
  if (name !== undefined) yield* session.get(apiPath(mapping, namespace, name));
  const path = apiPath(mapping, namespace);
  const listed = yield* session.get(path, { query: fields, headers });
  if (!session.flags.boolean('watch-only')) yield* show.list(listed);
  const resourceVersion = String(at(listed, 'metadata', 'resourceVersion') ?? '0');
  yield* follow(session, path, { ...fields, resourceVersion }, headers, show);
}

interface Shower {
  list(body: unknown): Task;
  change(type: string, object: unknown): Task;
}

function* follow(
  session: Session,
  path: string,
  query: Record<string, string>,
  headers: Record<string, string>,
  show: Shower,
): Task {
  const watch = yield* openWatch(session, path, query, headers);
  const limit = session.flags.string('request-timeout');
  const timeout = /^\d+$/.test(limit) ? Number(limit) * 1000 : parseDuration(limit);
  const end = timeout ? (yield* session.now()) + timeout : undefined;
  for (;;) {
    const change = yield* watch.next(end === undefined ? undefined : end - (yield* session.now()));
    if (change === 'timeout') return yield* watch.close();
    if (change === 'closed') return;
    if (change.type === 'ERROR') throw failure(String(at(change.object, 'message') ?? 'the watch failed'));
    if (change.type !== 'BOOKMARK') yield* show.change(change.type, change.object);
  }
}

function tableShower(session: Session, mapping: Mapping, options: TableOptions): Shower {
  const printer = new TablePrinter(options);
  const withEvents = session.flags.boolean('output-watch-events');
  const show = function* (body: unknown, type: string): Task {
    const table: Table = asTable(body, mapping, yield* session.now());
    yield* session.print(printer.print(table, withEvents ? `${type.padEnd(8)}` : undefined));
  };
  return { list: (body) => show(body, 'ADDED'), change: (type, object) => show(object, type) };
}

function objectShower(session: Session, mapping: Mapping, printer: ObjectPrinter): Shower {
  const withEvents = session.flags.boolean('output-watch-events');
  const change = function* (type: string, object: unknown): Task {
    const name = `${kindName(mapping)}/${at(object, 'metadata', 'name')}`;
    yield* session.print(printer(withEvents ? { object, type } : object, name));
  };
  return {
    change,
    *list(body): Task {
      for (const item of (at(body, 'items') ?? []) as object[]) {
        const version = mapping.group ? `${mapping.group}/${mapping.version}` : mapping.version;
        yield* change('ADDED', { apiVersion: version, kind: mapping.kind, ...item });
      }
    },
  };
}
