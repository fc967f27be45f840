import type { KubeObject } from '../../object.ts';
import { indentedJson, sorted } from '../codec/json.ts';
import { fromYaml } from '../codec/yaml-read.ts';
import { toYaml } from '../codec/yaml-write.ts';
import type { Command } from '../command.ts';
import { apiPath } from '../discovery.ts';
import { CommandFailure, failure, failureText, ServerFailure } from '../failure.ts';
import { exists, fileProblem, readText } from '../files.ts';
import { FILENAME_FLAGS, fieldManagerFlag, OUTPUT_FLAGS, RECORD_FLAG, VALIDATE_FLAG } from '../global-flags.ts';
import { outputPrinter, withoutManagedFields } from '../printers/output.ts';
import { quotedName, type Resource } from '../resources/object.ts';
import { select } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { patchResource, report } from '../writing.ts';
import { changesOf } from './set.ts';

/** What stands above the object in the editor. */
export const EDIT_HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

export const edit: Command = {
  name: 'edit',
  short: 'Edit a resource on the server',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  flags: [
    ...FILENAME_FLAGS,
    ...OUTPUT_FLAGS,
    RECORD_FLAG,
    VALIDATE_FLAG,
    fieldManagerFlag('kubectl-edit'),
    { name: 'output-patch', type: 'boolean', usage: 'Show the patch' },
    { name: 'subresource', type: 'string', usage: 'status or scale' },
  ],
  run: runEdit,
};

function* runEdit(session: Session): Task {
  const { resources, failures } = yield* select(session, session.args, { isLatest: true, allowsAll: true });
  if (failures.length > 0) throw failures[0] as Error;
  if (resources.length === 0) throw failure('edit cancelled, no objects found');
  let hasChanged = false;
  for (const resource of resources) hasChanged = (yield* editOne(session, resource)) || hasChanged;
  if (!hasChanged) yield* session.complain('Edit cancelled, no changes made.');
}

/** Answers whether anything was changed. */
function* editOne(session: Session, resource: Resource): Task<boolean> {
  const isJson = session.flags.string('output') === 'json';
  const subresource = session.flags.string('subresource') || undefined;
  const live = apiPath(resource.mapping, resource.namespace, resource.name, subresource);
  const shown = withoutManagedFields(subresource ? yield* session.get(live) : resource.object);
  const original = isJson ? indentedJson(sorted(shown)) : EDIT_HEADER + toYaml(shown);
  const path = `/tmp/kubectl-edit-${Math.floor(((yield { call: 'random' }) as number) * 1e9)}.${isJson ? 'json' : 'yaml'}`;
  let text = original;
  let hasFailed = false;
  for (;;) {
    const written = (yield { call: 'writeFile', path, text }) as { error?: string } | null;
    if (written?.error) throw failure(`unable to write ${path}: ${fileProblem({ error: written.error })}`);
    yield* launchEditor(session, path);
    const edited = (yield* readText(path)) ?? '';
    if (hasFailed && strip(edited) === strip(text)) return yield* cancelled(session, path, true);
    if (strip(edited) === strip(original)) return yield* cancelled(session, path, false);
    try {
      yield* save(session, resource, parse(edited, resource));
      yield { call: 'remove', path };
      return true;
    } catch (error) {
      yield* explainFailure(session, resource, path, error);
      hasFailed = true;
      text = isJson ? edited : withComment(edited, resource, failureText(error));
    }
  }
}

/** Says what was wrong with an edit before it is opened again. A changed name ends the edit. */
function* explainFailure(session: Session, resource: Resource, path: string, error: unknown): Task {
  if (!(error instanceof CommandFailure || error instanceof ServerFailure)) throw error;
  if (error.message === CHANGED_NAME) {
    yield* session.complain(`A copy of your changes has been stored to ${JSON.stringify(path)}`);
    throw error;
  }
  if (error.message !== CHANGED_TYPE) yield* session.complain(`error: ${quotedName(resource)} is invalid`);
}

const CHANGED_NAME = 'error: At least one of apiVersion, kind and name was changed';
const CHANGED_TYPE = 'error: the type of the object was changed';

function* cancelled(session: Session, path: string, hasFailed: boolean): Task<boolean> {
  if (!hasFailed) {
    yield { call: 'remove', path };
    return false;
  }
  yield* session.complain(
    `A copy of your changes has been stored to ${JSON.stringify(path)}\nerror: Edit cancelled, no valid changes were saved.`,
  );
  throw new CommandFailure('');
}

/** A text without its comments. */
export function strip(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .trim();
}

function withComment(text: string, resource: Resource, problem: string): string {
  const lines = problem
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n');
  return `${EDIT_HEADER.trimEnd()}\n# ${quotedName(resource)} was not valid:\n${lines}\n#\n${text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')}`;
}

function parse(text: string, resource: Resource): KubeObject {
  const wanted = fromYaml(text) as KubeObject | null;
  if (!wanted || typeof wanted !== 'object' || Array.isArray(wanted)) throw failure('the edited file is no object');
  const { object } = resource;
  if (wanted.apiVersion !== object.apiVersion || wanted.kind !== object.kind) throw new CommandFailure(CHANGED_TYPE);
  if (wanted.metadata?.name !== object.metadata.name) throw new CommandFailure(CHANGED_NAME);
  const { managedFields } = object.metadata as { managedFields?: unknown };
  return { ...wanted, metadata: { ...wanted.metadata, ...(managedFields ? { managedFields } : {}) } } as KubeObject;
}

function* save(session: Session, resource: Resource, wanted: KubeObject): Task {
  const patch = changesOf(resource, wanted);
  if (session.flags.boolean('output-patch')) yield* session.print(`Patch: ${JSON.stringify(patch)}\n`);
  const object = yield* patchResource(
    session,
    resource,
    'strategic',
    patch,
    'none',
    session.flags.string('subresource') || undefined,
  );
  yield* report(session, { ...resource, object }, 'edited', 'none', yield* outputPrinter(session));
}

/** Runs the user's editor on a file. Throws where there is none or it fails. */
export function* launchEditor(session: Session, path: string): Task {
  const { environment } = session.invocation;
  const words = (environment.KUBE_EDITOR || environment.EDITOR || 'vi').split(/\s+/);
  const program = words[0] as string;
  if (!(yield* isInstalled(program, environment.PATH ?? ''))) {
    throw failure(`unable to launch the editor ${JSON.stringify(words.join(' '))}`);
  }
  const code = (yield { call: 'run', argv: [...words, path] }) as number;
  if (code === 127) throw failure(`unable to launch the editor ${JSON.stringify(words.join(' '))}`);
  if (code !== 0) throw failure(`there was a problem with the editor ${JSON.stringify(words.join(' '))}`);
}

function* isInstalled(program: string, path: string): Task<boolean> {
  if (program.includes('/')) return yield* exists(program);
  for (const directory of path.split(':')) if (yield* exists(`${directory}/${program}`)) return true;
  return false;
}
