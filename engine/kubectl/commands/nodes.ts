import { at } from '../codec/json.ts';
import type { Command, Task } from '../command.ts';
import { dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { failure, joinFailures, usageFailure } from '../failure.ts';
import { DRY_RUN_FLAG, fieldManagerFlag, OUTPUT_FLAGS, SELECTOR_FLAG, VALIDATE_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { collect, fetchNamed, listObjects, selectAll } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { patchResource, report } from '../writing.ts';

/** The nodes that are named, or that a selector leaves. */
export function* namedNodes(session: Session): Task<{ nodes: Resource[]; failures: Error[] }> {
  const { flags, args } = session;
  const selector = flags.string('selector');
  if (args.length === 0 && !selector)
    throw usageFailure(session.path, `USAGE: ${session.path.split(' ').at(-1)} NODE [flags]`);
  if (args.length > 0 && selector) throw failure('cannot specify both a node name and a --selector option');
  const mapping = (yield* session.mapper()).resource('nodes');
  const failures: Error[] = [];
  if (selector) {
    const list = yield* listObjects(session, mapping, '', { query: { labelSelector: selector } });
    return { nodes: list.map((object) => ({ mapping, namespace: '', name: object.metadata.name, object })), failures };
  }
  const nodes: Resource[] = [];
  for (const name of args) {
    try {
      nodes.push(yield* fetchNamed(session, mapping, '', name.replace(/^nodes?\//, '')));
    } catch (error) {
      collect(failures, error);
    }
  }
  return { nodes, failures };
}

/** Marks a node (un)schedulable and says so. */
export function* setUnschedulable(session: Session, node: Resource, isUnschedulable: boolean): Task {
  const word = isUnschedulable ? 'cordoned' : 'uncordoned';
  const dryRun = dryRunOf(session);
  if ((node.object.spec?.unschedulable ?? false) === isUnschedulable) {
    yield* session.print(`node/${node.name} already ${word}${dryRunSuffix(dryRun)}\n`);
    return;
  }
  if (dryRun !== 'client')
    yield* patchResource(session, node, 'strategic', { spec: { unschedulable: isUnschedulable || null } }, dryRun);
  yield* session.print(`node/${node.name} ${word}${dryRunSuffix(dryRun)}\n`);
}

function cordonCommand(name: 'cordon' | 'uncordon', short: string): Command {
  return {
    name,
    short,
    usage: 'NODE',
    flags: [DRY_RUN_FLAG, SELECTOR_FLAG],
    *run(session): Task {
      const { nodes, failures } = yield* namedNodes(session);
      for (const node of nodes) yield* setUnschedulable(session, node, name === 'cordon');
      if (failures.length > 0) throw joinFailures(failures);
    },
  };
}

export const cordon = cordonCommand('cordon', 'Mark node as unschedulable');
export const uncordon = cordonCommand('uncordon', 'Mark node as schedulable');

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: string;
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
  const isTaint = (word: string) => word.includes(':') || word.includes('=') || word.endsWith('-');
  const first = session.args.findIndex((word, index) => index > 0 && isTaint(word));
  const names = first < 0 ? session.args : session.args.slice(0, first);
  const words = first < 0 ? [] : session.args.slice(first);
  if (words.length === 0) throw failure('at least one taint update is required');
  const { added, removed } = parseTaints(session, words);
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  const failures: Error[] = [];
  for (const node of yield* selectAll(session, names, {})) {
    try {
      const taints = changedTaints(session, node, added, removed);
      const object =
        dryRun === 'client'
          ? node.object
          : yield* patchResource(
              session,
              node,
              'merge',
              { spec: { taints: taints.length > 0 ? taints : null } },
              dryRun,
            );
      const done = added.length > 0 && removed.length > 0 ? 'modified' : added.length > 0 ? 'tainted' : 'untainted';
      yield* report(session, { ...node, object }, done, dryRun, printer);
    } catch (error) {
      collect(failures, error);
    }
  }
  if (failures.length > 0) throw joinFailures(failures);
}

function parseTaints(session: Session, words: readonly string[]): { added: Taint[]; removed: Taint[] } {
  const added: Taint[] = [];
  const removed: Taint[] = [];
  for (const word of words) {
    const isRemoved = word.endsWith('-');
    const match = /^([^=:]+)(?:=([^:]*))?(?::(.*))?$/.exec(isRemoved ? word.slice(0, -1) : word);
    if (!match) throw usageFailure(session.path, `invalid taint spec: ${word}`);
    const [, key = '', value, effect] = match;
    if (effect && !EFFECTS.includes(effect))
      throw usageFailure(session.path, `invalid taint effect: ${effect}, unsupported taint effect`);
    if (isRemoved) removed.push({ key, ...(effect ? { effect } : {}) });
    else if (!effect) throw usageFailure(session.path, `invalid taint spec: ${word}`);
    else added.push({ key, ...(value ? { value } : {}), effect });
  }
  return { added, removed };
}

function changedTaints(session: Session, node: Resource, added: readonly Taint[], removed: readonly Taint[]): Taint[] {
  const present = (at(node.object, 'spec', 'taints') ?? []) as Taint[];
  const isSame = (one: Taint, other: Taint) => one.key === other.key && (!other.effect || one.effect === other.effect);
  for (const gone of removed) {
    if (!present.some((taint) => isSame(taint, gone))) {
      throw failure(`taint ${JSON.stringify(gone.effect ? `${gone.key}:${gone.effect}` : gone.key)} not found`);
    }
  }
  const clashing = added.filter((taint) => present.some((other) => isSame(other, taint)));
  if (clashing.length > 0 && !session.flags.boolean('overwrite')) {
    throw failure(
      `node ${node.name} already has ${clashing.map((taint) => taint.key).join(',')} taint(s) with same effect(s) and --overwrite is false`,
    );
  }
  const kept = present.filter(
    (taint) => !removed.some((gone) => isSame(taint, gone)) && !added.some((fresh) => isSame(taint, fresh)),
  );
  return [...added, ...kept];
}
