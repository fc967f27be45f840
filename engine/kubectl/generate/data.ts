import { base64Encode } from '../../base64.ts';
import { readFile } from '../../process/program.ts';
import { failure } from '../failure.ts';
import { baseName, fileProblem, join, listDirectory } from '../files.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

/** Collects `--from-literal`, `--from-file` and `--from-env-file` of a ConfigMap or Secret, in this order. */
export function* collectData(
  session: Session,
  kind: 'ConfigMap' | 'Secret',
  name: string,
): Task<Record<string, string>> {
  const { flags } = session;
  const files = flags.strings('from-file');
  const literals = flags.strings('from-literal');
  const envFiles = flags.strings('from-env-file');
  if (envFiles.length > 0 && files.length + literals.length > 0) {
    throw failure('from-env-file cannot be combined with from-file or from-literal');
  }
  const data: Record<string, string> = {};
  const add = (key: string, value: string): void => {
    const problem = keyProblem(key);
    if (problem) throw failure(`${JSON.stringify(key)} is not a valid key name for a ${kind}: ${problem}`);
    if (key in data) {
      throw failure(
        `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${kind} ${JSON.stringify(name)}`,
      );
    }
    data[key] = value;
  };
  for (const [key, value] of yield* fileEntries(session, files)) add(key, value);
  for (const literal of literals) {
    const equals = literal.indexOf('=');
    if (equals <= 0) throw failure(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, equals), literal.slice(equals + 1).replace(/^(["'])(.*)\1$/s, '$2'));
  }
  for (const path of envFiles)
    for (const [key, value] of envEntries(yield* mustRead(session, path), session)) add(key, value);
  return data;
}

/** Secrets carry their data in base64. */
export function encoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64Encode(value)]));
}

function keyProblem(key: string): string | undefined {
  if (key.length > 253) return 'must be no more than 253 characters';
  if (key === '.' || key === '..') return `must not be '${key}'`;
  if (/^[-._a-zA-Z0-9]+$/.test(key)) return undefined;
  return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
}

function* fileEntries(session: Session, sources: readonly string[]): Task<[string, string][]> {
  const entries: [string, string][] = [];
  for (const source of sources) {
    const equals = source.indexOf('=');
    const path = equals < 0 ? source : source.slice(equals + 1);
    if (path.includes('=')) throw failure("key names or file paths cannot contain '='");
    if (equals === 0) throw failure(`key name for file path ${path} missing`);
    const full = join(session.invocation.directory, path);
    const text = yield* readFile(full);
    if (typeof text === 'string') entries.push([equals < 0 ? baseName(path) : source.slice(0, equals), text]);
    else if (text.error === 'EISDIR') entries.push(...(yield* directoryEntries(full, source, equals)));
    else throw failure(`error reading ${path}: ${fileProblem(text)}`);
  }
  return entries;
}

function* directoryEntries(path: string, source: string, equals: number): Task<[string, string][]> {
  if (equals >= 0) throw failure(`cannot give a key name for a directory path`);
  const names = yield* listDirectory(path);
  if (!Array.isArray(names)) throw failure(`error listing files in ${source}: ${fileProblem(names)}`);
  const entries: [string, string][] = [];
  for (const name of names) {
    const text = yield* readFile(`${path}/${name}`);
    if (typeof text === 'string') entries.push([name, text]);
  }
  return entries;
}

function* mustRead(session: Session, path: string): Task<string> {
  const text = yield* readFile(join(session.invocation.directory, path));
  if (typeof text !== 'string') throw failure(`error reading ${path}: ${fileProblem(text)}`);
  return text;
}

/** Reads a file. Throws for `what` when it cannot. */
export function* readInput(session: Session, path: string): Task<string> {
  const text = yield* readFile(join(session.invocation.directory, path));
  if (typeof text !== 'string') throw failure(`Cannot read file ${path}, open ${path}: ${fileProblem(text)}`);
  return text;
}

function envEntries(text: string, session: Session): [string, string][] {
  const entries: [string, string][] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals < 0) entries.push([line, session.invocation.environment[line] ?? '']);
    else entries.push([line.slice(0, equals), line.slice(equals + 1)]);
  }
  return entries;
}
