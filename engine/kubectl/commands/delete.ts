import type { KubeObject } from '../../object.ts';
import { read } from '../../process/program.ts';
import type { Command } from '../command.ts';
import { apiPath, kindName } from '../discovery.ts';
import { type DryRun, dryRunOf, dryRunSuffix } from '../dry-run.ts';
import { failure, isNotFound, joinFailures, withSource } from '../failure.ts';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  SELECTOR_FLAG,
} from '../global-flags.ts';
import { sendRaw } from '../raw.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import { displayName, type Resource } from '../resources/object.ts';
import {
  BOTH_GIVEN,
  checkTargets,
  collect,
  isAllNamespaces,
  listObjects,
  nothingGiven,
  parseTargets,
  selectorQuery,
} from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';

export const deleteResources: Command = {
  name: 'delete',
  short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  examples: [
    '# One pod',
    'kubectl delete pod web',
    '',
    '# All of an application',
    'kubectl delete pods,services -l app=web',
  ],
  flags: [
    ...FILENAME_FLAGS,
    DRY_RUN_FLAG,
    SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    ALL_NAMESPACES_FLAG,
    { name: 'all', type: 'boolean', usage: 'All objects of the type' },
    {
      name: 'cascade',
      type: 'string',
      default: 'background',
      bare: 'background',
      usage: 'background, foreground or orphan',
    },
    { name: 'force', type: 'boolean', usage: 'With --grace-period=0: do not wait for the kubelet' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds to end in; negative: as the object says' },
    { name: 'ignore-not-found', type: 'boolean', usage: 'What does not exist is no error' },
    { name: 'interactive', shorthand: 'i', type: 'boolean', usage: 'Ask first' },
    { name: 'now', type: 'boolean', usage: 'End at once (a grace period of 1)' },
    { name: 'output', shorthand: 'o', type: 'string', usage: 'name prints names only' },
    { name: 'raw', type: 'string', usage: 'Path to delete' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait; 0 as long as it takes' },
    { name: 'wait', type: 'boolean', default: 'true', usage: 'Return only when the objects are gone' },
  ],
  run: runDelete,
};

function checkRaw({ flags }: Session): void {
  if (flags.strings('filename').length > 1) throw failure('--raw can only use a single local file or stdin');
  for (const [name, shown] of [
    ['recursive', '--recursive'],
    ['selector', '--selector (-l)'],
    ['output', '--output'],
  ] as const) {
    if (flags.isSet(name)) throw failure(`--raw and ${shown} are mutually exclusive`);
  }
}

function* runDelete(session: Session): Task {
  const { flags } = session;
  if (flags.string('raw')) {
    checkRaw(session);
    return yield* sendRaw(session, 'DELETE', flags.string('raw'), flags.strings('filename'));
  }
  const plan = planOf(session);
  const failures: Error[] = [];
  const victims = yield* victimsOf(session, failures);
  checkPlan(session);
  if (plan.isForced && plan.options.gracePeriodSeconds === 0) {
    yield* session.warn(
      'Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.',
    );
  }
  if (flags.boolean('interactive') && victims.length > 0 && !(yield* confirmed(session, victims))) return;
  if (session.isNamespaceForced && !isAllNamespaces(session) && victims.some(({ mapping }) => !mapping.isNamespaced)) {
    yield* session.warn('deleting cluster-scoped resources, not scoped to the provided namespace');
  }
  const gone: Resource[] = [];
  for (const victim of victims) {
    try {
      gone.push(yield* deleteOne(session, victim, plan));
    } catch (error) {
      if (isNotFound(error) && isForgiving(session)) continue;
      collect(failures, victim.source ? withSource(error, 'deleting', victim.source) : error);
    }
  }
  if (victims.length === 0 && failures.length === 0 && isListing(session)) yield* session.print('No resources found\n');
  if (plan.isWaiting) yield* waitGone(session, gone, failures);
  if (failures.length > 0) throw joinFailures(failures);
}

interface Plan {
  readonly dryRun: DryRun;
  readonly options: Readonly<Record<string, unknown>>;
  readonly isForced: boolean;
  readonly isWaiting: boolean;
}

const PROPAGATION: Readonly<Record<string, string>> = {
  background: 'Background',
  true: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
  false: 'Orphan',
};

function planOf(session: Session): Plan {
  const { flags } = session;
  const dryRun = dryRunOf(session);
  const cascade = flags.string('cascade');
  const propagation = PROPAGATION[cascade];
  if (!propagation)
    throw failure(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  let grace = flags.int('grace-period');
  if (flags.boolean('now')) {
    if (grace >= 0) throw failure('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  const isForced = flags.boolean('force');
  if (isForced && grace < 0) grace = 0;
  if (!isForced && grace === 0) grace = 1;
  return {
    dryRun,
    isForced,
    isWaiting: flags.boolean('wait') && dryRun === 'none' && !(isForced && grace === 0 && !flags.isSet('wait')),
    options: {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: propagation,
      ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    },
  };
}

function checkPlan({ flags }: Session): void {
  const output = flags.string('output');
  if (output !== '' && output !== 'name') {
    throw failure(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  for (const name of ['selector', 'field-selector']) {
    if (flags.boolean('all') && flags.string(name)) {
      throw failure(`cannot set --all and --${name} at the same time`);
    }
  }
  if (flags.boolean('force') && (flags.boolean('now') || flags.int('grace-period') > 0)) {
    throw failure('--force and --grace-period greater than 0 cannot be specified together');
  }
}

function isListing(session: Session): boolean {
  return (
    session.flags.boolean('all') ||
    session.flags.string('selector') !== '' ||
    session.flags.string('field-selector') !== ''
  );
}

function isForgiving(session: Session): boolean {
  return session.flags.isSet('ignore-not-found') ? session.flags.boolean('ignore-not-found') : isListing(session);
}

function* victimsOf(session: Session, failures: Error[]): Task<Resource[]> {
  const files = session.flags.strings('filename');
  const isFromFiles = files.length > 0 || session.flags.string('kustomize') !== '';
  if (isFromFiles && session.args.length > 0) throw failure(BOTH_GIVEN);
  if (isFromFiles) return yield* fileVictims(session, files, failures);
  if (session.args.length === 0) throw nothingGiven(session);
  const targets = parseTargets(session.args, yield* session.mapper());
  checkTargets(session, targets, {});
  const victims: Resource[] = [];
  for (const { mapping, name } of targets) {
    const namespace = mapping.isNamespaced && !isAllNamespaces(session) ? yield* session.namespace() : '';
    if (name !== undefined) {
      victims.push({ mapping, namespace, name, object: { metadata: { name } } as KubeObject });
      continue;
    }
    try {
      for (const object of yield* listObjects(session, mapping, namespace, { query: selectorQuery(session) })) {
        victims.push({ mapping, namespace: object.metadata.namespace ?? '', name: object.metadata.name, object });
      }
    } catch (error) {
      collect(failures, error);
    }
  }
  return victims;
}

function* fileVictims(session: Session, files: readonly string[], failures: Error[]): Task<Resource[]> {
  const victims: Resource[] = [];
  const read = yield* readManifests(session, files);
  failures.push(...read.failures);
  for (const manifest of read.manifests) {
    try {
      victims.push(yield* manifestResource(session, manifest));
    } catch (error) {
      collect(failures, error);
    }
  }
  return victims;
}

function* confirmed(session: Session, victims: readonly Resource[]): Task<boolean> {
  yield* session.print(`You are about to delete the following ${victims.length} resource(s):\n`);
  for (const victim of victims) yield* session.print(`${displayName(victim)}\n`);
  yield* session.print('Do you want to continue? (y/N): ');
  const answer = ((yield* read(0)) ?? '').trim().toLowerCase();
  if (answer === 'y') return true;
  yield* session.print('deletion is cancelled\n');
  return false;
}

/** Deletes one object; the answer carries the uid whose end is waited for. */
function* deleteOne(session: Session, victim: Resource, plan: Plan): Task<Resource> {
  const { mapping, namespace, name } = victim;
  if (name === '' && plan.dryRun !== 'client') throw failure('resource name may not be empty');
  const uid = plan.dryRun === 'client' ? '' : yield* send(session, victim, plan);
  const verb = plan.isForced ? 'force deleted' : 'deleted';
  const place = mapping.isNamespaced ? ` from ${namespace} namespace` : '';
  const line =
    session.flags.string('output') === 'name'
      ? displayName(victim)
      : `${kindName(mapping)} ${JSON.stringify(name)} ${verb}${place}${dryRunSuffix(plan.dryRun)}`;
  yield* session.print(`${line}\n`);
  return { ...victim, object: { ...victim.object, metadata: { ...victim.object.metadata, uid } } };
}

function* send(session: Session, { mapping, namespace, name }: Resource, plan: Plan): Task<string> {
  const body = plan.dryRun === 'server' ? { ...plan.options, dryRun: ['All'] } : plan.options;
  const answer = (yield* session.send('DELETE', apiPath(mapping, namespace, name), {
    body,
    ...(plan.dryRun === 'server' ? { query: { dryRun: 'All' } } : {}),
  })) as { metadata?: { uid?: string }; details?: { uid?: string } };
  return answer.details?.uid ?? answer.metadata?.uid ?? '';
}

function* waitGone(session: Session, gone: readonly Resource[], failures: Error[]): Task {
  const timeout = session.flags.duration('timeout') || 604_800_000;
  const end = (yield* session.now()) + timeout;
  for (const resource of gone) {
    try {
      yield* waitFor(session, resource, Math.max(1, end - (yield* session.now())), () => false, true);
    } catch (error) {
      collect(failures, error);
    }
  }
}
