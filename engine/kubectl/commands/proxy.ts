import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import type { FileError } from '../../process/program.ts';
import { chunk, print, read, readFile, request } from '../../process/program.ts';
import type { Command } from '../command.ts';
import { certified } from '../connection.ts';
import { failure } from '../failure.ts';
import { join } from '../files.ts';
import type { Flag } from '../flags.ts';
import { type HttpRequest, httpResponse, locationLine, parseHttpRequest } from '../http.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { connectionFlags } from './port-forward.ts';

const CONNECTION = '__proxy-connection';

const FLAGS: readonly Flag[] = [
  { name: 'port', shorthand: 'p', type: 'int', default: '8001', usage: 'Port to serve on; 0 takes a free one' },
  { name: 'address', type: 'string', default: '127.0.0.1', usage: 'Address to serve on' },
  { name: 'api-prefix', type: 'string', default: '/', usage: 'Prefix under which the API is served' },
  { name: 'www', shorthand: 'w', type: 'string', usage: 'Folder of files to serve besides' },
  { name: 'www-prefix', shorthand: 'P', type: 'string', default: '/static/', usage: 'Prefix of these files' },
  { name: 'accept-paths', type: 'string', default: '^.*', usage: 'Paths that are let through' },
  {
    name: 'reject-paths',
    type: 'string',
    default: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
    usage: 'Paths that are refused',
  },
  {
    name: 'accept-hosts',
    type: 'string',
    default: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$',
    usage: 'Hosts that are let through',
  },
  { name: 'reject-methods', type: 'string', default: '^$', usage: 'Methods that are refused' },
  { name: 'disable-filter', type: 'boolean', usage: 'Let everything through' },
  { name: 'unix-socket', shorthand: 'u', type: 'string', usage: 'Socket to serve on' },
  { name: 'keepalive', type: 'duration', default: '0s', usage: 'How often connections are kept alive' },
  { name: 'append-server-path', type: 'boolean', usage: "Put the path of the server's address before each path" },
];

export const proxy: Command = {
  name: 'proxy',
  short: 'Run a proxy to the Kubernetes API server',
  usage: '[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  examples: ['kubectl proxy --port=8001 &', 'curl localhost:8001/api/v1/namespaces'],
  flags: FLAGS,
  *run(session: Session): Task {
    const { flags, invocation } = session;
    if (flags.string('unix-socket')) throw failure('sockets in files are not simulated: serve on a port');
    if (flags.isSet('port') && flags.int('port') > 65_535) {
      throw failure(`listen tcp: address ${flags.int('port')}: invalid port`);
    }
    const { fd, port } = yield* listen(session);
    yield* session.print(`Starting to serve on ${flags.string('address')}:${port}\n`);
    const given = FLAGS.filter(({ name }) => flags.isSet(name)).map(({ name }) => `--${name}=${flags.string(name)}`);
    for (;;) {
      const connection = (yield { call: 'accept', fd }) as number;
      yield {
        call: 'spawn',
        argv: [invocation.argv[0] as string, ...connectionFlags(session), CONNECTION, ...given],
        environment: invocation.environment,
        directory: invocation.directory,
        descriptors: { 0: connection, 1: connection, 2: 2 },
      };
      yield { call: 'close', fds: [connection] };
      yield { call: 'wait', pids: [], poll: true };
    }
  },
};

function* listen(session: Session): Task<{ readonly fd: number; readonly port: number }> {
  const wanted = session.flags.int('port');
  const address = session.flags.string('address');
  for (;;) {
    const port = wanted || 32_768 + Math.floor(((yield { call: 'random' }) as number) * 28_000);
    const fd = (yield { call: 'listen', port }) as number | FileError;
    if (typeof fd === 'number') return { fd, port };
    if (wanted !== 0) throw failure(`listen tcp ${address}:${port}: bind: address already in use`);
  }
}

/** Answers the requests of one connection: a process of its own, with the connection as its input and output. */
export const proxyConnection: Command = {
  name: CONNECTION,
  short: 'Answers the requests of one connection of proxy',
  hidden: true,
  flags: FLAGS,
  *run(session: Session): Task {
    let text = '';
    for (;;) {
      const parsed = parseHttpRequest(text);
      if (!parsed) {
        const more = yield* read(0);
        if (more === null) return;
        text += more;
        continue;
      }
      text = parsed.rest;
      yield* answer(session, parsed.request);
      if (parsed.request.headers.connection?.toLowerCase() === 'close') return;
    }
  },
};

/** Does one of several patterns, separated by commas, fit? */
function fits(text: string, patterns: string): boolean {
  return patterns.split(',').some((pattern) => pattern !== '' && new RegExp(pattern).test(text));
}

function isLetThrough({ flags }: Session, { method, path, headers }: HttpRequest): boolean {
  if (flags.boolean('disable-filter')) return true;
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (fits(path, flags.string('reject-paths')) || fits(method, flags.string('reject-methods'))) return false;
  return fits(path, flags.string('accept-paths')) && fits(host, flags.string('accept-hosts'));
}

function* answer(session: Session, asked: HttpRequest): Task {
  if (!isLetThrough(session, asked)) return yield* print(httpResponse(403, 'text/plain; charset=utf-8', 'Forbidden\n'));
  const { flags } = session;
  const [folder, filesAt] = [flags.string('www'), flags.string('www-prefix')];
  if (folder && asked.path.startsWith(filesAt))
    return yield* file(session, `${folder}/${asked.path.slice(filesAt.length)}`);
  const prefix = `/${flags.string('api-prefix').replace(/^\/+|\/+$/g, '')}`;
  const isServed = prefix === '/' || asked.path === prefix || asked.path.startsWith(`${prefix}/`);
  if (!isServed) return yield* print(httpResponse(404, 'text/plain; charset=utf-8', '404 page not found\n'));
  const path = prefix === '/' ? asked.path : asked.path.slice(prefix.length) || '/';
  yield* api(session, { ...asked, path });
}

function* file(session: Session, path: string): Task {
  const text = yield* readFile(join(session.invocation.directory, path));
  const isFound = typeof text === 'string';
  yield* print(httpResponse(isFound ? 200 : 404, 'text/plain; charset=utf-8', isFound ? text : '404 page not found\n'));
}

function* api(session: Session, { method, path, query, headers, body }: HttpRequest): Task {
  const connection = yield* session.connection();
  const { host: _host, connection: _connection, ...others } = headers;
  const sent = {
    method: method as ApiRequest['method'],
    path,
    ...(Object.keys(query).length > 0 ? { query } : {}),
    ...certified(connection),
    headers: { ...others, ...connection.headers },
    ...(body === '' ? {} : { body }),
  };
  const given = yield* request(connection.server, sent);
  if ('unreachable' in given) return yield* print(httpResponse(502, 'text/plain', `${given.unreachable}\n`));
  if (given.stream === undefined) return yield* print(responseText(given, isReadByPeople(query, headers)));
  yield* print('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n');
  for (;;) {
    const part = yield* chunk(given.stream);
    if (typeof part === 'string') return;
    if ('watch' in part) yield* print(`${JSON.stringify(part.watch)}\n`);
    else if (part.channel !== 'error') yield* print(part.text);
  }
}

/** curl and browsers are given JSON in lines (staging's apiserver/pkg/endpoints/handlers/negotiation, `isPrettyPrint`). */
function isReadByPeople(
  { pretty }: HttpRequest['query'],
  { 'user-agent': agent = '' }: HttpRequest['headers'],
): boolean {
  if (pretty !== undefined) return /^(?:1|t|T|true|TRUE|True)$/.test(pretty);
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(agent);
}

function responseText({ code, body, headers, warnings }: ApiResponse, isInLines: boolean): string {
  const isText = typeof body === 'string';
  const type = headers?.['content-type'] ?? (isText ? 'text/plain' : 'application/json');
  const notes = (warnings ?? []).map((warning) => `Warning: 299 - ${JSON.stringify(warning)}\r\n`).join('');
  return httpResponse(
    code,
    type,
    isText ? body : isInLines ? JSON.stringify(body, undefined, 2) : `${JSON.stringify(body)}\n`,
    locationLine(headers) + notes,
  );
}
