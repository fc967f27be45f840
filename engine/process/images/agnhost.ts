import { longFlag } from '../../kubectl/flags.ts';
import type {
  FileError,
  Invocation,
  ProcessInformation,
  Program,
  SelfInformation,
  StepProgram,
  Syscall,
  WaitAnswer,
} from '../program.ts';
import { print, readAll, type Script } from '../program.ts';
import { AGNHOST_TASKS } from './agnhost-tasks.ts';
import { type HttpReply, type HttpRequest, httpEnd, httpText, parseRequest } from './http.ts';
import { type Answer, type ServerKind, type ServerState, server } from './server.ts';

/** One thing that agnhost serves. Source: `test/images/agnhost`, a folder for each. */
interface Role {
  readonly ports: (invocation: Invocation) => readonly number[];
  readonly respond: (
    request: HttpRequest,
    invocation: Invocation,
    connection: number,
  ) => Generator<Syscall, HttpReply, unknown>;
}

const text = (body: string, code = 200): HttpReply => ({ code, type: typeOf(body), body });

/** What Go's server makes out of a body by itself. */
function typeOf(body: string): string {
  return /^\s*<(?:!doctype html|html|head|body|a|h1|div|p|b|br|table)[\s>]/i.test(body)
    ? 'text/html; charset=utf-8'
    : 'text/plain; charset=utf-8';
}

const MISSING = text('404 page not found\n', 404);

/** After so long the server of the liveness walkthrough is no longer well. */
const WELL = 10_000;

const port =
  (flag: string, standard: number) =>
  (invocation: Invocation): readonly number[] => [Number(longFlag(invocation.argv, flag) ?? standard)];

/** The text of a form field, from the query or the body. */
function field({ query, body }: HttpRequest, name: string): string {
  const found = new RegExp(`(?:^|&)${name}=([^&]*)`).exec(`${query}&${body}`)?.[1] ?? '';
  return decodeURIComponent(found.replaceAll('+', ' '));
}

function* peer(connection: number): Generator<Syscall, { readonly local: string; readonly remote: string }, unknown> {
  return (yield { call: 'peer', fd: connection }) as { readonly local: string; readonly remote: string };
}

function* hostname(): Generator<Syscall, string, unknown> {
  return ((yield { call: 'self' }) as SelfInformation).hostname;
}

/** Runs a shell line and says what came of it, as JSON. */
function* shell(command: string, invocation: Invocation): Generator<Syscall, HttpReply, unknown> {
  const [reader, writer] = (yield { call: 'pipe' }) as [number, number];
  const input = (yield { call: 'openText', text: '' }) as number;
  const { environment, directory } = invocation;
  const child = (yield {
    call: 'spawn',
    argv: ['/bin/sh', '-c', command],
    environment,
    directory,
    descriptors: { 0: input, 1: writer, 2: writer },
  }) as number;
  yield { call: 'close', fds: [writer, input] };
  const output = yield* readAll(reader);
  const { status = 0 } = (yield { call: 'wait', pids: [child] }) as WaitAnswer;
  const said = { ...(status === 0 ? {} : { error: `exit status ${status}` }), ...(output === '' ? {} : { output }) };
  return text(JSON.stringify(said));
}

/** Asks others over HTTP and says what they answered, as JSON. */
function* dial(request: HttpRequest): Generator<Syscall, HttpReply, unknown> {
  const [host, portText, path] = ['host', 'port', 'request'].map((name) => field(request, name)) as [
    string,
    string,
    string,
  ];
  const protocol = field(request, 'protocol') || 'http';
  if (path === '') return text('request parameter not specified. <nil>\n', 400);
  if (protocol !== 'http') return text(`protocol ${protocol} is not simulated: only http is\n`, 400);
  const responses: string[] = [];
  const errors: string[] = [];
  for (let tries = Number(field(request, 'tries') || 1); tries > 0; tries--) {
    const socket = (yield { call: 'connect', host, port: Number(portText), timeout: 5000 }) as number | FileError;
    if (typeof socket !== 'number') {
      errors.push(
        `Get "http://${host}:${portText}/${path}": dial tcp ${host}:${portText}: ${DIAL_ERRORS[socket.error] ?? socket.error}`,
      );
      continue;
    }
    const head = `GET /${path} HTTP/1.1\r\nHost: ${host}:${portText}\r\nConnection: close\r\n\r\n`;
    yield { call: 'write', fd: socket, text: head };
    const answer = yield* readAll(socket);
    yield { call: 'close', fds: [socket] };
    responses.push(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  }
  return text(
    JSON.stringify({ ...(errors.length > 0 ? { errors } : {}), ...(responses.length > 0 ? { responses } : {}) }),
  );
}

const DIAL_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ETIMEDOUT: 'i/o timeout',
  EHOSTUNREACH: 'connect: no route to host',
  ENOTFOUND: 'no such host',
};

function* netexec(
  request: HttpRequest,
  _invocation: Invocation,
  connection: number,
): Generator<Syscall, HttpReply, unknown> {
  switch (request.path) {
    case '/':
      return text(`NOW: ${goTime((yield { call: 'now' }) as number)}`);
    case '/healthz':
      return text('');
    case '/hostname':
    case '/hostName':
      return text(yield* hostname());
    case '/clientip':
      return text((yield* peer(connection)).remote);
    case '/serverport':
      return text(/\d+$/.exec((yield* peer(connection)).local)?.[0] ?? '');
    case '/echo':
      return text(field(request, 'msg'), Number(field(request, 'code') || 200));
    case '/redirect': {
      const location = field(request, 'location');
      return { ...text(''), code: Number(field(request, 'code') || 302), headers: [`Location: ${location}`] };
    }
    case '/exit':
    case '/shutdown':
    case '/upload':
    case '/header':
      return text(`agnhost: ${request.path} is not simulated\n`, 501);
    default:
      // Go's mux hands what nobody else takes to the handler of `/`.
      return text(`NOW: ${goTime((yield { call: 'now' }) as number)}`);
  }
}

/** What takes its time is done by a child, beside other requests. */
const SLOW = ['/dial', '/shell'];
const REQUEST = 'AGNHOST_REQUEST';
const SLOW_ROLE = 'netexec-request';

function* aside(invocation: Invocation, request: string, connection: number): Generator<Syscall, Answer, unknown> {
  // Children that have ended meanwhile are asked for their status, or they would stay.
  yield { call: 'wait', pids: [], poll: true };
  yield {
    call: 'spawn',
    argv: [invocation.argv[0] ?? '/agnhost', SLOW_ROLE],
    environment: { ...invocation.environment, [REQUEST]: request },
    directory: invocation.directory,
    descriptors: { 0: 0, 1: connection, 2: 2 },
  };
  return {};
}

const slowRequest: Script = function* ({ environment: { [REQUEST]: request = '', ...environment }, ...invocation }) {
  const parsed = parseRequest(request);
  const line = field(parsed, 'shellCommand') || field(parsed, 'cmd');
  const reply = parsed.path === '/dial' ? yield* dial(parsed) : yield* shell(line, { ...invocation, environment });
  yield* print(httpText(reply, parsed.method, 'agnhost'));
  return 0;
};

/** A time as Go prints it: `2026-01-01 00:00:00.25 +0000 UTC`. */
function goTime(milliseconds: number): string {
  const [day = '', time = ''] = new Date(milliseconds).toISOString().split('T');
  return `${day} ${time.replace(/\.?0*Z$/, '')} +0000 UTC`;
}

/** `SERVE_PORT_80=text`: what porter says on which port. */
const PORTER = /^SERVE_PORT_(\d+)$/;

const ROLES: Readonly<Record<string, Role>> = {
  netexec: { ports: port('http-port', 8080), respond: netexec },
  'serve-hostname': {
    ports: port('port', 9376),
    *respond() {
      return text(yield* hostname());
    },
  },
  liveness: {
    ports: () => [8080],
    *respond({ path }) {
      const processes = (yield { call: 'processes' }) as readonly ProcessInformation[];
      const lived = ((yield { call: 'now' }) as number) - (processes[0]?.started ?? 0);
      if (path !== '/healthz') return text((lived / 1000).toString());
      return lived > WELL ? text(`error: ${lived / 1000}`, 500) : text('ok');
    },
  },
  'grpc-health-checking': {
    ports: (invocation) => [...port('port', 5000)(invocation), ...port('http-port', 8080)(invocation)],
    // biome-ignore lint/correctness/useYield: this server needs no system calls to answer
    *respond() {
      return MISSING;
    },
  },
  porter: {
    ports: ({ environment }) =>
      Object.keys(environment)
        .flatMap((name) => PORTER.exec(name)?.[1] ?? [])
        .map(Number),
    *respond(_request, { environment }, connection) {
      const asked = /\d+$/.exec((yield* peer(connection)).local)?.[0] ?? '';
      return text(environment[`SERVE_PORT_${asked}`] ?? '');
    },
  },
  'test-webserver': {
    ports: port('port', 80),
    *respond({ path }) {
      const found = (yield { call: 'readFile', path }) as string | FileError;
      if (typeof found === 'string') return text(found);
      if (found.error !== 'EISDIR') return MISSING;
      const names = (yield { call: 'listDirectory', path }) as readonly string[];
      return text(`<pre>\n${names.map((name) => `<a href="${name}">${name}</a>\n`).join('')}</pre>\n`);
    },
  },
};

const roleOf = ({ argv }: Invocation): string => argv[1] ?? 'pause';

/** The one word of gRPC that a kubelet's probe understands here: the answer to a health check. */
export const SERVING = 'grpc SERVING';

/** Begins a request of a gRPC client. */
export const GRPC = 'PRI * HTTP/2.0';

const agnhostServer: ServerKind = {
  port: (invocation) => ROLES[roleOf(invocation)]?.ports(invocation)[0] ?? 8080,
  morePorts: (invocation) => ROLES[roleOf(invocation)]?.ports(invocation).slice(1) ?? [],
  refusal: (invocation) =>
    ROLES[roleOf(invocation)] === undefined
      ? `agnhost: ${roleOf(invocation)} is not simulated; what is: ${[...Object.keys(ROLES), ...Object.keys(AGNHOST_TASKS)].sort().join(', ')}`
      : undefined,
  refused: (number, reason) => `agnhost: bind: ${reason} (port ${number})`,
  end: (received) => (received.startsWith(GRPC) ? received.length : httpEnd(received)),
  keeps: false,
  *answer(invocation, request, connection): Generator<Syscall, Answer, unknown> {
    if (request.startsWith(GRPC)) return { reply: roleOf(invocation) === 'grpc-health-checking' ? SERVING : '' };
    const parsed = parseRequest(request);
    if (roleOf(invocation) === 'netexec' && SLOW.includes(parsed.path))
      return yield* aside(invocation, request, connection);
    const reply = yield* (ROLES[roleOf(invocation)] as Role).respond(parsed, invocation, connection);
    return { reply: httpText(reply, parsed.method, 'agnhost') };
  },
};

/** A task's answers so far, or where its server stands. */
type State = { readonly answers: readonly unknown[] | null } | { readonly server: ServerState };

const serving = (server(agnhostServer) as { readonly steps: StepProgram<never> })
  .steps as unknown as StepProgram<ServerState>;

const TASKS: Readonly<Record<string, Script>> = { ...AGNHOST_TASKS, [SLOW_ROLE]: slowRequest };

const steps: StepProgram<State> = {
  start: (invocation) =>
    TASKS[roleOf(invocation)] === undefined ? { server: serving.start(invocation) } : { answers: null },
  step(state, input, invocation) {
    if ('server' in state) {
      const result = serving.step(state.server, input, invocation);
      return { ...result, state: { server: result.state } };
    }
    if (input.signals.length > 0) return { state, exit: 0 };
    const answers = state.answers === null ? [] : [...state.answers, input.answer];
    const task = (TASKS[roleOf(invocation)] as Script)(invocation);
    let result = task.next();
    for (const answer of answers) result = task.next(answer);
    return result.done ? { state: { answers }, exit: result.value } : { state: { answers }, call: result.value };
  },
};

/** `agnhost`: what it does is its first argument, what it serves goes on for ever. */
export const agnhost: Program = { steps: steps as unknown as StepProgram<never> };
