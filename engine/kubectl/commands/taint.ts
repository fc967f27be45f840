import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { dryRunOf } from '../dry-run.ts';
import { type CommandFailure, failure, joinFailures, usageFailure } from '../failure.ts';
import { DRY_RUN_FLAG, fieldManagerFlag, OUTPUT_FLAGS, SELECTOR_FLAG, VALIDATE_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { displayName, type Resource } from '../resources/object.ts';
import { visit } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { patchResource } from '../writing.ts';

// Source: `k8s.io/kubectl/pkg/cmd/taint`.

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: string;
}

interface TaintChanges {
  readonly added: readonly Taint[];
  readonly removed: readonly Taint[];
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const taint: Command = {
  name: 'taint',
  short: 'Update the taints on one or more nodes',
  usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  examples: [
    '# Only pods that tolerate it',
    'kubectl taint nodes node-1 gpu=true:NoSchedule',
    '',
    '# Away with it',
    'kubectl taint nodes node-1 gpu:NoSchedule-',
  ],
  flags: [
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    SELECTOR_FLAG,
    VALIDATE_FLAG,
    fieldManagerFlag('kubectl-taint'),
    { name: 'all', type: 'boolean', usage: 'All nodes' },
    { name: 'overwrite', type: 'boolean', usage: 'Change values that are there' },
  ],
  run: runTaint,
};

function* runTaint(session: Session): Task {
  const { flags } = session;
  const names = session.args.filter((word) => !isTaint(word));
  const words = session.args.filter(isTaint);
  const first = session.args.findIndex(isTaint);
  const late = first < 0 ? undefined : session.args.slice(first).find((word) => !isTaint(word));
  if (late !== undefined) throw failure(`all resources must be specified before taint changes: ${late}`);
  if (names.length === 0) throw failure('one or more resources must be specified as <resource> <name>');
  if (words.length === 0) throw failure('at least one taint update is required');
  const changes = parseTaints(session, words);
  const dryRun = dryRunOf(session);
  yield* check(session, names, changes);
  const printer = yield* outputPrinter(session);
  const isAny = flags.boolean('all') || flags.string('selector') !== '';
  yield* visit(session, isAny ? names.slice(0, 1) : names, {}, function* (node) {
    const { taints, done } = changedTaints(session, node, changes);
    const spec = { ...(node.object.spec as object | undefined), taints };
    const patch = { spec: { taints: taints.length > 0 ? taints : null } };
    const object =
      dryRun === 'client' ? { ...node.object, spec } : yield* patchResource(session, node, 'merge', patch, dryRun);
    if (printer) yield* session.print(printer(object, displayName(node)));
    else yield* session.print(`${displayName(node)} ${done}\n`);
  });
}

function isTaint(word: string): boolean {
  return word.includes(':') || word.includes('=') || word.endsWith('-');
}

function* check(session: Session, names: readonly string[], { added, removed }: TaintChanges): Task {
  const { flags } = session;
  const type = (names[0] as string).toLowerCase();
  const mapping = (yield* session.mapper()).resource(type.split('/')[0] as string);
  if (mapping.kind !== 'Node') throw failure(`invalid resource type ${type}, only node types are supported`);
  const both = added.flatMap((taint) =>
    removed
      .filter((gone) => gone.key === taint.key && (!gone.effect || gone.effect === taint.effect))
      .map((gone) => `${gone.key}=${gone.effect ?? ''}`),
  );
  if (both.length > 0) {
    throw failure(`can not both modify and remove the following taint(s) in the same command: ${both.join(', ')}`);
  }
  if (flags.boolean('all') && flags.string('selector')) {
    throw failure("setting 'all' parameter with a non empty selector is prohibited");
  }
  if (!flags.boolean('all') && !flags.string('selector') && names.length < 2) {
    throw failure("at least one resource name must be specified since 'all' parameter is not set");
  }
}

function parseTaints(session: Session, words: readonly string[]): TaintChanges {
  const added: Taint[] = [];
  const removed: Taint[] = [];
  for (const word of words) {
    if (word.endsWith('-')) {
      const { key, effect } = parseTaint(session, word.slice(0, -1));
      removed.push({ key, ...(effect ? { effect } : {}) });
      continue;
    }
    const one = parseTaint(session, word);
    if (!one.effect) throw usageFailure(session.path, `invalid taint spec: ${word}`);
    if (added.some((other) => other.key === one.key && other.effect === one.effect)) {
      const text = `{${one.key} ${one.value ?? ''} ${one.effect} <nil>}`;
      throw usageFailure(session.path, `duplicated taints with the same key and effect: ${text}`);
    }
    added.push(one);
  }
  return { added, removed };
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_PROBLEM =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_PROBLEM =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function parseTaint(session: Session, text: string): Taint {
  const wrong = (why = ''): CommandFailure =>
    usageFailure(session.path, `invalid taint spec: ${text}${why ? `, ${why}` : ''}`);
  const [pair = '', effect, ...more] = text.split(':');
  if (more.length > 0) throw wrong();
  if (effect !== undefined && !EFFECTS.includes(effect)) {
    throw usageFailure(session.path, `invalid taint effect: ${effect}, unsupported taint effect`);
  }
  const [key = '', value, ...others] = effect === undefined ? [pair] : pair.split('=');
  if (others.length > 0) throw wrong();
  if (value && (value.length > 63 || !NAME.test(value))) throw wrong(VALUE_PROBLEM);
  if (!NAME.test(key.slice(key.indexOf('/') + 1))) {
    throw wrong(key === '' ? `name part must be non-empty; ${NAME_PROBLEM}` : NAME_PROBLEM);
  }
  return { key, ...(value ? { value } : {}), ...(effect ? { effect } : {}) };
}

/** The taints that a node gets, and what that is called. */
function changedTaints(
  session: Session,
  node: Resource,
  { added, removed }: TaintChanges,
): { taints: readonly Taint[]; done: string } {
  const present = (at(node.object, 'spec', 'taints') ?? []) as Taint[];
  const isSame = (one: Taint, other: Taint) => one.key === other.key && one.effect === other.effect;
  const isOverwriting = session.flags.boolean('overwrite');
  const clashing = added.filter((taint) => present.some((other) => isSame(other, taint)));
  if (clashing.length > 0 && !isOverwriting) {
    const keys = clashing.map((taint) => taint.key).join(',');
    throw failure(`node ${node.name} already has ${keys} taint(s) with same effect(s) and --overwrite is false`);
  }
  let taints = [...added, ...present.filter((old) => !added.some((taint) => isSame(taint, old)))];
  const isAdded = taints.length !== present.length;
  let isRemoved = false;
  const failures: Error[] = [];
  for (const gone of removed) {
    const kept = taints.filter((taint) => (gone.effect ? !isSame(taint, gone) : taint.key !== gone.key));
    isRemoved = kept.length !== taints.length;
    taints = kept;
    const name = gone.effect ? `${gone.key}:${gone.effect}` : gone.key;
    if (!isRemoved) failures.push(failure(`taint ${JSON.stringify(name)} not found`));
  }
  if (failures.length > 0) throw joinFailures(failures);
  if ((isAdded && isRemoved) || isOverwriting) return { taints, done: 'modified' };
  return { taints, done: isAdded ? 'tainted' : 'untainted' };
}
