import { isEqual } from '../../apiserver/equality.ts';
import { applyJsonPatch } from '../../apiserver/patch/json.ts';
import { applyMergePatch } from '../../apiserver/patch/merge.ts';
import { applyStrategicPatch } from '../../apiserver/patch/strategic.ts';
import { schemaFor } from '../../apiserver/schema/schemas.ts';
import type { Json, KubeObject } from '../../object.ts';
import { readFile } from '../../process/program.ts';
import { fromYaml } from '../codec/yaml-read.ts';
import type { Command } from '../command.ts';
import { apiVersionOf } from '../discovery.ts';
import { type DryRun, dryRunOf } from '../dry-run.ts';
import { failure, ServerFailure } from '../failure.ts';
import { fileProblem, join } from '../files.ts';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  LOCAL_FLAG,
  OUTPUT_FLAGS,
  RECORD_FLAG,
} from '../global-flags.ts';
import { outputPrinter } from '../printers/output.ts';
import { displayName, type Resource } from '../resources/object.ts';
import { visit } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CONTENT_TYPES, type PatchType, patchResource, recordChange } from '../writing.ts';

export const patch: Command = {
  name: 'patch',
  short: 'Update fields of a resource',
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  examples: ['# Three replicas', `kubectl patch deployment web -p '{"spec":{"replicas":3}}'`],
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    DRY_RUN_FLAG,
    LOCAL_FLAG,
    fieldManagerFlag('kubectl-patch'),
    { name: 'patch', shorthand: 'p', type: 'string', usage: 'The patch as JSON or YAML' },
    { name: 'patch-file', type: 'string', usage: 'File with the patch' },
    { name: 'type', type: 'string', default: 'strategic', usage: 'json, merge or strategic' },
    { name: 'subresource', type: 'string', usage: 'status or scale' },
  ],
  run: runPatch,
};

function* runPatch(session: Session): Task {
  const { flags } = session;
  const type = flags.string('type') as PatchType;
  if (!['json', 'merge', 'strategic'].includes(type)) {
    throw failure(`--type must be one of [json merge strategic], not ${JSON.stringify(type)}`);
  }
  const body = patchBody(yield* patchText(session));
  const dryRun = dryRunOf(session);
  const printer = yield* outputPrinter(session);
  yield* visit(session, session.args, {}, function* (resource) {
    const current = resource.source && !flags.boolean('local') ? { ...resource } : resource;
    const object = yield* patched(session, current, type, body, dryRun);
    if (!flags.boolean('local')) yield* recordChange(session, current, dryRun);
    const isSame = isUnchanged(session, current, object);
    if (printer) yield* session.print(printer(object, displayName(current)));
    else yield* session.print(`${subjectOf(session, current, object)} patched${isSame ? ' (no change)' : ''}\n`);
  });
}

/** A patch through the scale subresource answers with a Scale. */
function subjectOf(session: Session, resource: Resource, object: KubeObject): string {
  return session.flags.string('subresource') && object.kind === 'Scale'
    ? `scale.autoscaling/${resource.name}`
    : displayName(resource);
}

function isUnchanged(session: Session, resource: Resource, object: KubeObject): boolean {
  if (resource.source !== undefined || session.flags.string('subresource')) return false;
  return dryRunOf(session) === 'none' && isEqual(resource.object, object);
}

function* patchText(session: Session): Task<string> {
  const file = session.flags.string('patch-file');
  if (!file) {
    if (!session.flags.string('patch'))
      throw failure('must specify --patch or --patch-file containing the contents of the patch');
    return session.flags.string('patch');
  }
  const text = yield* readFile(join(session.invocation.directory, file));
  if (typeof text !== 'string') throw failure(`unable to read patch file: open ${file}: ${fileProblem(text)}`);
  return text;
}

/** JSON goes as it is, so that the server judges it; anything else is read as YAML. */
function patchBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (/^\s*[[{]/.test(text)) return text;
    const value = fromYaml(text);
    return typeof value === 'string' ? JSON.stringify(value) : value;
  }
}

function* patched(
  session: Session,
  resource: Resource,
  type: PatchType,
  body: unknown,
  dryRun: DryRun,
): Task<KubeObject> {
  if (dryRun === 'client' || session.flags.boolean('local')) return applyLocally(resource, type, body as Json);
  const subresource = session.flags.string('subresource') || undefined;
  try {
    return yield* patchResource(session, resource, type, body, dryRun, subresource);
  } catch (error) {
    if (!(error instanceof ServerFailure) || error.reason !== 'UnsupportedMediaType') throw error;
    const { group, version, kind } = resource.mapping;
    throw failure(
      `${CONTENT_TYPES[type]} is not supported by ${group}/${version}, Kind=${kind}: ${error.status.message}`,
    );
  }
}

/** Applies a patch without the server. */
export function applyLocally(resource: Pick<Resource, 'mapping' | 'object'>, type: PatchType, body: Json): KubeObject {
  const object = resource.object as unknown as Json & Record<string, Json>;
  if (type === 'json') return applyJsonPatch(object, body as never) as unknown as KubeObject;
  const schema = schemaFor(apiVersionOf(resource.mapping), resource.mapping.kind);
  if (type === 'strategic') {
    const { group, version, kind } = resource.mapping;
    if (!schema)
      throw failure(
        `strategic merge patch is not supported for ${group}/${version}, Kind=${kind} locally, try --type merge`,
      );
    return applyStrategicPatch(object, body as Record<string, Json>, schema) as unknown as KubeObject;
  }
  return applyMergePatch(object, body) as unknown as KubeObject;
}
