import {
  complain,
  type FileError,
  type LookupAnswer,
  print,
  read,
  type Script,
  type Syscall,
  write,
} from '../program.ts';
import { type AppletTable, isFailure, parseOptions, refuseOption } from './applet.ts';

/** What busybox says when a connection cannot be made. */
const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
};

interface Address {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** `http://host:80/path`; undefined for what is no http address. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:http:\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(text);
  return match ? { host: match[1] as string, port: Number(match[2] ?? 80), path: match[3] ?? '/' } : undefined;
}

export interface HttpAnswer {
  readonly code: number;
  readonly reason: string;
  readonly head: string;
  readonly body: string;
}

/** One HTTP/1.1 exchange. Answers what came back, or the errno with which it failed. */
export function* httpExchange(
  { host, port, path }: Address,
  request: { readonly method: string; readonly headers: readonly string[]; readonly body?: string },
  timeout: number | undefined,
): Generator<Syscall, HttpAnswer | FileError, unknown> {
  const socket = (yield { call: 'connect', host, port, ...(timeout === undefined ? {} : { timeout }) }) as
    | number
    | FileError;
  if (isFailure(socket)) return socket;
  const length = request.body === undefined ? [] : [`Content-Length: ${request.body.length}`];
  const head = [
    `${request.method} ${path} HTTP/1.1`,
    `Host: ${host}${port === 80 ? '' : `:${port}`}`,
    ...request.headers,
    ...length,
    'Connection: close',
  ];
  yield* write(socket, `${head.join('\r\n')}\r\n\r\n${request.body ?? ''}`);
  let text = '';
  for (;;) {
    if (timeout !== undefined) {
      const ready = (yield { call: 'select', fds: [socket], timeout }) as number | null;
      if (ready === null) {
        yield { call: 'close', fds: [socket] };
        return { error: 'ETIMEDOUT' };
      }
    }
    const part = yield* read(socket);
    if (part === null) break;
    text += part;
  }
  yield { call: 'close', fds: [socket] };
  const status = /^HTTP\/1\.[01] (\d{3}) ?([^\r\n]*)/.exec(text);
  if (!status) return { error: 'EPROTO' };
  const end = text.indexOf('\r\n\r\n');
  return {
    code: Number(status[1]),
    reason: status[2] as string,
    head: text.slice(0, end),
    body: end < 0 ? '' : text.slice(end + 4),
  };
}

/** busybox wget: `wget -qO- http://web`, `--spider`, `-T SECONDS`. */
const wget: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'qO:T:St:c', {
    spider: 's',
    timeout: 'T',
    'output-document': 'O',
    quiet: 'q',
  });
  const isSpider = argv.includes('--spider');
  if (options.unknown !== undefined && options.unknown !== 's') return yield* refuseOption('wget', options.unknown);
  const address = parseAddress(options.operands[0] ?? '');
  if (!address) {
    yield* complain(`wget: not an http or ftp url: ${options.operands[0] ?? ''}\n`);
    return 1;
  }
  const resolved = (yield { call: 'resolve', host: address.host }) as string | null;
  if (resolved === null) {
    yield* complain(`wget: bad address '${address.host}'\n`);
    return 1;
  }
  const isQuiet = options.flags.has('q');
  if (!isQuiet)
    yield* complain(
      `Connecting to ${address.host}${address.port === 80 ? '' : `:${address.port}`} (${resolved}:${address.port})\n`,
    );
  const timeout = options.values.T === undefined ? undefined : Number(options.values.T) * 1000;
  const answer = yield* httpExchange(
    address,
    { method: isSpider ? 'HEAD' : 'GET', headers: ['User-Agent: Wget'] },
    timeout,
  );
  if (isFailure(answer)) {
    if (answer.error === 'ETIMEDOUT' && timeout !== undefined) yield* complain('wget: download timed out\n');
    else
      yield* complain(
        `wget: can't connect to remote host (${resolved}): ${CONNECT_REASONS[answer.error] ?? answer.error}\n`,
      );
    return 1;
  }
  if (answer.code >= 400) {
    yield* complain(`wget: server returned error: HTTP/1.1 ${answer.code} ${answer.reason}\n`);
    return 1;
  }
  if (isSpider) {
    if (!isQuiet) yield* complain('remote file exists\n');
    return 0;
  }
  const output = options.values.O ?? (address.path.split('/').pop() || 'index.html');
  if (output === '-') yield* print(answer.body);
  else yield { call: 'writeFile', path: output, text: answer.body };
  return 0;
};

/** The parts of curl that lessons and recordings use: `-s`, `-o`, `-m`, `-w`, `-I`, `-X`, `-d`, `-H`, `-f`, `-i`. */
const curl: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'sSo:m:w:IX:d:H:fivkL', {
    silent: 's',
    'max-time': 'm',
    'connect-timeout': 'm',
    output: 'o',
    fail: 'f',
    head: 'I',
  });
  if (options.unknown) return yield* refuseOption('curl', options.unknown);
  const address = parseAddress(options.operands[0] ?? '');
  if (!address) {
    yield* complain('curl: (1) only http:// addresses are simulated\n');
    return 1;
  }
  const body = options.values.d;
  const method = options.values.X ?? (options.flags.has('I') ? 'HEAD' : body === undefined ? 'GET' : 'POST');
  const timeout = options.values.m === undefined ? undefined : Number(options.values.m) * 1000;
  const headers = ['User-Agent: curl/8.5.0', 'Accept: */*', ...(options.lists.H ?? [])];
  const answer = yield* httpExchange(address, { method, headers, ...(body === undefined ? {} : { body }) }, timeout);
  const isLoud = !options.flags.has('s') || options.flags.has('S');
  if (isFailure(answer)) {
    const [code, text] = curlFailure(answer.error, address);
    if (isLoud) yield* complain(`curl: (${code}) ${text}\n`);
    return code;
  }
  if (options.flags.has('f') && answer.code >= 400) {
    if (isLoud) yield* complain(`curl: (22) The requested URL returned error: ${answer.code}\n`);
    return 22;
  }
  const shown = options.flags.has('I')
    ? `${answer.head}\r\n\r\n`
    : options.flags.has('i')
      ? `${answer.head}\r\n\r\n${answer.body}`
      : answer.body;
  if (options.values.o === undefined) yield* print(shown);
  else if (options.values.o !== '/dev/null') yield { call: 'writeFile', path: options.values.o, text: shown };
  yield* print((options.values.w ?? '').replaceAll('%{http_code}', String(answer.code)).replaceAll('\\n', '\n'));
  return 0;
};

function curlFailure(error: string, { host, port }: Address): readonly [number, string] {
  if (error === 'ENOTFOUND') return [6, `Could not resolve host: ${host}`];
  if (error === 'ETIMEDOUT') return [28, 'Connection timed out'];
  return [7, `Failed to connect to ${host} port ${port}: ${CONNECT_REASONS[error] ?? error}`];
}

/** `nc HOST PORT` carries text to and fro; `nc -z` only looks whether somebody listens; `nc -l -p PORT` listens. */
const nc: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'lp:w:zvn');
  if (options.unknown) return yield* refuseOption('nc', options.unknown);
  const timeout = options.values.w === undefined ? undefined : Number(options.values.w) * 1000;
  let socket: number | FileError;
  if (options.flags.has('l')) {
    const listener = (yield { call: 'listen', port: Number(options.values.p ?? options.operands[0]) }) as
      | number
      | FileError;
    if (isFailure(listener)) {
      yield* complain('nc: bind: Address already in use\n');
      return 1;
    }
    socket = (yield { call: 'accept', fd: listener }) as number;
  } else {
    const [host = '', port = ''] = options.operands;
    socket = (yield { call: 'connect', host, port: Number(port), ...(timeout === undefined ? {} : { timeout }) }) as
      | number
      | FileError;
    if (isFailure(socket)) {
      const text =
        socket.error === 'ENOTFOUND'
          ? `bad address '${host}'`
          : socket.error === 'ETIMEDOUT' && timeout !== undefined
            ? 'timed out'
            : `can't connect to remote host (${host}): ${CONNECT_REASONS[socket.error] ?? socket.error}`;
      yield* complain(`nc: ${text}\n`);
      return 1;
    }
  }
  if (options.flags.has('z')) return 0;
  return yield* carry(socket);
};

/** Standard input to the socket and the socket to standard output, until the other side ends. */
function* carry(socket: number): Generator<Syscall, number, unknown> {
  for (let hasInput = true; ; ) {
    const ready = (yield { call: 'select', fds: hasInput ? [0, socket] : [socket] }) as number;
    const part = yield* read(ready);
    if (ready === socket) {
      if (part === null) return 0;
      yield* print(part);
    } else if (part === null) hasInput = false;
    else yield* write(socket, part);
  }
}

/** busybox nslookup: every name that was tried with what the server said of it. */
const nslookup: Script = function* ({ argv }) {
  const [host, server] = argv.slice(1).filter((word) => !word.startsWith('-'));
  if (host === undefined) {
    yield* complain('Usage: nslookup HOST [DNS-SERVER]\n');
    return 1;
  }
  const found = (yield { call: 'lookup', host, ...(server === undefined ? {} : { server }) }) as
    | LookupAnswer
    | FileError;
  if (isFailure(found)) {
    yield* print(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  yield* print(`Server:\t\t${found.server}\nAddress:\t${found.server}:53\n\n`);
  let status = 1;
  for (const { name, addresses } of found.answers) {
    if (addresses.length === 0) yield* print(`** server can't find ${name}: NXDOMAIN\n\n`);
    else {
      status = 0;
      yield* print(`${addresses.map((address) => `Name:\t${name}\nAddress: ${address}\n`).join('')}\n`);
    }
  }
  return status;
};

export const networkApplets: AppletTable = { wget, curl, nc, nslookup };
