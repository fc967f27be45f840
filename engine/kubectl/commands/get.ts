import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath, kindName, type Mapping } from '../discovery.ts';
import { CommandFailure, failure, isNotFound, joinFailures, unprefixed, usageFailure } from '../failure.ts';
import {
  ALL_NAMESPACES_FLAG,
  CHUNK_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  OUTPUT_FLAGS,
  SELECTOR_FLAG,
} from '../global-flags.ts';
import { asTable } from '../printers/as-table.ts';
import { type ObjectPrinter, outputPrinter } from '../printers/output.ts';
import { relaxedPath } from '../printers/relaxed-path.ts';
import { NoField, noField, sortedBy } from '../printers/sorting.ts';
import { type Table, type TableOptions, TablePrinter } from '../printers/table.ts';
import { sendRaw } from '../raw.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import {
  BOTH_GIVEN,
  checkTargets,
  collect,
  fetchNamed,
  hasFiles,
  isAllNamespaces,
  listFailure,
  listObjects,
  NOTHING_GIVEN,
  parseTargets,
  selectorQuery,
  type Target,
} from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { watchObjects } from './get-watch.ts';

/** As recorded: completion shows it. */
const OUTPUT_USAGE =
  'Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide). See custom columns [https://kubernetes.io/docs/reference/kubectl/#custom-columns], golang template [http://golang.org/pkg/text/template/#pkg-overview] and jsonpath template [https://kubernetes.io/docs/reference/kubectl/jsonpath/].';

export const get: Command = {
  name: 'get',
  short: 'Display one or many resources',
  long: 'Lists objects of one or more types, or shows the ones that are named. Tables come from the server; -o chooses another form.',
  usage: '[(-o|--output=)FORMAT] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...)',
  examples: [
    '# All pods of the namespace',
    'kubectl get pods',
    '',
    '# One Deployment as YAML',
    'kubectl get deployment web -o yaml',
    '',
    '# Names of the nodes',
    "kubectl get nodes -o jsonpath='{.items[*].metadata.name}'",
  ],
  flags: [
    ...OUTPUT_FLAGS.map((flag) => (flag.name === 'output' ? { ...flag, usage: OUTPUT_USAGE } : flag)),
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    ALL_NAMESPACES_FLAG,
    CHUNK_FLAG,
    { name: 'watch', shorthand: 'w', type: 'boolean', usage: 'After listing, go on showing changes' },
    { name: 'watch-only', type: 'boolean', usage: 'Show changes only' },
    {
      name: 'output-watch-events',
      type: 'boolean',
      usage:
        'Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.',
    },
    { name: 'show-labels', type: 'boolean', usage: 'All labels in a last column' },
    { name: 'label-columns', shorthand: 'L', type: 'slice', usage: 'Labels that get a column of their own' },
    { name: 'show-kind', type: 'boolean', usage: 'The kind before each name' },
    { name: 'no-headers', type: 'boolean', usage: 'No line of headers' },
    { name: 'sort-by', type: 'string', usage: 'Sort by a field: .metadata.name' },
    { name: 'ignore-not-found', type: 'boolean', usage: 'What does not exist is no error' },
    { name: 'server-print', type: 'boolean', default: 'true', usage: 'Take columns from the server' },
    { name: 'subresource', type: 'string', usage: 'status or scale' },
    { name: 'raw', type: 'string', usage: 'Path to fetch as it is' },
  ],
  run: runGet,
};

function* runGet(session: Session): Task {
  const { flags, args } = session;
  if (flags.string('raw')) return yield* getRaw(session);
  const files = flags.strings('filename');
  const isWatching = flags.boolean('watch') || flags.boolean('watch-only');
  if (flags.boolean('output-watch-events') && !isWatching) {
    throw failure('--output-watch-events option can only be used with --watch or --watch-only');
  }
  if (args.length === 0 && !hasFiles(session)) throw nothingToGet(session);
  if (args.length > 0 && hasFiles(session)) throw failure(BOTH_GIVEN);
  const printer = yield* outputPrinter(session, ['custom-columns', 'custom-columns-file', 'wide']);
  const output = flags.string('output');
  if (flags.boolean('show-labels') && output !== '' && output !== 'wide')
    throw failure(`--show-labels option cannot be used with ${output} printer`);
  const { targets, failures: found } = yield* targetsOf(session, files);
  if (flags.string('subresource') && targets.some((target) => target.name === undefined)) {
    throw failure('subresource cannot be used when bulk resources are specified');
  }
  const isTable = flags.string('output') === 'wide' || (flags.string('output') === '' && !flags.string('template'));
  const generic = isTable ? undefined : printer;
  // Whole objects of a single file are printed only if all of it can be read.
  if (found.length > 0 && generic && files.length === 1) throw joinFailures(found);
  const failures = found.map(unprefixed);
  if (failures.length > 0 && targets.length === 0) throw joinFailures(failures);
  if (isWatching) return yield* watchObjects(session, targets, generic, tableOptions(session, targets, undefined));
  return yield* generic ? getObjects(session, targets, generic, failures) : getTables(session, targets, failures);
}

function nothingToGet(session: Session): CommandFailure {
  return new CommandFailure(
    `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n${
      usageFailure(
        session.path,
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      ).text
    }`,
  );
}

function* getRaw(session: Session): Task {
  if (session.flags.string('output')) throw failure('--raw and --output are mutually exclusive');
  if (session.args.length > 0) throw failure('arguments may not be passed when --raw is specified');
  yield* sendRaw(session, 'GET', session.flags.string('raw'));
}

interface GetTarget extends Target {
  /** Files may name objects of other namespaces. */
  readonly namespace?: string;
  /** An object without a name, which nobody can be asked for: it is shown as the file has it. */
  readonly nameless?: KubeObject;
}

/** What is asked for, and why some of it cannot be. */
interface GetTargets {
  readonly targets: readonly GetTarget[];
  readonly failures: readonly Error[];
}

function* targetsOf(session: Session, files: readonly string[]): Task<GetTargets> {
  if (!hasFiles(session)) {
    const targets = parseTargets(session.args, yield* session.mapper());
    checkTargets(session, targets, { allowsAll: true });
    return { targets, failures: [] };
  }
  const read = yield* readManifests(session, files);
  const failures = [...read.failures];
  const targets: GetTarget[] = [];
  for (const manifest of read.manifests) {
    try {
      const { mapping, namespace, name, object } = yield* manifestResource(session, manifest);
      targets.push({ mapping, namespace, name, ...(name === '' ? { nameless: object } : {}) });
    } catch (error) {
      collect(failures, error);
    }
  }
  if (targets.length === 0 && failures.length === 0) throw NOTHING_GIVEN;
  return { targets, failures };
}

function* namespaceOf(session: Session, target: GetTarget): Task<string> {
  if (target.namespace !== undefined) return target.namespace;
  return target.mapping.isNamespaced && !isAllNamespaces(session) ? yield* session.namespace() : '';
}

function subresourceOf(session: Session): string | undefined {
  return session.flags.string('subresource') || undefined;
}

/** `-o yaml` and its like: whole objects, in one list unless one was named. */
function* getObjects(
  session: Session,
  targets: readonly GetTarget[],
  printer: ObjectPrinter,
  given: readonly Error[],
): Task {
  const objects: [KubeObject, Mapping][] = [];
  const failures = [...given];
  for (const target of targets) {
    try {
      for (const object of yield* objectsOf(session, target)) objects.push([object, target.mapping]);
    } catch (error) {
      yield* keep(session, failures, target, error);
    }
  }
  const isOne = targets.length === 1 && targets[0]?.name !== undefined;
  yield* printObjects(session, isOne ? objects : yield* sortPairs(session, objects), targets, printer);
  if (failures.length > 0) throw joinFailures(failures);
}

function* objectsOf(session: Session, target: GetTarget): Task<KubeObject[]> {
  if (target.nameless) return [target.nameless];
  const namespace = yield* namespaceOf(session, target);
  if (target.name === undefined) {
    return yield* listObjects(session, target.mapping, namespace, { query: selectorQuery(session) });
  }
  const subresource = subresourceOf(session);
  if (!subresource) return [(yield* fetchNamed(session, target.mapping, namespace, target.name)).object];
  return [(yield* session.get(apiPath(target.mapping, namespace, target.name, subresource))) as KubeObject];
}

function* sortPairs(session: Session, objects: [KubeObject, Mapping][]): Task<[KubeObject, Mapping][]> {
  const path = session.flags.string('sort-by');
  if (!path) return objects;
  const now = yield* session.now();
  return sortedBy(objects, path, ([object]) => object, { holder: '*unstructured.Unstructured', now });
}

function* printObjects(
  session: Session,
  objects: readonly [KubeObject, Mapping][],
  targets: readonly GetTarget[],
  printer: ObjectPrinter,
): Task {
  const isSingle = targets.length === 1 && targets[0]?.name !== undefined;
  if (session.flags.string('output') === 'name') {
    for (const [object, mapping] of objects)
      yield* session.print(printer(object, `${kindName(mapping)}/${object.metadata.name}`));
  } else if (isSingle) {
    for (const [object] of objects) yield* session.print(printer(object, ''));
  } else if (objects.length > 0 || targets.some((target) => target.name === undefined)) {
    const items = objects.map(([object]) => object);
    yield* session.print(printer({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, ''));
  }
}

/** A name that is missing in a missing namespace is reported as the namespace. */
function* keep(session: Session, failures: Error[], target: GetTarget, error: unknown): Task {
  if (isNotFound(error) && session.flags.boolean('ignore-not-found')) return;
  if (isNotFound(error) && target.name !== undefined && target.mapping.isNamespaced && !subresourceOf(session)) {
    const namespace = yield* namespaceOf(session, target);
    try {
      yield* session.get(`/api/v1/namespaces/${namespace}`);
    } catch (missing) {
      if (isNotFound(missing)) return collect(failures, missing);
    }
  }
  collect(failures, error);
}

function* getTables(session: Session, targets: readonly GetTarget[], given: readonly Error[]): Task {
  const failures = [...given];
  const groups: Group[] = [];
  for (const target of targets) {
    try {
      addTable(groups, target.mapping, yield* fetchTable(session, target));
    } catch (error) {
      yield* keep(session, failures, target, error);
    }
  }
  const printed = targets.length > 1 ? groups : yield* sortTables(session, groups);
  if (targets.length > 1 && groups.length > 0) rejectSorting(session);
  const filled = printed.filter(({ table }) => table.rows.length > 0);
  const isMixed = new Set(groups.map((group) => group.mapping)).size > 1;
  for (const [index, { mapping, table }] of filled.entries()) {
    if (index > 0 && !session.flags.boolean('no-headers')) yield* session.print('\n');
    const options = tableOptions(session, targets, isMixed ? mapping : undefined);
    yield* session.print(new TablePrinter(options).print(table));
  }
  if (filled.length === 0 && failures.length === 0 && !session.flags.boolean('ignore-not-found')) {
    yield* nothingFound(session, targets);
  }
  if (failures.length > 0) throw joinFailures(failures);
}

/** Rows of neighbouring targets of one type go into one table. */
function addTable(groups: Group[], mapping: Mapping, table: Table): void {
  const last = groups.at(-1);
  if (last?.mapping !== mapping) groups.push({ mapping, table });
  else last.table = { ...last.table, rows: [...last.table.rows, ...table.rows] };
}

interface Group {
  readonly mapping: Mapping;
  table: Table;
}

/** The rows of a table; none where they have nothing to sort by: kubectl passes over the failure. */
function* sortTables(session: Session, groups: readonly Group[]): Task<readonly Group[]> {
  const path = session.flags.string('sort-by');
  const [group] = groups;
  if (!path || !group || group.table.rows.length < 2) return groups;
  const now = yield* session.now();
  try {
    const rows = sortedBy(group.table.rows, path, (row) => row.object, { holder: '[][][]reflect.Value', now });
    return [{ ...group, table: { ...group.table, rows } }];
  } catch (error) {
    if (error instanceof NoField) return [];
    throw error;
  }
}

/** Of several tables kubectl looks for the field in the tables themselves. */
function rejectSorting({ flags }: Session): void {
  const path = flags.string('sort-by');
  if (path) throw noField(relaxedPath(path));
}

function* nothingFound(session: Session, targets: readonly GetTarget[]): Task {
  const isScoped = targets.some((target) => target.mapping.isNamespaced) && !isAllNamespaces(session);
  yield* session.complain(
    isScoped ? `No resources found in ${yield* session.namespace()} namespace.` : 'No resources found',
  );
}

const TABLE_ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

function* fetchTable(session: Session, target: GetTarget): Task<Table> {
  if (target.nameless) return asTable(target.nameless, target.mapping, yield* session.now());
  const namespace = yield* namespaceOf(session, target);
  const path = apiPath(target.mapping, namespace, target.name, subresourceOf(session));
  const base = target.name === undefined ? selectorQuery(session) : {};
  if (session.flags.string('sort-by')) base.includeObject = 'Object';
  const headers: Record<string, string> = session.flags.boolean('server-print') ? { accept: TABLE_ACCEPT } : {};
  const limit = session.flags.int('chunk-size');
  let query: Record<string, string> = {
    ...base,
    ...(limit > 0 && target.name === undefined ? { limit: String(limit) } : {}),
  };
  let table: Table | undefined;
  for (;;) {
    const page = asTable(yield* fetchPage(session, path, target, query, headers), target.mapping, yield* session.now());
    table = table ? { ...table, rows: [...table.rows, ...page.rows] } : page;
    if (!page.metadata?.continue) return table;
    query = { ...query, continue: page.metadata.continue };
  }
}

function* fetchPage(
  session: Session,
  path: string,
  { mapping, name }: GetTarget,
  query: Record<string, string>,
  headers: Record<string, string>,
): Task<unknown> {
  try {
    return yield* session.get(path, { query, headers });
  } catch (error) {
    throw name === undefined ? listFailure(error, mapping, query) : error;
  }
}

function tableOptions(session: Session, targets: readonly GetTarget[], kindOf: Mapping | undefined): TableOptions {
  const { flags } = session;
  const mapping = kindOf ?? (flags.boolean('show-kind') ? targets[0]?.mapping : undefined);
  return {
    isWide: flags.string('output') === 'wide',
    noHeaders: flags.boolean('no-headers'),
    showLabels: flags.boolean('show-labels'),
    labelColumns: flags.strings('label-columns'),
    withNamespace: isAllNamespaces(session) && (kindOf ?? targets[0]?.mapping)?.isNamespaced === true,
    ...(mapping ? { kind: kindName(mapping) } : {}),
  };
}
