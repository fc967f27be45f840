import type { Command } from '../command.ts';
import { dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { failure } from '../failure.ts';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  LOCAL_FLAG,
  OUTPUT_FLAGS,
  RECORD_FLAG,
  SELECTOR_FLAG,
} from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { displayName, type Resource } from '../resources/object.ts';
import { hasFiles, visit } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { causeOf, patchResource } from '../writing.ts';

type Field = 'labels' | 'annotations';

interface Changes {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

function metadataCommand(name: 'label' | 'annotate', field: Field, short: string): Command {
  return {
    name,
    short,
    usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
    examples: [`# Set`, `kubectl ${name} pod web tier=front`, '', '# Remove', `kubectl ${name} pod web tier-`],
    flags: [
      ...FILENAME_FLAGS,
      ...OUTPUT_FLAGS,
      RECORD_FLAG,
      DRY_RUN_FLAG,
      SELECTOR_FLAG,
      FIELD_SELECTOR_FLAG,
      ALL_NAMESPACES_FLAG,
      LOCAL_FLAG,
      fieldManagerFlag(`kubectl-${name}`),
      { name: 'all', type: 'boolean', usage: 'All objects of the type' },
      { name: 'overwrite', type: 'boolean', usage: 'Change values that are there' },
      { name: 'resource-version', type: 'string', usage: 'Only if it has this resource version' },
      { name: 'list', type: 'boolean', usage: 'Show what is there' },
    ],
    run: (session) => runMetadata(session, field),
  };
}

export const label = metadataCommand('label', 'labels', 'Update the labels on a resource');
export const annotate = metadataCommand('annotate', 'annotations', 'Update the annotations on a resource');

function* runMetadata(session: Session, field: Field): Task {
  const { flags } = session;
  const isChange = (word: string, index: number) =>
    ((word.includes('=') && !word.startsWith('=')) || word.endsWith('-')) && (index > 0 || hasFiles(session));
  const first = session.args.findIndex(isChange);
  const resources = first < 0 ? session.args : session.args.slice(0, first);
  const changes = parseChanges(first < 0 ? [] : session.args.slice(first), field);
  const dryRun = dryRunOf(session);
  if (resources.length === 0 && !hasFiles(session))
    throw failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  const isEmpty = Object.keys(changes.set).length === 0 && changes.removed.length === 0;
  if (isEmpty && !flags.boolean('list'))
    throw failure(
      field === 'labels' ? 'at least one label update is required' : 'at least one annotation update is required',
    );
  const printer = yield* outputPrinter(session);
  const options = { isLatest: !flags.boolean('local'), allowsNamesWithAll: true };
  yield* visit(session, resources, options, function* (resource, isSingle) {
    if (!isSingle && flags.string('resource-version')) {
      throw failure('--resource-version may only be used with a single resource');
    }
    const done = yield* change(session, resource, field, changes, dryRun);
    if (flags.boolean('list')) yield* list(session, done.resource, field, isSingle);
    else if (printer) yield* session.print(printer(done.resource.object, displayName(resource)));
    else yield* session.print(`${displayName(resource)} ${done.word}${dryRunSuffix(dryRun)}\n`);
  });
}

function parseChanges(words: readonly string[], field: Field): Changes {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) {
      if (field === 'labels' && word.split('=').length > 2) throw failure(`invalid label spec: ${word}`);
      const value = word.slice(equals + 1);
      const problem = field === 'labels' ? valueProblem(value) : undefined;
      if (problem) throw failure(`invalid label value: ${JSON.stringify(word)}: ${problem}`);
      set[word.slice(0, equals)] = value;
    } else if (equals < 0 && word.endsWith('-') && word.length > 1) removed.push(word.slice(0, -1));
    else throw failure(`unknown ${field === 'labels' ? 'label' : 'annotation'} spec: ${word}`);
  }
  const both = removed.filter((name) => name in set);
  if (both.length > 0) {
    const what = field === 'labels' ? 'a label' : 'the following annotation(s)';
    throw failure(
      `can not both modify and remove ${what} in the same command${field === 'labels' ? '' : `: ${both.join(', ')}`}`,
    );
  }
  return { set, removed };
}

function valueProblem(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes';
  if (value === '' || /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(value)) return undefined;
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

function* change(
  session: Session,
  resource: Resource,
  field: Field,
  { set, removed }: Changes,
  dryRun: 'none' | 'client' | 'server',
): Task<{ resource: Resource; word: string }> {
  const present = (resource.object.metadata[field] ?? {}) as Record<string, string>;
  checkOverwrite(session, field, present, set);
  for (const name of removed) {
    if (present[name] === undefined && field === 'labels')
      yield* session.print(`label ${JSON.stringify(name)} not found.\n`);
  }
  const wanted: Record<string, string> = { ...present, ...set };
  for (const name of removed) delete wanted[name];
  const isSame =
    Object.keys(wanted).length === Object.keys(present).length &&
    Object.entries(wanted).every(([name, value]) => present[name] === value);
  const word = wordFor(field, isSame, { set, removed }, present);
  const local = {
    ...resource,
    object: { ...resource.object, metadata: { ...resource.object.metadata, [field]: wanted } },
  };
  if (dryRun === 'client' || session.flags.boolean('local') || session.flags.boolean('list'))
    return { resource: local, word };
  if (isSame && field === 'labels') return { resource, word };
  const version = session.flags.string('resource-version');
  const values: Record<string, string | null> = { ...set, ...Object.fromEntries(removed.map((name) => [name, null])) };
  const cause = causeOf(session);
  const noted = Object.keys(cause).length === 0 ? {} : { annotations: cause };
  const patch = {
    metadata: {
      ...noted,
      [field]: field === 'annotations' ? { ...values, ...cause } : values,
      ...(version ? { resourceVersion: version } : {}),
    },
  };
  const object = yield* patchResource(session, resource, 'merge', patch, dryRun);
  return { resource: { ...resource, object }, word };
}

function checkOverwrite(
  session: Session,
  field: Field,
  present: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>>,
): void {
  if (session.flags.boolean('overwrite')) return;
  const clashes = Object.keys(set).filter((name) => present[name] !== undefined && present[name] !== set[name]);
  if (clashes.length === 0) return;
  const texts = clashes.map((name) => `'${name}' already has a value (${present[name]})`);
  if (field === 'labels') throw failure(listed(texts.map((text) => `${text}, and --overwrite is false`)));
  throw failure(`--overwrite is false but found the following declared annotation(s): ${texts.join('; ')}`);
}

/** Several errors as one. */
function listed(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
}

function wordFor(field: Field, isSame: boolean, { set, removed }: Changes, present: Record<string, string>): string {
  if (field === 'annotations') return 'annotated';
  if (isSame) return 'not labeled';
  const isChanged = Object.entries(set).some(([name, value]) => present[name] !== value);
  if (!isChanged) return 'unlabeled';
  return removed.some((name) => present[name] !== undefined) ? 'modified' : 'labeled';
}

function* list(session: Session, resource: Resource, field: Field, isSingle: boolean): Task {
  const { kind, group } = resource.mapping;
  const values = (resource.object.metadata[field] ?? {}) as Record<string, string>;
  const lines = Object.keys(values)
    .sort()
    .map((name) => `${isSingle ? '' : ' '}${name}=${values[name]}`);
  if (!isSingle) lines.unshift(`Listing ${field} for ${kind}.${group}/${resource.name}:`);
  yield* session.print(lines.map((line) => `${line}\n`).join(''));
}
