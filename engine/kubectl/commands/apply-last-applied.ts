import { compactJson, indentedJson, sorted } from '../codec/json.ts';
import { toYaml } from '../codec/yaml-write.ts';
import type { Command } from '../command.ts';
import { dryRunOf } from '../dry-run.ts';
import { failure, usageFailure } from '../failure.ts';
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
import { manifestResource, readManifests } from '../resources/manifests.ts';
import type { Resource } from '../resources/object.ts';
import { fetchNamed, NOTHING_GIVEN, selectAll } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { LAST_APPLIED, patchResource, recorded, report } from '../writing.ts';
import { WINDOWS_FLAG } from './edit.ts';
import { editFile, requireNamespace } from './editing.ts';

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
    const texts: string[] = [];
    for (const { name, object, source } of yield* selectAll(session, session.args, { isLatest: true })) {
      const text = object.metadata.annotations?.[LAST_APPLIED];
      if (text !== undefined) texts.push(text);
      else if (source) throw failure(`error when ${missing(name)}\n ${JSON.stringify(source)}: <nil>`);
    }
    const format = session.flags.string('output');
    for (const text of texts) {
      if (format === 'yaml') yield* session.print(toYaml(JSON.parse(text)));
      else if (format === 'json') yield* session.print(indentedJson(sorted(JSON.parse(text)), 2));
      else {
        const message = `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`;
        throw usageFailure(session.path, message);
      }
    }
  },
};

function missing(name: string): string {
  return `no last-applied-configuration annotation found on resource: ${name}`;
}

export const setLastApplied: Command = {
  name: 'set-last-applied',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  usage: '-f FILENAME',
  flags: [
    ...OUTPUT_FLAGS,
    DRY_RUN_FLAG,
    { name: 'filename', shorthand: 'f', type: 'slice', usage: 'Files with the configuration' },
    { name: 'create-annotation', type: 'boolean', usage: 'Also where the annotation is missing' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const dryRun = dryRunOf(session);
    const printer = yield* outputPrinter(session);
    const files = flags.strings('filename');
    if (files.length === 0) throw NOTHING_GIVEN;
    const { manifests, failures } = yield* readManifests(session, files);
    if (failures[0]) throw failures[0];
    const changes: { readonly current: Resource; readonly text: string }[] = [];
    for (const manifest of manifests) {
      const resource = yield* manifestResource(session, manifest);
      if (!resource.name) throw unnamed(resource);
      const current = yield* fetchNamed(session, resource.mapping, resource.namespace, resource.name);
      const text = `${compactJson(resource.object)}\n`;
      const present = current.object.metadata.annotations?.[LAST_APPLIED];
      if (present === undefined && !flags.boolean('create-annotation')) {
        throw failure(`${missing(resource.name)}, to create the annotation, run the command with --create-annotation`);
      }
      if (present === text) yield* session.print(`set-last-applied ${resource.name}: no changes required.\n`);
      else changes.push({ current, text });
    }
    for (const { current, text } of changes) {
      const patch = { metadata: { annotations: { [LAST_APPLIED]: text } } };
      const object =
        dryRun === 'client' ? current.object : yield* patchResource(session, current, 'merge', patch, dryRun);
      yield* report(session, { ...current, object }, 'configured', dryRun, printer);
    }
  },
};

function unnamed({ mapping, namespace, source }: Resource): Error {
  const version = `${mapping.group}/${mapping.version}`;
  return failure(
    `error when retrieving current configuration of:\nResource: "${version}, Resource=${mapping.resource}", GroupVersionKind: "${version}, Kind=${mapping.kind}"\nName: "", Namespace: ${JSON.stringify(namespace)}\nfrom server for: ${JSON.stringify(source)}: resource name may not be empty`,
  );
}

const LAST_APPLIED_HEADER = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

export const editLastApplied: Command = {
  name: 'edit-last-applied',
  short: 'Edit latest last-applied-configuration annotations of a resource/object',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    VALIDATE_FLAG,
    WINDOWS_FLAG,
    fieldManagerFlag('kubectl-client-side-apply'),
  ],
  *run(session: Session): Task {
    const printer = yield* outputPrinter(session);
    const resources: Resource[] = [];
    for (const resource of yield* selectAll(session, session.args, { isLatest: true })) {
      const present = resource.object.metadata.annotations?.[LAST_APPLIED];
      if (present !== undefined) resources.push({ ...resource, object: JSON.parse(present) });
    }
    if (resources.length === 0) throw failure(NOTHING_APPLIED);
    yield* editFile(session, {
      header: LAST_APPLIED_HEADER,
      resources,
      *save(edited) {
        for (const resource of edited) {
          yield* requireNamespace(session, resource);
          const text = `${compactJson(recorded(session, resource.object))}\n`;
          const patch = { metadata: { annotations: { [LAST_APPLIED]: text } } };
          yield* patchResource(session, resource, 'merge', patch, 'none');
          yield* report(session, resource, 'edited', 'none', printer);
        }
      },
    });
  },
};

const NOTHING_APPLIED =
  'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`';
