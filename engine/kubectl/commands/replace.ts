import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { type DryRun, dryRunOf, fieldValidation, writeQuery } from '../dry-run.ts';
import { failure, isNotFound, joinFailures, withSource } from '../failure.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, fieldManagerFlag, OUTPUT_FLAGS, VALIDATE_FLAG } from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { sendRaw } from '../raw.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { collect } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { waitFor } from '../waiting.ts';
import { createResource, LAST_APPLIED, report, withLastApplied } from '../writing.ts';

export const replace: Command = {
  name: 'replace',
  short: 'Replace a resource by file name or stdin',
  usage: '-f FILENAME',
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    fieldManagerFlag('kubectl-replace'),
    {
      name: 'cascade',
      type: 'string',
      default: 'background',
      bare: 'background',
      usage: 'background, foreground or orphan',
    },
    { name: 'force', type: 'boolean', usage: 'Delete, then create' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'With --force: seconds to end in' },
    { name: 'raw', type: 'string', usage: 'Path to put to' },
    { name: 'save-config', type: 'boolean', usage: 'Remember the configuration for kubectl apply' },
    { name: 'subresource', type: 'string', usage: 'status or scale' },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'With --force: how long to wait' },
    { name: 'wait', type: 'boolean', usage: 'With --force: wait' },
  ],
  run: runReplace,
};

function* runReplace(session: Session): Task {
  const { flags } = session;
  const files = flags.strings('filename');
  if (flags.string('raw')) {
    if (files.length === 0) throw failure('--raw can only use a single local file or stdin');
    return yield* sendRaw(session, 'PUT', flags.string('raw'), files);
  }
  if (files.length === 0 && !flags.string('kustomize')) throw failure('must specify one of -f and -k');
  const dryRun = dryRunOf(session);
  checkForce(session, dryRun);
  fieldValidation(flags.string('validate'));
  const printer = yield* outputPrinter(session);
  const { manifests, failures: problems } = yield* readManifests(session, files);
  const failures = [...problems];
  /** What has no known kind: told after all else. */
  const unknown: Error[] = [];
  for (const manifest of manifests) {
    let resource: Resource;
    try {
      resource = yield* manifestResource(session, manifest);
    } catch (error) {
      unknown.push(error as Error);
      continue;
    }
    try {
      if (resource.name === '' && dryRun !== 'client') throw failure('resource name may not be empty');
      const keeps = flags.boolean('save-config') || resource.object.metadata.annotations?.[LAST_APPLIED] !== undefined;
      const wanted = keeps ? { ...resource, object: withLastApplied(resource.object) } : resource;
      const object = dryRun === 'client' ? wanted.object : yield* put(session, wanted);
      yield* report(session, { ...resource, object }, 'replaced', dryRun, printer);
    } catch (error) {
      collect(failures, withSource(error, 'replacing', manifest.source));
    }
  }
  if (failures.length + unknown.length > 0) throw joinFailures([...failures, ...unknown]);
}

/** What goes only with, or only without, deletion (`ReplaceOptions.Validate`). */
function checkForce({ flags }: Session, dryRun: DryRun): void {
  if (flags.boolean('force')) {
    if (dryRun !== 'none') throw failure('--dry-run can not be used when --force is set');
    return;
  }
  if (flags.int('grace-period') >= 0) throw failure('--grace-period must have --force specified');
  if (flags.duration('timeout') !== 0) throw failure('--timeout must have --force specified');
}

function* put(session: Session, resource: Resource): Task<KubeObject> {
  const { mapping, namespace, name, object } = resource;
  const path = apiPath(mapping, namespace, name, session.flags.string('subresource') || undefined);
  const dryRun = dryRunOf(session);
  if (session.flags.boolean('force')) {
    yield* remove(session, resource, path);
    return (yield* createResource(session, resource, dryRun)).object;
  }
  return (yield* session.send('PUT', path, { query: writeQuery(session, dryRun, true), body: object })) as KubeObject;
}

function* remove(session: Session, resource: Resource, path: string): Task {
  const grace = session.flags.int('grace-period');
  try {
    yield* session.send('DELETE', path, {
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
      },
    });
    yield* session.print(
      `${resource.mapping.singular} ${JSON.stringify(resource.name)} deleted from ${resource.namespace} namespace\n`,
    );
    yield* waitFor(session, resource, session.flags.duration('timeout') || -1, () => false, true);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
