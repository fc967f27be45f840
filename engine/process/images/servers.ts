import type { FileError, Invocation, Program, Script, SelfInformation, StepInput, StepProgram, StepResult, Syscall } from '../program.ts';
import { complain, print } from '../program.ts';
import { byteLength } from '../text.ts';

/** What a server does with one request: calls, then the whole answer. */
type Answer = (invocation: Invocation, request: string, peer: string) => Generator<Syscall, { readonly reply: string; readonly log?: string }, unknown>;

/** A kind of server that speaks one request and one answer at a time. */
interface ServerKind {
  readonly name: string;
  readonly port: (invocation: Invocation) => number;
  /** Where the first request ends in what was received; -1 while it is unfinished. */
  readonly end: (received: string) => number;
  readonly answer: Answer;
  /** Whether the connection stays open for another request. */
  readonly keeps: boolean;
}

/** Where a server stands. `answers`: what its calls for the request at hand were given. */
interface ServerState {
  readonly stage: 'listen' | 'opened' | 'select' | 'accept' | 'read' | 'peer' | 'work' | 'reply' | 'log' | 'close' | 'failed';
  readonly listener: number;
  /** Open connections and what they have sent so far. */
  readonly connections: Readonly<Record<number, string>>;
  readonly current: number;
  readonly request: string;
  readonly peer: string;
  readonly answers: readonly unknown[];
  readonly log: string;
}

type Step = StepResult<ServerState>;

/** A server as a step program: it sleeps in `select` and costs nothing while nobody connects. */
function server(kind: ServerKind): StepProgram<ServerState> {
  return {
    catches: ['TERM', 'INT', 'QUIT'],
    start: () => ({ stage: 'listen', listener: -1, connections: {}, current: -1, request: '', peer: '', answers: [], log: '' }),
    step: (state, input, invocation) => (input.signals.length > 0 ? { state, exit: 0 } : advance(kind, state, input, invocation)),
  };
}

function advance(kind: ServerKind, state: ServerState, { answer }: StepInput, invocation: Invocation): Step {
  switch (state.stage) {
    case 'listen':
      return { state: { ...state, stage: 'opened' }, call: { call: 'listen', port: kind.port(invocation) } };
    case 'opened':
      if (typeof answer === 'number') return wait({ ...state, listener: answer });
      return { state: { ...state, stage: 'failed' }, call: { call: 'write', fd: 2, text: `${kind.name}: bind() to 0.0.0.0:${kind.port(invocation)} failed (98: Address already in use)\n` } };
    case 'failed':
      return { state, exit: 1 };
    case 'select':
      if (answer === state.listener) return { state: { ...state, stage: 'accept' }, call: { call: 'accept', fd: state.listener } };
      if (typeof answer === 'number') return { state: { ...state, stage: 'read', current: answer }, call: { call: 'read', fd: answer } };
      return wait(state);
    case 'accept':
      return wait(typeof answer === 'number' ? { ...state, connections: { ...state.connections, [answer]: '' } } : state);
    case 'read':
      return received(kind, state, answer as string | null);
    case 'peer':
      return work(kind, { ...state, peer: (answer as { remote: string }).remote.replace(/:\d+$/, '') }, invocation);
    case 'work':
      return work(kind, { ...state, answers: [...state.answers, answer] }, invocation);
    case 'reply':
      return state.log === '' ? replied(kind, state) : { state: { ...state, stage: 'log', log: '' }, call: { call: 'write', fd: 1, text: state.log } };
    case 'log':
      return replied(kind, state);
    case 'close':
      return wait(without(state));
  }
}

function wait(state: ServerState): Step {
  const fds = [...Object.keys(state.connections).map(Number), state.listener];
  return { state: { ...state, stage: 'select', current: -1 }, call: { call: 'select', fds } };
}

function without(state: ServerState): ServerState {
  const { [state.current]: _closed, ...connections } = state.connections;
  return { ...state, connections };
}

function close(state: ServerState): Step {
  return { state: { ...state, stage: 'close' }, call: { call: 'close', fds: [state.current] } };
}

function received(kind: ServerKind, state: ServerState, text: string | null): Step {
  const all = (state.connections[state.current] ?? '') + (text ?? '');
  const end = kind.end(all);
  if (end < 0) return text === null ? close(state) : wait({ ...state, connections: { ...state.connections, [state.current]: all } });
  const connections = { ...state.connections, [state.current]: all.slice(end) };
  return { state: { ...state, stage: 'peer', connections, request: all.slice(0, end), answers: [] }, call: { call: 'peer', fd: state.current } };
}

/** Runs the answer again with what its calls were given so far: it makes a handful of calls at most. */
function work(kind: ServerKind, state: ServerState, invocation: Invocation): Step {
  const generator = kind.answer(invocation, state.request, state.peer);
  let result = generator.next();
  for (const answer of state.answers) result = generator.next(answer);
  if (!result.done) return { state: { ...state, stage: 'work' }, call: result.value };
  const { reply, log = '' } = result.value;
  return { state: { ...state, stage: 'reply', answers: [], log }, call: { call: 'write', fd: state.current, text: reply } };
}

function replied(kind: ServerKind, state: ServerState): Step {
  if (!kind.keeps) return close(state);
  // What has come in already may hold the next request.
  return received(kind, state, '');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonLogTime(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return `${text.slice(8, 10)}/${MONTHS[Number(text.slice(5, 7)) - 1]}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`;
}

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 403: 'Forbidden', 404: 'Not Found', 405: 'Not Allowed', 500: 'Internal Server Error', 503: 'Service Unavailable' };

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', txt: 'text/plain', json: 'application/json', css: 'text/css', js: 'application/javascript' };

export interface HttpReply {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

export function httpText({ code, type, body }: HttpReply, method: string, software: string): string {
  const head = `HTTP/1.1 ${code} ${REASONS[code] ?? 'Unknown'}\r\nServer: ${software}\r\nContent-Type: ${type}\r\nContent-Length: ${byteLength(body)}\r\nConnection: close\r\n\r\n`;
  return method === 'HEAD' ? head : head + body;
}

/** Where an HTTP request ends: its head, and the body that Content-Length announces. */
function httpEnd(received: string): number {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head))?.[1] ?? '0');
  return received.length >= head + 4 + length ? head + 4 + length : -1;
}

function http(name: string, port: ServerKind['port'], respond: (invocation: Invocation, path: string, request: string) => Generator<Syscall, HttpReply, unknown>, logs = true): ServerKind {
  return {
    name,
    port,
    end: httpEnd,
    keeps: false,
    *answer(invocation, request, peer) {
      const [method = 'GET', target = '/'] = request.split(/[ \r\n]/);
      const reply = yield* respond(invocation, decoded(target.split('?')[0] as string), request);
      const agent = /\r\nuser-agent: *([^\r\n]*)/i.exec(request)?.[1] ?? '-';
      const now = (yield { call: 'now' }) as number;
      const line = request.split('\r\n')[0] as string;
      const log = `${peer} - - [${commonLogTime(now)}] "${line}" ${reply.code} ${byteLength(reply.body)} "-" "${agent}" "-"\n`;
      return { reply: httpText(reply, method, name), ...(logs ? { log } : {}) };
    },
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Serves the files below a folder. */
function* files(root: string, path: string, software: string): Generator<Syscall, HttpReply, unknown> {
  const clean = path.split('/').filter((name) => name !== '..').join('/');
  const file = clean.endsWith('/') ? `${root}${clean}index.html` : `${root}${clean}`;
  const text = (yield { call: 'readFile', path: file }) as string | FileError;
  if (typeof text === 'string') return { code: 200, type: TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream', body: text };
  const code = text.error === 'EISDIR' || clean.endsWith('/') ? 403 : 404;
  const title = `${code} ${REASONS[code]}`;
  return { code, type: 'text/html', body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${software}</center>\r\n</body>\r\n</html>\r\n` };
}

const nginx = http('nginx', () => 80, (_invocation, path) => files('/usr/share/nginx/html', path, 'nginx'));
const httpd = http('Apache', () => 80, (_invocation, path) => files('/usr/local/apache2/htdocs', path, 'Apache'));

/** What Google's sample answers. */
const helloApp = http(
  'hello-app',
  ({ environment }) => Number(environment['PORT'] ?? 8080),
  function* () {
    const { hostname } = (yield { call: 'self' }) as SelfInformation;
    return { code: 200, type: 'text/plain', body: `Hello, world!\nVersion: 1.0.0\nHostname: ${hostname}\n` };
  },
  false,
);

/** A database stand-in: what is said to it comes back, line by line. */
function lineServer(name: string, port: number): ServerKind {
  return {
    name,
    port: () => port,
    end: (received) => received.indexOf('\n') + 1 || -1,
    keeps: true,
    *answer(_invocation, request) {
      return { reply: request };
    },
  };
}

/** The handful of commands that a first look at Redis uses; the data lives in a file of the container. */
const redis: ServerKind = {
  name: 'redis',
  port: () => 6379,
  end: redisEnd,
  keeps: true,
  *answer(_invocation, request) {
    const words = request.startsWith('*') ? request.split('\r\n').filter((_line, index) => index > 0 && index % 2 === 0) : request.trim().split(/\s+/);
    const [name = '', key = '', value = ''] = words;
    const stored = (yield { call: 'readFile', path: '/data/dump.json' }) as string | FileError;
    const data: Record<string, string> = typeof stored === 'string' ? JSON.parse(stored) : {};
    const save = (next: Record<string, string>): Syscall => ({ call: 'writeFile', path: '/data/dump.json', text: JSON.stringify(next) });
    switch (name.toUpperCase()) {
      case 'PING':
        return { reply: key === '' ? '+PONG\r\n' : bulk(key) };
      case 'ECHO':
        return { reply: bulk(key) };
      case 'GET':
        return { reply: Object.hasOwn(data, key) ? bulk(data[key] as string) : '$-1\r\n' };
      case 'SET':
        yield save({ ...data, [key]: value });
        return { reply: '+OK\r\n' };
      case 'INCR': {
        const next = Number(data[key] ?? '0') + 1;
        if (Number.isNaN(next)) return { reply: '-ERR value is not an integer or out of range\r\n' };
        yield save({ ...data, [key]: String(next) });
        return { reply: `:${next}\r\n` };
      }
      case 'DEL': {
        const { [key]: gone, ...rest } = data;
        yield save(rest);
        return { reply: `:${gone === undefined ? 0 : 1}\r\n` };
      }
      case 'DBSIZE':
        return { reply: `:${Object.keys(data).length}\r\n` };
      default:
        return { reply: `-ERR unknown command '${name}'\r\n` };
    }
  },
};

function bulk(text: string): string {
  return `$${byteLength(text)}\r\n${text}\r\n`;
}

/** An inline command ends with its line, an array with its last bulk string. */
function redisEnd(received: string): number {
  if (!received.startsWith('*')) return received.indexOf('\n') + 1 || -1;
  const count = Number(/^\*(\d+)\r\n/.exec(received)?.[1] ?? '0');
  let end = -1;
  for (let line = 0; line <= count * 2; line++) {
    end = received.indexOf('\r\n', end + 1);
    if (end < 0) return -1;
  }
  return end + 2;
}

const redisClient: Script = function* ({ argv }) {
  const at = argv.indexOf('-h');
  const words = argv.slice(1).filter((_word, index) => at < 0 || (index !== at - 1 && index !== at));
  const socket = (yield { call: 'connect', host: at < 0 ? '127.0.0.1' : (argv[at + 1] as string), port: 6379 }) as number | FileError;
  if (typeof socket !== 'number') {
    yield* complain(`Could not connect to Redis at ${at < 0 ? '127.0.0.1' : argv[at + 1]}:6379: Connection refused\n`);
    return 1;
  }
  yield { call: 'write', fd: socket, text: `*${words.length}\r\n${words.map(bulk).join('')}` };
  const reply = ((yield { call: 'read', fd: socket }) as string | null) ?? '';
  const [first = '', second = ''] = reply.split('\r\n');
  const shown = first === '$-1' ? '(nil)' : first.startsWith('$') ? `"${second}"` : first.startsWith(':') ? `(integer) ${first.slice(1)}` : first.startsWith('-') ? `(error) ${first.slice(1)}` : first.slice(1);
  yield* print(`${shown}\n`);
  return 0;
};

const helloWorld: Script = function* () {
  yield* print('\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n');
  return 0;
};

/** Waits for the end of its pod. */
const pause: StepProgram<null> = {
  catches: ['TERM', 'INT'],
  start: () => null,
  step: (state, { signals }) => (signals.length > 0 ? { state, exit: 0 } : { state, call: { call: 'sleep', milliseconds: 2 ** 31 - 1 } }),
};

/** The image to write your own program for: `$APP` or the file /app/script is a sh script; without one it is a web server. */
const app: Script = function* ({ environment, directory }) {
  const script = environment['APP'] ?? (yield { call: 'readFile', path: '/app/script' });
  const argv = typeof script === 'string' ? ['/bin/sh', '-c', script] : ['/app/serve'];
  yield { call: 'exec', argv, environment, directory, descriptors: { 0: 0, 1: 1, 2: 2 } };
  yield* complain('app: cannot start\n');
  return 127;
};

const appServer = http(
  'app',
  ({ environment }) => Number(environment['PORT'] ?? 8080),
  function* ({ environment }, path) {
    const { hostname } = (yield { call: 'self' }) as SelfInformation;
    if (path === '/healthz' && environment['HEALTHY'] === 'false') return { code: 500, type: 'text/plain', body: 'not healthy\n' };
    return { code: 200, type: 'text/plain', body: `${environment['MESSAGE'] ?? 'Hello'} from ${hostname}\n` };
  },
);

function steps(program: StepProgram<ServerState> | StepProgram<null>): Program {
  return { steps: program as unknown as StepProgram<never> };
}

/** Programs of the images, by the name that their executables carry. */
export const servers: Readonly<Record<string, Program>> = {
  nginx: steps(server(nginx)),
  httpd: steps(server(httpd)),
  'hello-app': steps(server(helloApp)),
  'redis-server': steps(server(redis)),
  'redis-cli': { script: redisClient },
  mysqld: steps(server(lineServer('mysqld', 3306))),
  postgres: steps(server(lineServer('postgres', 5432))),
  'hello-world': { script: helloWorld },
  pause: steps(pause),
  app: { script: app },
  'app-server': steps(server(appServer)),
};
