import { isSelectorError, matchesLabels, parseLabelSelector } from '../../apiserver/selectors/labels.ts';
import type { Command } from '../command.ts';
import type { Mapping } from '../discovery.ts';
import { type DryRun, dryRunOf, fieldValidation } from '../dry-run.ts';
import { failure, joinFailures, usageFailure } from '../failure.ts';
import { unknownFlag } from '../flags.ts';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  OUTPUT_FLAGS,
  RECORD_FLAG,
  SELECTOR_FLAG,
  VALIDATE_FLAG,
} from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { type Manifest, manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { collect } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { recorded } from '../writing.ts';
import { applyHere } from './apply-client-side.ts';
import { editLastApplied, setLastApplied, viewLastApplied } from './apply-last-applied.ts';
import { type ApplyRun, printApplied, startApply } from './apply-run.ts';
import { applyOnServer } from './apply-server-side.ts';
import { type ApplySet, announce, applySetOf, asMember, pruneSet } from './apply-set.ts';
import { prune, prunedKinds } from './prune.ts';

export const apply: Command = {
  name: 'apply',
  short: 'Apply a configuration to a resource by file name or stdin',
  long: 'Creates what the manifests describe, or changes it to match: fields that a former apply set and the manifest no longer has are removed.',
  usage: '(-f FILENAME | -k DIRECTORY)',
  examples: [
    '# Apply one manifest',
    'kubectl apply -f web.yaml',
    '',
    '# Apply what another command prints',
    'cat web.yaml | kubectl apply -f -',
  ],
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    SELECTOR_FLAG,
    fieldManagerFlag('kubectl-client-side-apply'),
    { name: 'server-side', type: 'boolean', usage: 'Let the server merge' },
    { name: 'force-conflicts', type: 'boolean', usage: 'With --server-side: take fields over from other managers' },
    { name: 'subresource', type: 'string', usage: 'With --server-side: status or scale' },
    { name: 'overwrite', type: 'boolean', default: 'true', usage: 'Resolve conflicts with the manifest' },
    { name: 'openapi-patch', type: 'boolean', default: 'true', usage: 'Merge lists as the schema of the kind says' },
    { name: 'force', type: 'boolean', usage: 'Delete and create again where a change is refused' },
    { name: 'cascade', type: 'string', default: 'background', bare: 'background', usage: 'How dependents are deleted' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds a deleted object gets with --force' },
    { name: 'prune', type: 'boolean', usage: 'Delete what was applied before and is in no file any more' },
    { name: 'prune-allowlist', type: 'array', usage: 'Kind that is pruned: group/version/kind' },
    { name: 'all', type: 'boolean', usage: 'With --prune: all that was applied, whatever its labels' },
    {
      name: 'applyset',
      type: 'string',
      hidden: true,
      usage: 'With --prune: the object that remembers what belongs together',
    },
    { name: 'wait', type: 'boolean', usage: 'Wait for deletions' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait' },
  ],
  subcommands: [editLastApplied, setLastApplied, viewLastApplied],
  run: runApply,
};

function* runApply(session: Session): Task {
  const { flags, args } = session;
  if (args.length > 0) throw usageFailure(session.path, `Unexpected args: [${args.join(' ')}]`);
  const files = flags.strings('filename');
  if (files.length === 0 && !flags.string('kustomize')) throw failure('must specify one of -f and -k');
  if (flags.isSet('applyset') && session.invocation.environment.KUBECTL_APPLYSET !== 'true') {
    throw unknownFlag(session.path, 'applyset');
  }
  const dryRun = dryRunOf(session);
  const set = flags.string('applyset') ? yield* applySetOf(session, flags.string('applyset')) : undefined;
  const isPruning = flags.boolean('prune');
  const kinds = isPruning && !set ? prunedKinds(flags.strings('prune-allowlist'), yield* session.mapper()) : [];
  checkApply(session, dryRun, set);
  const run = yield* startApply(session, dryRun, yield* outputPrinter(session));
  const { resources, failures } = yield* wantedResources(session, files, set);
  if (resources.length === 0 && failures.length === 0) throw failure('no objects passed to apply');
  if (set) yield* announce(run, set, resources);
  for (const wanted of resources) {
    const resource = { ...wanted, object: recorded(session, wanted.object) };
    try {
      yield* flags.boolean('server-side') ? applyOnServer(run, resource) : applyHere(run, resource);
    } catch (error) {
      collect(failures, error);
    }
  }
  if (failures.length > 0) throw joinFailures(failures);
  if (isPruning) yield* pruneAll(run, set, kinds, resources);
  yield* printApplied(run);
}

function* pruneAll(
  run: ApplyRun,
  set: ApplySet | undefined,
  kinds: readonly Mapping[],
  resources: readonly Resource[],
): Task {
  if (set) yield* pruneSet(run, set, resources);
  else yield* prune(run, kinds);
}

/** The objects of the files, those that the selector leaves out excepted. */
function* wantedResources(
  session: Session,
  files: readonly string[],
  set: ApplySet | undefined,
): Task<{ readonly resources: readonly Resource[]; readonly failures: Error[] }> {
  const { manifests, failures: problems } = yield* readManifests(session, files);
  const resources: Resource[] = [];
  const failures = [...problems];
  for (const manifest of chosen(session, manifests)) {
    try {
      const resource = yield* manifestResource(session, manifest);
      if (resource.object.metadata.generateName && !resource.name) {
        throw failure(`from ${resource.object.metadata.generateName}: cannot use generate name with apply`);
      }
      resources.push(set ? asMember(set, resource) : resource);
    } catch (error) {
      collect(failures, error);
    }
  }
  return { resources, failures };
}

/** The manifests that `--selector` lets through. */
export function chosen(session: Session, manifests: readonly Manifest[]): readonly Manifest[] {
  const selector = parseLabelSelector(session.flags.string('selector'));
  if (isSelectorError(selector)) throw failure(selector.error);
  return manifests.filter(({ object }) => matchesLabels(selector, object.metadata?.labels));
}

function checkApply(session: Session, dryRun: DryRun, set: ApplySet | undefined): void {
  const { flags } = session;
  const isServerSide = flags.boolean('server-side');
  const isForced = flags.boolean('force');
  fieldValidation(flags.string('validate'));
  if (flags.boolean('force-conflicts') && !isServerSide)
    throw failure('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && isServerSide) {
    throw failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (isForced && isServerSide) throw failure('--force cannot be used with --server-side');
  if (dryRun === 'server' && isForced) throw failure('--dry-run=server cannot be used with --force');
  if (flags.boolean('all') && flags.string('selector')) {
    throw failure('cannot set --all and --selector at the same time');
  }
  if (set && !flags.boolean('prune')) throw failure('--applyset requires --prune');
  if (flags.boolean('prune')) checkPrune(session, set);
  if (flags.string('subresource') && !isServerSide) {
    throw failure('--subresource can only be specified for --server-side');
  }
}

function checkPrune({ flags }: Session, set: ApplySet | undefined): void {
  if (flags.boolean('force')) throw failure('--force cannot be used with --prune');
  if (set) {
    if (flags.boolean('all')) throw failure('--all is incompatible with --applyset');
    if (flags.string('selector')) throw failure('--selector is incompatible with --applyset');
    if (flags.strings('prune-allowlist').length > 0) throw failure('--prune-allowlist is incompatible with --applyset');
    return;
  }
  if (!flags.boolean('all') && !flags.string('selector')) {
    throw failure(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  }
  if (flags.boolean('server-side')) {
    throw failure("--prune is in alpha and doesn't currently work on objects created by server-side apply");
  }
}
