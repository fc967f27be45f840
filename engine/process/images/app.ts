import type { FileError, Invocation, Script, SelfInformation, Syscall, WaitAnswer } from '../program.ts';
import { print, readAll } from '../program.ts';
import { type HttpReply, httpEnd, httpText, parseRequest } from './http.ts';
import type { ServerKind } from './server.ts';

const SCRIPT_FILE = '/app/app.sh';
const REQUEST = 'ORRERY_REQUEST';

/**
 * The server of `orrery/app`. Each request runs a sh script: `$APP_SCRIPT`, or the file /app/app.sh (mount a ConfigMap
 * there). In the manner of CGI (RFC 3875) the script gets `REQUEST_METHOD`, `PATH_INFO` and `QUERY_STRING` in its
 * environment and the body on its standard input; what it prints is the body of the answer. A first line
 * `Status: 503` sets the status, otherwise it is 200, or 500 when the script fails. Requests run side by side. On TERM
 * the server lets those at hand end, then exits with 0. Without a script it says hello.
 *
 *     env: [{name: APP_SCRIPT, value: 'sleep 2; echo "slow hello from $HOSTNAME"'}]
 */
export const app: ServerKind = {
  port: ({ environment }) => Number(environment.PORT ?? 8080),
  refused: (port, reason) => `app: bind: ${reason} (port ${port})`,
  end: httpEnd,
  keeps: false,
  drains: true,
  *answer(invocation, request, connection) {
    // Children that have ended meanwhile are asked for their status, or they would stay.
    yield { call: 'wait', pids: [], poll: true };
    yield {
      call: 'spawn',
      argv: ['/app/request'],
      environment: { ...invocation.environment, [REQUEST]: request },
      directory: invocation.directory,
      descriptors: { 0: 0, 1: connection, 2: 2 },
    };
    return {};
  },
};

/** Answers the one request in its environment to its standard output, which is the connection. */
export const appRequest: Script = function* (invocation) {
  const text = invocation.environment[REQUEST] ?? '';
  const reply = yield* respond(invocation, text);
  yield* print(httpText(reply, parseRequest(text).method, 'app'));
  return 0;
};

function* respond(invocation: Invocation, text: string): Generator<Syscall, HttpReply, unknown> {
  const script =
    invocation.environment.APP_SCRIPT ?? ((yield { call: 'readFile', path: SCRIPT_FILE }) as string | FileError);
  if (typeof script !== 'string') {
    const { hostname } = (yield { call: 'self' }) as SelfInformation;
    return { code: 200, type: 'text/plain', body: `Hello from ${hostname}\n` };
  }
  const [reader, writer] = (yield { call: 'pipe' }) as [number, number];
  const { method, path, query, body } = parseRequest(text);
  const input = (yield { call: 'openText', text: body }) as number;
  const { [REQUEST]: _request, ...environment } = invocation.environment;
  const child = (yield {
    call: 'spawn',
    argv: ['/bin/sh', '-c', script],
    environment: { ...environment, REQUEST_METHOD: method, PATH_INFO: path, QUERY_STRING: query },
    directory: invocation.directory,
    descriptors: { 0: input, 1: writer, 2: 2 },
  }) as number;
  yield { call: 'close', fds: [writer, input] };
  const output = yield* readAll(reader);
  const { status } = (yield { call: 'wait', pids: [child] }) as WaitAnswer;
  const stated = /^Status: *(\d{3})\r?\n/.exec(output);
  const code = stated === null ? (status === 0 ? 200 : 500) : Number(stated[1]);
  return { code, type: 'text/plain', body: stated === null ? output : output.slice(stated[0].length) };
}
