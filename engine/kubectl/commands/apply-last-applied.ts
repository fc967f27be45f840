import { compactJson, indentedJson, sorted } from '../codec/json.ts';
import { fromYaml } from '../codec/yaml-read.ts';
import { toYaml } from '../codec/yaml-write.ts';
import type { Command, Task } from '../command.ts';
import { dryRunOf } from '../dry-run.ts';
import { failure } from '../failure.ts';
import { readText } from '../files.ts';
import { DRY_RUN_FLAG, FILENAME_FLAGS, fieldManagerFlag, SELECTOR_FLAG } from '../global-flags.ts';
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { fetchIfExists, selectAll } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import { LAST_APPLIED, patchResource, report } from '../writing.ts';
import { launchEditor, strip } from './edit.ts';

export const viewLastApplied: Command = {
  name: 'view-last-applied',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  flags: [
    ...FILENAME_FLAGS,
    SELECTOR_FLAG,
    { name: 'all', type: 'boolean', usage: 'All objects of the type' },
    { name: 'output', shorthand: 'o', type: 'string', default: 'yaml', usage: 'yaml or json' },
  ],
  *run(session: Session): Task {
    const format = session.flags.string('output');
    if (format !== 'yaml' && format !== 'json')
      throw failure(`Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`);
    for (const { object } of yield* selectAll(session, session.args, { isLatest: true })) {
      const text = object.metadata.annotations?.[LAST_APPLIED];
      if (text === undefined) continue;
      const value: unknown = JSON.parse(text);
      yield* session.print(format === 'yaml' ? toYaml(value) : indentedJson(sorted(value), 2));
    }
  },
};

export const setLastApplied: Command = {
  name: 'set-last-applied',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  usage: '-f FILENAME',
  flags: [
    ...FILENAME_FLAGS,
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-client-side-apply'),
    { name: 'create-annotation', type: 'boolean', usage: 'Also where the annotation is missing' },
  ],
  *run(session: Session): Task {
    const dryRun = dryRunOf(session);
    const { manifests } = yield* readManifests(session, session.flags.strings('filename'));
    for (const manifest of manifests) {
      const resource = yield* manifestResource(session, manifest);
      if (!resource.name) throw unnamed(resource);
      const current = yield* fetchIfExists(session, resource);
      if (!current) throw failure(`no objects passed to set-last-applied`);
      const text = `${compactJson(resource.object)}\n`;
      const present = current.object.metadata.annotations?.[LAST_APPLIED];
      if (present === undefined && !session.flags.boolean('create-annotation')) {
        throw failure(
          `no last-applied-configuration annotation found on resource: ${resource.name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      if (present === text) {
        yield* session.print(`set-last-applied ${resource.name}: no changes required.\n`);
        continue;
      }
      const patch = { metadata: { annotations: { [LAST_APPLIED]: text } } };
      if (dryRun !== 'client') yield* patchResource(session, current, 'merge', patch, dryRun);
      yield* report(session, current, 'configured', dryRun);
    }
  },
};

function unnamed({ mapping, namespace, source }: Resource): Error {
  const version = `${mapping.group}/${mapping.version}`;
  return failure(
    `error when retrieving current configuration of:\nResource: "${version}, Resource=${mapping.resource}", GroupVersionKind: "${version}, Kind=${mapping.kind}"\nName: "", Namespace: ${JSON.stringify(namespace)}\nfrom server for: ${JSON.stringify(source)}: resource name may not be empty`,
  );
}

export const editLastApplied: Command = {
  name: 'edit-last-applied',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  flags: [...FILENAME_FLAGS, fieldManagerFlag('kubectl-client-side-apply')],
  *run(session: Session): Task {
    for (const resource of yield* selectAll(session, session.args, { isLatest: true })) {
      const present = resource.object.metadata.annotations?.[LAST_APPLIED];
      if (present === undefined)
        throw failure(`no last-applied-configuration annotation found on resource: ${resource.name}`);
      const path = `/tmp/kubectl-edit-${Math.floor(((yield { call: 'random' }) as number) * 1e9)}.yaml`;
      const shown = toYaml(JSON.parse(present));
      yield { call: 'writeFile', path, text: shown };
      yield* launchEditor(session, path);
      const edited = strip((yield* readText(path)) ?? '');
      yield { call: 'remove', path };
      if (edited === strip(shown)) {
        yield* session.complain('Edit cancelled, no changes made.');
        continue;
      }
      const text = `${compactJson(fromYaml(edited))}\n`;
      yield* patchResource(session, resource, 'merge', { metadata: { annotations: { [LAST_APPLIED]: text } } }, 'none');
      yield* report(session, resource, 'edited', 'none');
    }
  },
};
