import { encoded } from '../apiserver/encoded.ts';
import { readAll, readFile } from '../process/program.ts';
import { indentedJson } from './codec/json.ts';
import { fromYaml } from './codec/yaml-read.ts';
import { failure } from './failure.ts';
import { fileProblem, join } from './files.ts';
import type { Session } from './session.ts';
import type { Task } from './task.ts';

/** Sends a request to a path as it is, with the content of a file, and prints the answer as it comes. */
export function* sendRaw(
  session: Session,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  target: string,
  files: readonly string[] = [],
): Task {
  if (files.length > 1 || (files[0] && /^https?:/.test(files[0]))) {
    throw failure('--raw can only use a single local file or stdin');
  }
  const broken = /%(?![0-9a-f]{2}).{0,2}/i.exec(target);
  if (broken) throw failure(`parse ${JSON.stringify(target)}: invalid URL escape ${JSON.stringify(broken[0])}`);
  const text = files[0] === undefined ? undefined : yield* contentOf(session, files[0]);
  const [path = '', search = ''] = target.split('?');
  const query = Object.fromEntries(
    search
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('=').map(decoded))
      .map(([key, value = '']) => [key, value]),
  );
  const sent = { query, ...(text === undefined ? {} : { body: bodyOf(text) }) };
  const body = yield* session.send(method, path, sent);
  if (typeof body === 'string') return yield* session.print(body);
  yield* session.print(path === '/version' ? indentedJson(body, 2).trimEnd() : `${JSON.stringify(encoded(body))}\n`);
}

function* contentOf(session: Session, path: string): Task<string> {
  if (path === '-') return yield* readAll(0);
  const text = yield* readFile(join(session.invocation.directory, path));
  if (typeof text !== 'string') throw failure(`open ${path}: ${fileProblem(text)}`);
  return text;
}

/** JSON where it is JSON or YAML of an object: the server takes both. */
function bodyOf(text: string): unknown {
  const value = fromYaml(text);
  return typeof value === 'object' && value !== null ? value : text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
