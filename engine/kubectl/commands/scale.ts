import { at } from '../codec/json.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { type DryRun, dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { failure, joinFailures } from '../failure.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, OUTPUT_FLAGS, RECORD_FLAG, SELECTOR_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { displayName, type Resource } from '../resources/object.ts';
import { select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';
import { recordChange } from '../writing.ts';

export const scale: Command = {
  name: 'scale',
  short: 'Set a new size for a deployment, replica set, or replication controller',
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  examples: ['# Three replicas', 'kubectl scale --replicas=3 deployment/web'],
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    DRY_RUN_FLAG,
    SELECTOR_FLAG,
    { name: 'all', type: 'boolean', usage: 'All objects of the type' },
    { name: 'replicas', type: 'int', required: true, usage: 'The new number of replicas' },
    { name: 'current-replicas', type: 'int', default: '-1', usage: 'Only if it has this many now' },
    { name: 'resource-version', type: 'string', usage: 'Only if it has this resource version' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'Wait until the new size is reached' },
  ],
  run: runScale,
};

function* runScale(session: Session): Task {
  const { flags, args } = session;
  if (flags.int('replicas') < 0)
    throw failure(`The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0`);
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  const { resources, failures } = yield* select(session, args, { isLatest: true, allowsNamesWithAll: true });
  if (flags.string('resource-version') && resources.length > 1)
    throw failure('cannot use --resource-version with multiple resources');
  if (resources.length === 0)
    throw failures.length > 0 ? joinFailures(failures) : failure('no objects passed to scale');
  // What cannot be scaled ends the command; what could not be found is told in the end.
  for (const resource of resources) {
    yield* scaleOne(session, resource, dryRun);
    yield* recordChange(session, resource, dryRun);
    if (printer) yield* session.print(printer(resource.object, displayName(resource)));
    else yield* session.print(`${displayName(resource)} scaled${dryRunSuffix(dryRun)}\n`);
  }
  if (failures.length > 0) throw joinFailures(failures);
}

function* scaleOne(session: Session, resource: Resource, dryRun: DryRun): Task {
  const { flags } = session;
  const path = apiPath(resource.mapping, resource.namespace, resource.name, 'scale');
  const expected = flags.int('current-replicas');
  const version = flags.string('resource-version');
  if (expected >= 0 || version) {
    const live = yield* session.get(path);
    const replicas = Number(at(live, 'spec', 'replicas') ?? 0);
    if (expected >= 0 && replicas !== expected) throw failure(`Expected replicas to be ${expected}, was ${replicas}`);
    const now = String(at(live, 'metadata', 'resourceVersion'));
    if (version && now !== version) throw failure(`Expected resource version to be ${version}, was ${now}`);
  }
  if (dryRun === 'client') return;
  yield* session.send('PATCH', path, {
    query: dryRun === 'server' ? { dryRun: 'All' } : {},
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { spec: { replicas: flags.int('replicas') } },
  });
  const timeout = flags.duration('timeout');
  if (timeout > 0) {
    yield* waitFor(session, resource, timeout, (object) => at(object, 'status', 'replicas') === flags.int('replicas'));
  }
}
