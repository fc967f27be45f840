import { structuredPatch } from 'diff';
import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import { toYaml } from '../codec/yaml-write.ts';
import type { Command } from '../command.ts';
import { apiPath, apiVersionOf } from '../discovery.ts';
import { CommandFailure, failure, failureText, Refused, ServerFailure, usageFailure } from '../failure.ts';
import { FILENAME_FLAGS, fieldManagerFlag, SELECTOR_FLAG } from '../global-flags.ts';
import { withoutManagedFields } from '../printers/output.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { fetchIfExists } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { chosen } from './apply.ts';
import { applyPatch } from './apply-client-side.ts';
import { maskedSecrets } from './diff-mask.ts';
import { orphans, prunedKinds, warnDefaults } from './prune.ts';

/** One object before and after: YAML, nothing where there is none. */
interface Version {
  readonly name: string;
  readonly live: string;
  readonly merged: string;
}

export const diff: Command = {
  name: 'diff',
  short: 'Diff the live version against a would-be applied version',
  usage: '-f FILENAME',
  examples: ['kubectl diff -f web.yaml', 'cat web.yaml | kubectl diff -f -'],
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    fieldManagerFlag('kubectl-client-side-apply'),
    { name: 'server-side', type: 'boolean', usage: 'Let the server merge' },
    { name: 'force-conflicts', type: 'boolean', usage: 'With --server-side: take fields over from other managers' },
    { name: 'concurrency', type: 'int', default: '1', usage: 'How many objects are looked at at once' },
    { name: 'prune', type: 'boolean', usage: 'Also what apply --prune would delete' },
    { name: 'prune-allowlist', type: 'array', usage: 'Kind that is pruned: group/version/kind' },
    { name: 'show-managed-fields', type: 'boolean', usage: 'With managedFields' },
    { name: 'show-secrets', type: 'boolean', usage: 'With the values of Secrets' },
  ],
  flagFailureCode: 2,
  *run(session: Session): Task {
    try {
      yield* runDiff(session);
    } catch (error) {
      if (error instanceof CommandFailure && error.code !== 1) throw error;
      if (!(error instanceof CommandFailure || error instanceof ServerFailure || error instanceof Refused)) throw error;
      // 1 means that there are differences.
      throw new CommandFailure(
        failureText(error),
        error instanceof CommandFailure && error.text === '' ? error.code : 2,
      );
    }
  },
};

function* runDiff(session: Session): Task {
  const { flags, args } = session;
  if (args.length > 0) throw usageFailure(session.path, `Unexpected args: [${args.join(' ')}]`);
  const files = flags.strings('filename');
  if (files.length === 0 && !flags.string('kustomize')) throw failure('must specify one of -f and -k');
  if (flags.boolean('force-conflicts') && !flags.boolean('server-side')) {
    throw failure('--force-conflicts only works with --server-side');
  }
  const kinds = flags.boolean('prune') ? prunedKinds(flags.strings('prune-allowlist'), yield* session.mapper()) : [];
  const { manifests, failures } = yield* readManifests(session, files);
  if (failures[0]) throw failures[0];
  const versions: Version[] = [];
  const uids = new Set<string>();
  const namespaces = new Set<string>();
  for (const manifest of chosen(session, manifests)) {
    const resource = yield* manifestResource(session, manifest);
    const live = yield* fetchIfExists(session, resource);
    if (live?.object.metadata.uid) uids.add(live.object.metadata.uid);
    if (resource.mapping.isNamespaced) namespaces.add(resource.namespace);
    versions.push(version(session, resource, live?.object, yield* merged(session, resource, live?.object)));
  }
  if (flags.boolean('prune')) yield* warnDefaults(session);
  for (const mapping of kinds) {
    for (const namespace of mapping.isNamespaced ? namespaces : ['']) {
      for (const orphan of yield* orphans(session, mapping, namespace, uids)) {
        versions.push(version(session, orphan, orphan.object, undefined));
      }
    }
  }
  yield* compare(session, versions);
}

/** The object as it would be after apply. */
function* merged(session: Session, resource: Resource, live: KubeObject | undefined): Task<KubeObject> {
  const { flags } = session;
  const { mapping, namespace, name, object } = resource;
  const isServerSide = flags.boolean('server-side');
  const manager = isServerSide && !flags.isSet('field-manager') ? 'kubectl' : flags.string('field-manager');
  const query = { fieldManager: manager, dryRun: 'All' };
  if (isServerSide) {
    return (yield* session.send('PATCH', apiPath(mapping, namespace, name), {
      query: { ...query, force: String(flags.boolean('force-conflicts')) },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: object,
    })) as KubeObject;
  }
  if (!live) return (yield* session.send('POST', apiPath(mapping, namespace), { query, body: object })) as KubeObject;
  const patch = applyPatch(resource, live, false);
  const isStrategic = schemaFor(apiVersionOf(mapping), mapping.kind) !== undefined;
  return (yield* session.send('PATCH', apiPath(mapping, namespace, name), {
    query,
    headers: { 'content-type': `application/${isStrategic ? 'strategic-merge-patch' : 'merge-patch'}+json` },
    body: patch,
  })) as KubeObject;
}

function version(
  session: Session,
  resource: Resource,
  from: KubeObject | undefined,
  to: KubeObject | undefined,
): Version {
  const { mapping, namespace, name } = resource;
  const group = mapping.group ? `${mapping.group}.` : '';
  const isSecret = mapping.kind === 'Secret' && mapping.group === '' && !session.flags.boolean('show-secrets');
  const [before, after] = isSecret ? maskedSecrets(from, to) : [from, to];
  const shown = (object: KubeObject | undefined) => {
    if (!object) return '';
    // What is to be pruned is shown as it came.
    const isWhole = to === undefined || session.flags.boolean('show-managed-fields');
    return toYaml(isWhole ? object : withoutManagedFields(object));
  };
  return {
    name: `${group}${mapping.version}.${mapping.kind}.${namespace}.${name}`,
    live: shown(before),
    merged: shown(after),
  };
}

function* compare(session: Session, versions: readonly Version[]): Task {
  const live = yield* folderName('LIVE');
  const merged = yield* folderName('MERGED');
  const external = session.invocation.environment.KUBECTL_EXTERNAL_DIFF;
  if (external) return yield* compareOutside(external, live, merged, versions);
  const now = yield* session.now();
  const changed = [...versions]
    .sort((one, two) => (one.name < two.name ? -1 : 1))
    .filter((one) => one.live !== one.merged);
  for (const one of changed) yield* session.print(unified(`${live}/${one.name}`, `${merged}/${one.name}`, one, now));
  if (changed.length > 0) throw new CommandFailure('', 1);
}

function* folderName(prefix: string): Task<string> {
  return `/tmp/${prefix}-${Math.floor(((yield { call: 'random' }) as number) * 1e10)}`;
}

/** `2026-11-21 07:00:00.000000000 +0000`, as diff writes the times of files. */
function fileTime(now: number): string {
  const [day = '', time = ''] = new Date(now).toISOString().replace('Z', '').split('T');
  return `${day} ${time}000000 +0000`;
}

/** What `diff -u -N` prints of two files. */
function unified(from: string, to: string, { live, merged }: Version, now: number): string {
  const { hunks } = structuredPatch(from, to, live, merged, '', '', { context: 3 });
  // A file that isn't there counts as one of the first second.
  const timeOf = (text: string) => fileTime(text === '' ? 0 : now);
  const lines = [`diff -u -N ${from} ${to}`, `--- ${from}\t${timeOf(live)}`, `+++ ${to}\t${timeOf(merged)}`];
  const range = (start: number, count: number) =>
    count === 1 ? `${start}` : `${count === 0 ? start - 1 : start},${count}`;
  for (const { oldStart, oldLines, newStart, newLines, lines: body } of hunks) {
    lines.push(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...body);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Lets the program of `KUBECTL_EXTERNAL_DIFF` compare the two folders. */
function* compareOutside(program: string, live: string, merged: string, versions: readonly Version[]): Task {
  for (const [folder, field] of [
    [live, 'live'],
    [merged, 'merged'],
  ] as const) {
    yield { call: 'makeDirectory', path: folder, parents: true };
    for (const one of versions) yield { call: 'writeFile', path: `${folder}/${one.name}`, text: one[field] };
  }
  const [name = '', ...words] = program.split(' ');
  const argv = [name, ...words.filter((word) => /^[a-zA-Z0-9-=]+$/.test(word)), live, merged];
  const code = (yield { call: 'run', argv }) as number;
  for (const folder of [live, merged]) yield { call: 'remove', path: folder, recursive: true };
  if (code === 127)
    throw failure(
      `failed to run ${JSON.stringify(name)}: exec: ${JSON.stringify(name)}: executable file not found in $PATH`,
    );
  if (code !== 0) throw new CommandFailure('', code);
}
