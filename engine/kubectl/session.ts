import type { ApiRequest, ApiResponse, Status } from '../apiserver/request.ts';
import { parseDuration } from '../go-duration.ts';
import { complain, type Invocation, now, print, request, sleep } from '../process/program.ts';
import type { CommandDescription } from './command-description.ts';
import { ConfigFiles } from './config-files.ts';
import { type Connection, certified, connect } from './connection.ts';
import { discover, Mapper } from './discovery.ts';
import { CommandFailure, failure, Refused, ServerFailure } from './failure.ts';
import { join, readText } from './files.ts';
import type { FlagValues } from './flags.ts';
import { queryOf } from './http.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { remembered } from './remembered.ts';
import { loggedRequest, REQUESTS } from './request-log.ts';
import type { Task } from './task.ts';

/** What to send besides method and path. */
export interface Options {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Keeps the server's warnings from standard error. */
  readonly isQuiet?: boolean;
}

/** One run of a command: its words, its kubeconfig, and the way to the API server. */
export class Session {
  readonly invocation: Invocation;
  /** `kubectl create deployment`. */
  readonly path: string;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  readonly dashAt: number;
  /** The tree of commands, for those that speak about it. */
  readonly root: CommandDescription;
  private known: { config?: Kubeconfig; connection?: Connection; mapper?: Mapper } = {};
  /** Warnings of the server that were shown: each once. */
  private readonly warned = new Set<string>();

  constructor(
    invocation: Invocation,
    path: string,
    parsed: { readonly flags: FlagValues; readonly args: readonly string[]; readonly dashAt: number },
    root: CommandDescription,
  ) {
    this.root = root;
    this.invocation = invocation;
    this.path = path;
    this.flags = parsed.flags;
    this.args = parsed.args;
    this.dashAt = parsed.dashAt;
  }

  *print(text: string): Task {
    yield* print(text);
  }

  *warn(text: string): Task {
    yield* complain(`Warning: ${text}\n`);
  }

  *complain(text: string): Task {
    yield* complain(`${text}\n`);
  }

  *now(): Task<number> {
    return yield* now();
  }

  *sleep(milliseconds: number): Task {
    yield* sleep(milliseconds);
  }

  /** The files of the kubeconfig. */
  get configFiles(): ConfigFiles {
    return new ConfigFiles(this.flags, this.invocation.environment, this.invocation.directory);
  }

  *config(): Task<Kubeconfig> {
    this.known.config ??= (yield* this.configFiles.load(true)).config;
    return this.known.config;
  }

  *connection(): Task<Connection> {
    if (this.known.connection) return this.known.connection;
    checkTimeout(this.flags);
    const { directory } = this.invocation;
    const read = function* (path: string): Task<string | undefined> {
      return yield* readText(join(directory, path));
    };
    this.known.connection = yield* connect(this.flags, yield* this.config(), read);
    return this.known.connection;
  }

  *namespace(): Task<string> {
    return (yield* this.connection()).namespace;
  }

  /** With `--record`: the command line, its flags last (`parseCommandArguments` in `k8s.io/cli-runtime/pkg/genericclioptions`). */
  get changeCause(): string | undefined {
    if (!this.flags.has('record') || !this.flags.boolean('record')) return undefined;
    const flags = this.flags.words.map(([name, value]) => `--${name}=${value}`);
    return [this.path, ...this.args, ...flags].join(' ');
  }

  /** Was the namespace given by flag, so that a manifest must not name another one? */
  get isNamespaceForced(): boolean {
    return this.flags.isSet('namespace');
  }

  *mapper(): Task<Mapper> {
    if (this.known.mapper) return this.known.mapper;
    const get = this.get.bind(this);
    const discovered = yield* discover(function* (path, accept) {
      return yield* get(path, accept ? { headers: { accept } } : {});
    });
    this.known.mapper = new Mapper(discovered, yield* remembered(this, discovered.mappings));
    return this.known.mapper;
  }

  /** Sends a request and gives the body of its answer. Throws `ServerFailure` for a refusal. */
  *send(method: ApiRequest['method'], path: string, options: Options = {}): Task<unknown> {
    return (yield* this.exchange(method, path, options)).body;
  }

  *get(path: string, options: Options = {}): Task<unknown> {
    return yield* this.send('GET', path, options);
  }

  /** Sends a request and gives the whole answer, streams included. */
  *exchange(method: ApiRequest['method'], path: string, options: Options = {}): Task<ApiResponse> {
    const connection = yield* this.connection();
    for (const warning of this.known.mapper?.warnings ?? []) yield* this.warnOnce(warning);
    const level = this.flags.has('v') ? this.flags.int('v') : 0;
    const sent: ApiRequest = {
      method,
      path,
      ...certified(connection),
      ...(options.query && Object.keys(options.query).length > 0 ? { query: options.query } : {}),
      headers: { 'user-agent': 'kubectl/v1.36.2', ...connection.headers, ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    };
    const answer = yield* level < REQUESTS
      ? request(connection.server, sent)
      : loggedRequest(level, connection.server, sent);
    if ('unreachable' in answer) throw new Refused(connection.server);
    const moved = answer.code >= 300 && answer.code < 400 && method === 'GET' ? answer.headers?.location : undefined;
    if (moved?.startsWith('/')) {
      const [there = '', search = ''] = moved.split('?');
      return yield* this.exchange(method, there, { ...options, query: queryOf(search) });
    }
    if (!options.isQuiet) {
      for (const warning of answer.warnings ?? []) yield* this.warnOnce(warning);
    }
    if (answer.code >= 400) throw new ServerFailure(statusOf(answer));
    return answer;
  }

  private *warnOnce(warning: string): Task {
    if (this.warned.has(warning)) return;
    this.warned.add(warning);
    yield* this.warn(warning);
  }

  /** With `--warnings-as-errors`, a command that was warned fails in the end. */
  checkWarnings(): void {
    const count = this.warned.size;
    if (count === 0 || !this.flags.boolean('warnings-as-errors')) return;
    throw new CommandFailure(`error: ${count} warning${count === 1 ? '' : 's'} received`);
  }
}

function checkTimeout(flags: FlagValues): void {
  const text = flags.string('request-timeout');
  if (/^\d+$/.test(text) || parseDuration(text) !== undefined) return;
  throw failure(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
  );
}

function statusOf(answer: ApiResponse): Status {
  const body = answer.body as Status | string | undefined;
  if (typeof body === 'object' && body?.kind === 'Status') return body;
  const reason = answer.code === 404 ? 'NotFound' : undefined;
  const message = reason ? 'the server could not find the requested resource' : String(body ?? 'unknown');
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: answer.code };
}
