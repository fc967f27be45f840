import type { Command } from '../command.ts';
import { dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { joinFailures, usageFailure } from '../failure.ts';
import { DRY_RUN_FLAG, SELECTOR_FLAG } from '../global-flags.ts';
import type { Resource } from '../resources/object.ts';
import { collect, fetchNamed, listObjects } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { patchResource } from '../writing.ts';

/** The nodes that are named, or that a selector leaves. */
export function* namedNodes(session: Session): Task<{ nodes: Resource[]; failures: Error[] }> {
  const { flags, args } = session;
  const selector = flags.string('selector');
  if (args.length === 0 && !selector)
    throw usageFailure(session.path, `USAGE: ${session.path.split(' ').at(-1)} NODE [flags]`);
  if (args.length > 0 && selector)
    throw usageFailure(session.path, 'cannot specify both a node name and a --selector option');
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
      if (failures.length > 0) throw joinFailures(failures);
      for (const node of nodes) yield* setUnschedulable(session, node, name === 'cordon');
    },
  };
}

export const cordon = cordonCommand('cordon', 'Mark node as unschedulable');
export const uncordon = cordonCommand('uncordon', 'Mark node as schedulable');
