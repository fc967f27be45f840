import type { KubeObject } from '../../object.ts';
import { indentedJson, sorted } from '../codec/json.ts';
import { fromYaml } from '../codec/yaml-read.ts';
import { toYaml } from '../codec/yaml-write.ts';
import { CommandFailure, failure, ServerFailure } from '../failure.ts';
import { exists, fileProblem, readText } from '../files.ts';
import { toKyaml } from '../printers/kyaml.ts';
import type { Resource } from '../resources/object.ts';
import { quotedName } from '../resources/object.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

/** Source of the whole: `pkg/cmd/util/editor/editoptions.go` in kubernetes/kubectl. */

/** What stands above the object in the editor. */
export const EDIT_HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** Why a file is opened again. */
interface Reason {
  readonly head: string;
  readonly others: readonly string[];
}

/** What became of the objects of a file. */
export class EditResult {
  readonly reasons: Reason[] = [];
  retryable = 0;
  missing = 0;

  /** Takes note of a refusal; answers what is said of it at once. */
  refused(error: ServerFailure, resource: Resource): string {
    const subject = quotedName(resource);
    if (error.reason === 'Invalid') {
      const causes = error.status.details?.causes ?? [];
      this.reasons.push({
        head: `${subject} was not valid`,
        others: causes.map(({ field = '', message = '' }) => `${field}: ${message}`),
      });
      return `error: ${subject} is invalid`;
    }
    if (error.reason === 'NotFound') {
      this.missing++;
      return `error: ${subject} could not be found on the server`;
    }
    this.retryable++;
    return `error: ${subject} could not be patched: ${error.message}`;
  }
}

/** One file that is edited. */
export interface Editing {
  readonly header: string;
  /** Shown as they are in `object`: one by itself, several as one List. */
  readonly resources: readonly Resource[];
  /** Stores what was left in the file. */
  readonly save: (edited: readonly Resource[], result: EditResult) => Task;
}

/** Opens a file in the user's editor until what is in it can be stored, or is left as it was. */
export function* editFile(session: Session, { header, resources, save }: Editing): Task {
  const format = formatOf(session);
  const isJson = format === 'json';
  const original = WRITERS[format](shown(resources));
  const withHeader = (reasons: readonly Reason[], text: string) =>
    isJson ? text : header + reasons.map(comment).join('') + text;
  let text = withHeader([], original);
  let failed: { readonly path: string; readonly text: string } | undefined;
  for (;;) {
    const path = yield* newFile(session, text, isJson ? 'json' : 'yaml');
    const edited = yield* editedText(session, path, failed?.path);
    if (failed !== undefined && strip(edited) === strip(failed.text))
      throw yield* preserved(session, path, failure('Edit cancelled, no valid changes were saved.'));
    if (failed !== undefined) yield { call: 'remove', path: failed.path };
    const result = new EditResult();
    const isOver = yield* judged(session, resources, edited, original, result);
    if (isOver !== undefined) {
      yield { call: 'remove', path };
      return yield* session.complain(isOver);
    }
    if (result.reasons.length === 0) yield* store(session, path, edited, save, result);
    if (result.reasons.length === 0) return;
    failed = { path, text: edited };
    text = withHeader(result.reasons, withoutComments(edited));
  }
}

/** The output format is the editor's too, so it must be one that can be edited. */
function formatOf(session: Session): keyof typeof WRITERS {
  const format = session.flags.string('output') || 'yaml';
  if (format in WRITERS) return format as keyof typeof WRITERS;
  const known = Object.keys(WRITERS).join(',');
  throw failure(
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${known}`,
  );
}

const WRITERS = { json: (object: object) => indentedJson(sorted(object)), kyaml: toKyaml, yaml: toYaml };

function shown(resources: readonly Resource[]): object {
  const objects = resources.map(({ object }) => object);
  return objects.length === 1
    ? (objects[0] as object)
    : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
}

function comment({ head, others }: Reason): string {
  const lines = (text: string) => text.replaceAll(/\n(?!#|$)/g, '\n# ');
  return [
    `# ${lines(head)}${others.length > 0 ? ':' : ''}\n`,
    ...others.map((other) => `# * ${lines(other)}\n`),
    '#\n',
  ].join('');
}

function* newFile(session: Session, text: string, extension: string): Task<string> {
  const number = Math.floor(((yield { call: 'random' }) as number) * 1e9);
  const path = `/tmp/kubectl-edit-${number}.${extension}`;
  const isForWindows = session.flags.has('windows-line-endings') && session.flags.boolean('windows-line-endings');
  const content = isForWindows ? text.replaceAll('\n', '\r\n') : text;
  const written = (yield { call: 'writeFile', path, text: content }) as { error?: string } | null;
  if (written?.error) throw failure(`unable to write ${path}: ${fileProblem({ error: written.error })}`);
  return path;
}

function* editedText(session: Session, path: string, before: string | undefined): Task<string> {
  try {
    yield* launchEditor(session, path);
  } catch (error) {
    throw before === undefined ? error : yield* preserved(session, before, error);
  }
  return ((yield* readText(path)) ?? '').replaceAll('\r\n', '\n');
}

/** Why there is nothing to store; what is wrong goes to `result`. */
function* judged(
  session: Session,
  resources: readonly Resource[],
  edited: string,
  original: string,
  result: EditResult,
): Task<string | undefined> {
  const isValidating = !['ignore', 'false'].includes(session.flags.string('validate'));
  const problem = isValidating ? problemOf(edited) : undefined;
  if (problem !== undefined) {
    const subject = quotedName(resources[0] as Resource);
    const other = `<nil>: Invalid value: "The edited file failed validation": ${problem}`;
    result.reasons.push({ head: `${subject} was not valid`, others: [other] });
    yield* session.complain(`error: ${subject} is invalid`);
    return undefined;
  }
  if (strip(edited) === strip(original)) return 'Edit cancelled, no changes made.';
  return strip(edited) === '' ? 'Edit cancelled, saved file was empty.' : undefined;
}

function problemOf(text: string): string | undefined {
  try {
    const value = fromYaml(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : 'invalid object to validate';
  } catch (error) {
    return (error as Error).message;
  }
}

function* store(session: Session, path: string, edited: string, save: Editing['save'], result: EditResult): Task {
  let found: readonly Resource[];
  try {
    found = yield* resourcesOf(session, edited);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const problem = error.message.replace(/^error: /, '');
    result.reasons.push({ head: `The edited file had a syntax error: ${problem}`, others: [] });
    return;
  }
  try {
    yield* save(found, result);
  } catch (error) {
    throw yield* preserved(session, path, error);
  }
  if (result.retryable > 0)
    yield* session.complain(`You can run \`kubectl replace -f ${path}\` to try this update again.`);
  else if (result.missing > 0)
    yield* session.complain(`The edits you made on deleted resources have been saved to ${JSON.stringify(path)}`);
  else {
    if (result.reasons.length === 0) yield { call: 'remove', path };
    return;
  }
  throw new CommandFailure('');
}

/** The objects of a file, those of a List each by itself. */
function* resourcesOf(session: Session, text: string): Task<readonly Resource[]> {
  const mapper = yield* session.mapper();
  const current = yield* session.namespace();
  const objects = flattened(fromYaml(text) as KubeObject);
  return objects.map((object): Resource => {
    const mapping = mapper.kind(object.apiVersion, object.kind);
    if (!mapping) {
      const what = `no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}`;
      throw failure(`unable to recognize "edited-file": ${what}`);
    }
    const namespace = mapping.isNamespaced ? (object.metadata?.namespace ?? current) : '';
    return { mapping, namespace, name: object.metadata?.name ?? '', object };
  });
}

function flattened(object: KubeObject): readonly KubeObject[] {
  const { kind, items } = object as KubeObject & { readonly items?: readonly KubeObject[] };
  return kind.endsWith('List') && Array.isArray(items) ? items.flatMap(flattened) : [object];
}

/** Says where an edit is kept that went wrong. */
function* preserved(session: Session, path: string, error: unknown): Task<unknown> {
  if (error instanceof CommandFailure || error instanceof ServerFailure)
    yield* session.complain(`A copy of your changes has been stored to ${JSON.stringify(path)}`);
  return error;
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

/** A text without its comments. */
function strip(text: string): string {
  return withoutComments(text).trim();
}

/** Refuses what was moved to another namespace (`resource.RequireNamespace`). */
export function* requireNamespace(session: Session, { mapping, namespace }: Resource): Task {
  const current = yield* session.namespace();
  if (!mapping.isNamespaced || namespace === current) return;
  throw failure(
    `the namespace from the provided object ${JSON.stringify(namespace)} does not match the namespace ${JSON.stringify(current)}. You must pass '--namespace=${namespace}' to perform this operation.`,
  );
}

/** Runs the user's editor on a file. Throws where there is none or it fails. */
function* launchEditor(session: Session, path: string): Task {
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
