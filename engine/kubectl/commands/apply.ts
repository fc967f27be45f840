import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { KubeObject } from '../../object.ts';
import { compactJson } from '../codec/json.ts';
import type { Command, Task } from '../command.ts';
import { apiPath, apiVersionOf, resourceName } from '../discovery.ts';
import { type DryRun, dryRunOf, fieldValidation } from '../dry-run.ts';
import { type CommandFailure, failure, joinFailures, ServerFailure, usageFailure, withSource } from '../failure.ts';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  OUTPUT_FLAGS,
  SELECTOR_FLAG,
  VALIDATE_FLAG,
} from '../global-flags.ts';
import { threeWayMergePatch, threeWayPatch } from '../merge/three-way.ts';
import { type ObjectPrinter, outputPrinter } from '../printers/output.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { collect, fetchIfExists } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { createResource, LAST_APPLIED, patchResource, report, withLastApplied } from '../writing.ts';
import { editLastApplied, setLastApplied, viewLastApplied } from './apply-last-applied.ts';

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
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    SELECTOR_FLAG,
    fieldManagerFlag('kubectl-client-side-apply'),
    { name: 'server-side', type: 'boolean', usage: 'Let the server merge' },
    { name: 'force-conflicts', type: 'boolean', usage: 'With --server-side: take fields over from other managers' },
    { name: 'overwrite', type: 'boolean', default: 'true', usage: 'Resolve conflicts with the manifest' },
    { name: 'force', type: 'boolean', usage: 'Delete and create again where a change is refused' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds a deleted object gets with --force' },
    { name: 'prune', type: 'boolean', usage: 'Not simulated' },
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
  const dryRun = checkApply(session);
  const printer = yield* outputPrinter(session);
  const { manifests, failures: problems } = yield* readManifests(session, files);
  const failures = [...problems];
  for (const manifest of manifests) {
    try {
      const resource = yield* manifestResource(session, manifest);
      if (resource.object.metadata.generateName && !resource.name) {
        throw failure(`from ${resource.object.metadata.generateName}: cannot use generate name with apply`);
      }
      yield* applyOne(session, resource, dryRun, printer);
    } catch (error) {
      collect(failures, error);
    }
  }
  if (manifests.length === 0 && failures.length === 0) throw failure('no objects passed to apply');
  if (failures.length > 0) throw joinFailures(failures);
}

function checkApply(session: Session): DryRun {
  const { flags } = session;
  const dryRun = dryRunOf(session);
  const isServerSide = flags.boolean('server-side');
  fieldValidation(flags.string('validate'));
  if (flags.boolean('force-conflicts') && !isServerSide)
    throw failure('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && isServerSide) {
    throw failure("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (flags.boolean('force') && isServerSide) throw failure('--force cannot be used with --server-side');
  if (flags.boolean('prune'))
    throw failure('--prune is not simulated: delete what is no longer wanted with kubectl delete');
  return dryRun;
}

function* applyOne(session: Session, resource: Resource, dryRun: DryRun, printer?: ObjectPrinter): Task {
  if (session.flags.boolean('server-side')) return yield* applyOnServer(session, resource, dryRun, printer);
  const current = yield* fetchIfExists(session, resource);
  if (!current) return yield* createApplied(session, resource, dryRun, printer);
  if (current.object.metadata.annotations?.[LAST_APPLIED] === undefined) {
    yield* session.warn(
      `resource ${resourceName(resource.mapping)}/${resource.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    );
  }
  const patch = applyPatch(resource, current.object);
  if (Object.keys(patch).length === 0) return yield* report(session, current, 'unchanged', dryRun, printer);
  if (dryRun === 'client') return yield* report(session, current, 'configured', dryRun, printer);
  const object = yield* sendPatch(session, resource, patch, dryRun);
  yield* report(session, { ...current, object }, 'configured', dryRun, printer);
}

function* createApplied(session: Session, resource: Resource, dryRun: DryRun, printer?: ObjectPrinter): Task {
  try {
    const created = yield* createResource(session, { ...resource, object: withLastApplied(resource.object) }, dryRun);
    yield* report(session, created, 'created', dryRun, printer);
  } catch (error) {
    throw withSource(error, 'creating', resource.source ?? '');
  }
}

/** What has to change on the server so that it matches the manifest, the annotation included. */
function applyPatch(resource: Resource, current: KubeObject): Readonly<Record<string, unknown>> {
  const { mapping, object } = resource;
  const text = current.metadata.annotations?.[LAST_APPLIED];
  const original = text === undefined ? {} : JSON.parse(text);
  const modified = withLastApplied(object);
  const schema = schemaFor(apiVersionOf(mapping), mapping.kind);
  if (schema) return threeWayPatch(original, modified, current, schema);
  return threeWayMergePatch(original, modified, current);
}

function* sendPatch(session: Session, resource: Resource, patch: object, dryRun: DryRun): Task<KubeObject> {
  const { mapping } = resource;
  const type = schemaFor(apiVersionOf(mapping), mapping.kind) ? 'strategic' : 'merge';
  try {
    return yield* patchResource(session, resource, type, patch, dryRun);
  } catch (error) {
    if (
      session.flags.boolean('force') &&
      error instanceof ServerFailure &&
      ['Conflict', 'Invalid'].includes(error.reason)
    ) {
      return yield* replaceByForce(session, resource, dryRun);
    }
    const gv = `${mapping.group}/${mapping.version}`;
    const what = `Resource: "${gv}, Resource=${mapping.resource}", GroupVersionKind: "${gv}, Kind=${mapping.kind}"\nName: ${JSON.stringify(resource.name)}, Namespace: ${JSON.stringify(resource.namespace)}`;
    throw withSource(error, `applying patch:\n${compactJson(patch)}\nto:\n${what}\nfor:`, resource.source ?? '');
  }
}

function* replaceByForce(session: Session, resource: Resource, dryRun: DryRun): Task<KubeObject> {
  yield* session.send('DELETE', apiPath(resource.mapping, resource.namespace, resource.name));
  while (yield* fetchIfExists(session, resource)) yield* session.sleep(1000);
  const created = yield* createResource(session, { ...resource, object: withLastApplied(resource.object) }, dryRun);
  return created.object;
}

function* applyOnServer(session: Session, resource: Resource, dryRun: DryRun, printer?: ObjectPrinter): Task {
  const { flags } = session;
  const manager = flags.isSet('field-manager') ? flags.string('field-manager') : 'kubectl';
  try {
    const object = (yield* session.send('PATCH', apiPath(resource.mapping, resource.namespace, resource.name), {
      query: {
        fieldManager: manager,
        fieldValidation: fieldValidation(flags.string('validate')),
        force: String(flags.boolean('force-conflicts')),
        ...(dryRun === 'server' ? { dryRun: 'All' } : {}),
      },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: resource.object,
    })) as KubeObject;
    yield* report(session, { ...resource, object }, 'serverside-applied', dryRun, printer);
  } catch (error) {
    if (error instanceof ServerFailure && error.reason === 'Conflict') throw conflictFailure(error);
    throw error;
  }
}

function conflictFailure(error: ServerFailure): CommandFailure {
  return failure(`${error.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`);
}
