import { isEqual } from '../../apiserver/equality.ts';
import type { KubeObject } from '../../object.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { failure, ServerFailure } from '../failure.ts';
import type { Flag } from '../flags.ts';
import { FILENAME_FLAGS, fieldManagerFlag, OUTPUT_FLAGS, RECORD_FLAG, VALIDATE_FLAG } from '../global-flags.ts';
import { outputPrinter, withoutManagedFields } from '../printers/output.ts';
import type { Resource } from '../resources/object.ts';
import { select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { patchResource, recorded, report, withLastApplied } from '../writing.ts';
import { EDIT_HEADER, type EditResult, editFile, requireNamespace } from './editing.ts';
import { changesOf } from './set.ts';

export const WINDOWS_FLAG: Flag = {
  name: 'windows-line-endings',
  type: 'boolean',
  usage: 'End lines as Windows does',
};

export const edit: Command = {
  name: 'edit',
  short: 'Edit a resource on the server',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    VALIDATE_FLAG,
    WINDOWS_FLAG,
    fieldManagerFlag('kubectl-edit'),
    { name: 'output-patch', type: 'boolean', usage: 'Show the patch' },
    { name: 'save-config', type: 'boolean', usage: 'Remember the configuration for kubectl apply' },
    { name: 'subresource', type: 'string', usage: 'status or scale' },
  ],
  run: runEdit,
};

function* runEdit(session: Session): Task {
  const { resources, failures } = yield* select(session, session.args, { isLatest: true, allowsAll: true });
  if (failures.length > 0) throw failures[0] as Error;
  if (resources.length === 0) throw failure('edit cancelled, no objects found');
  const originals: Resource[] = [];
  for (const resource of resources) originals.push({ ...resource, object: yield* shownOf(session, resource) });
  yield* editFile(session, {
    header: EDIT_HEADER,
    resources: originals,
    *save(edited, result) {
      for (const resource of edited) yield* requireNamespace(session, resource);
      for (const resource of edited) yield* saveOne(session, originals, resource, result);
    },
  });
}

function* shownOf(session: Session, { mapping, namespace, name, object }: Resource): Task<KubeObject> {
  const subresource = session.flags.string('subresource');
  const live = subresource ? yield* session.get(apiPath(mapping, namespace, name, subresource)) : object;
  return withoutManagedFields(live) as KubeObject;
}

function* saveOne(session: Session, originals: readonly Resource[], edited: Resource, result: EditResult): Task {
  const original = originals.find(({ object }) => object.metadata.uid === edited.object.metadata.uid);
  if (!original) throw failure(`no original object found for ${edited.object.kind} ${edited.name}`);
  const wanted = recorded(session, noted(session, edited.object));
  const printer = yield* outputPrinter(session);
  if (isEqual(original.object, wanted)) return yield* report(session, original, 'skipped', 'none', printer);
  const isOther = (['apiVersion', 'kind'] as const).some((field) => original.object[field] !== wanted[field]);
  if (isOther || original.object.metadata.name !== wanted.metadata.name)
    throw failure('At least one of apiVersion, kind and name was changed');
  const patch = changesOf(original, wanted);
  if (session.flags.boolean('output-patch')) yield* session.print(`Patch: ${JSON.stringify(patch)}\n`);
  try {
    const subresource = session.flags.string('subresource') || undefined;
    const object = yield* patchResource(session, original, 'strategic', patch, 'none', subresource);
    yield* report(session, { ...original, object }, 'edited', 'none', printer);
  } catch (error) {
    if (!(error instanceof ServerFailure)) throw error;
    yield* session.complain(result.refused(error, original));
  }
}

function noted(session: Session, object: KubeObject): KubeObject {
  return session.flags.boolean('save-config') ? withLastApplied(object) : object;
}
