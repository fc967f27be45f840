import type { ApiRequest, ApiResponse, StreamChunk } from '../apiserver/request.ts';
import type { RecordType } from '../cni/dns/records.ts';

/** How a program is started. */
export interface Invocation {
  /** `argv[0]` is the name it was called by. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Whether standard output is a terminal, and its width in columns. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** What a program may ask of its machine. Each call suspends the program; the machine answers with the value named. */
export type Syscall =
  /** Writes text to an open file descriptor. Answer: null, or 'EPIPE' when nobody reads. */
  | { readonly call: 'write'; readonly fd: number; readonly text: string }
  /** Waits for input. Answer: what has arrived (at least one character; with `line`, no more than one line), or null at the end of input. */
  | { readonly call: 'read'; readonly fd: number; readonly line?: boolean }
  /** Answer: null, after so many virtual milliseconds; without them only a signal ends it. */
  | { readonly call: 'sleep'; readonly milliseconds?: number }
  /** Answer: virtual time, milliseconds since the epoch. */
  | { readonly call: 'now' }
  /** [0, 1). */
  | { readonly call: 'random' }
  /** An API request with the credentials given. Answer: ApiResponse, or `{ unreachable: message }`. Takes the API latency. */
  | { readonly call: 'request'; readonly server: string; readonly request: ApiRequest }
  /** The next chunk of a stream. Answer: StreamChunk, 'closed', or 'timeout' after `timeout` milliseconds. */
  | { readonly call: 'chunk'; readonly stream: number; readonly timeout?: number }
  /** The next chunk of whichever stream has one first. Answer: ChunkOfStream. */
  | { readonly call: 'chunkOfAny'; readonly streams: readonly number[] }
  /** Whichever comes first. Answer: `{ stream: StreamChunk | 'closed' }` or `{ input: string | null }`. For `exec -i`. */
  | { readonly call: 'chunkOrInput'; readonly stream: number; readonly fd: number }
  /** Sends input on a stream, or closes it. Answer: null. */
  | {
      readonly call: 'sendToStream';
      readonly stream: number;
      readonly text?: string;
      readonly closeInput?: boolean;
      readonly close?: boolean;
    }
  /** Files of the machine. Answers: text | `{ error: 'ENOENT' | 'EISDIR' | 'EACCES' … }`. */
  | { readonly call: 'readFile'; readonly path: string }
  | {
      readonly call: 'writeFile';
      readonly path: string;
      readonly text: string;
      readonly append?: boolean;
      readonly mode?: number;
      /** So many zero bytes after the text, which need no room here. */
      readonly zeros?: number;
    }
  | { readonly call: 'listDirectory'; readonly path: string }
  | { readonly call: 'stat'; readonly path: string }
  | { readonly call: 'makeDirectory'; readonly path: string; readonly parents?: boolean }
  | { readonly call: 'remove'; readonly path: string; readonly recursive?: boolean }
  | { readonly call: 'readLink'; readonly path: string }
  | { readonly call: 'makeLink'; readonly target: string; readonly path: string }
  | { readonly call: 'changeMode'; readonly path: string; readonly mode: number }
  /** Answer: the permission bits that new files of the process did not get until now. None is changed without `mask`. */
  | { readonly call: 'creationMask'; readonly mask?: number }
  /** Answer: null or a FileError. What is left out stays. */
  | { readonly call: 'changeOwner'; readonly path: string; readonly user?: number; readonly group?: number }
  /** Answer: FileSystemInformation of every file system that is mounted. */
  | { readonly call: 'fileSystems' }
  /** Answer: null or a FileError. Moves a file, or a folder with what is in it. */
  | { readonly call: 'rename'; readonly from: string; readonly to: string }
  /** Runs another program to its end, with this one's descriptors. Answer: exit code. For plugins, `kubectl edit`. */
  | {
      readonly call: 'run';
      readonly argv: readonly string[];
      readonly environment?: Readonly<Record<string, string>>;
      readonly input?: string;
    }
  | ProcessCall
  | NetworkCall;

/** What shells need besides; ordinary programs use `run`. Descriptors opened here are numbered from 10. */
export type ProcessCall =
  /** Answer: descriptor, or a FileError. */
  | { readonly call: 'open'; readonly path: string; readonly mode: 'read' | 'write' | 'append' }
  /** Answer: a descriptor from which `text` can be read (a here-document). */
  | { readonly call: 'openText'; readonly text: string }
  /** Answer: `[reader, writer]`. */
  | { readonly call: 'pipe' }
  | { readonly call: 'close'; readonly fds: readonly number[] }
  /**
   * Starts a child: a program by name (`argv`), or with `state` a copy of the calling step program going on in that
   * state. `descriptors` maps the child's descriptors to the caller's. Answer: pid, or a FileError.
   */
  | {
      readonly call: 'spawn';
      readonly argv: readonly string[];
      readonly state?: unknown;
      readonly environment: Readonly<Record<string, string>>;
      readonly directory: string;
      readonly descriptors: Readonly<Record<number, number>>;
      /** Own process group (`foreground` hands it the terminal until it ends), or the number of one to join. */
      readonly group?: 'foreground' | 'background' | number;
      /** Signals that the child ignores. */
      readonly ignored?: readonly string[];
    }
  /** Goes on as another program. Answers only when it fails: a FileError. */
  | {
      readonly call: 'exec';
      readonly argv: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly directory: string;
      readonly descriptors: Readonly<Record<number, number>>;
      readonly ignored?: readonly string[];
    }
  /**
   * Waits for one of the children (any, when `pids` is empty). Answer: WaitAnswer. With `interruptible`, a signal that
   * the program catches ends the wait; with `timeout`, null after so many milliseconds.
   */
  | {
      readonly call: 'wait';
      readonly pids: readonly number[];
      readonly interruptible?: boolean;
      readonly poll?: boolean;
      readonly timeout?: number;
    }
  /** Answer: null, or `{ error: 'ESRCH' | 'EPERM' }`. A negative pid is a process group. */
  | { readonly call: 'kill'; readonly pid: number; readonly signal: string }
  /** Hands the terminal to the group of a process until it ends (tcsetpgrp(3)). Answer: null. */
  | { readonly call: 'foreground'; readonly pid: number }
  /** Answer: ProcessInformation of every process of the machine. */
  | { readonly call: 'processes' }
  /** Answer: `{ pid, parent, hostname, user, terminal }`: SelfInformation. */
  | { readonly call: 'self' }
  /** Signals the program catches (the machine then passes them to `step`) and ignores. Answer: null. */
  | { readonly call: 'handle'; readonly caught: readonly string[]; readonly ignored: readonly string[] }
  /** The process uses so many bytes of memory from now on, besides its program's. Answer: null, unless that is too much. */
  | { readonly call: 'memory'; readonly bytes: number }
  /** Computes so long, on so many cores at once (one): it takes more time where a limit throttles it. Answer: null. */
  | { readonly call: 'compute'; readonly milliseconds: number; readonly cores?: number }
  /** Lets the others run: a program that computes for ever asks for it now and then. Answer: null. */
  | { readonly call: 'pause' };

/** Connections. A socket is a descriptor: `read` and `write` work on it. */
export type NetworkCall =
  /** Answer: descriptor, or `{ error: 'EADDRINUSE' }`. */
  | { readonly call: 'listen'; readonly port: number }
  /** Answer: descriptor of the next connection. */
  | { readonly call: 'accept'; readonly fd: number }
  /** `host` is a name or an address. Answer: descriptor, or `{ error: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ETIMEDOUT' | 'ENOTFOUND' }`. */
  | { readonly call: 'connect'; readonly host: string; readonly port: number; readonly timeout?: number }
  /** Answer: address text, or null when the name is unknown. */
  | { readonly call: 'resolve'; readonly host: string }
  /** Asks a DNS server, the machine's own unless one is named. Answer: LookupAnswer, or `{ error: 'ETIMEDOUT' }`. */
  | { readonly call: 'lookup'; readonly host: string; readonly server?: string; readonly type?: RecordType }
  /** Addresses of a connection. Answer: `{ local: 'a:p', remote: 'a:p' }`. */
  | { readonly call: 'peer'; readonly fd: number }
  /** Whichever of several descriptors has input first (a listening one: a connection). Answer: its number. */
  | { readonly call: 'select'; readonly fds: readonly number[]; readonly timeout?: number };

export interface WaitAnswer {
  /** The child that ended with its exit status; absent when there is none (`poll`, no children) or a signal came. */
  readonly pid?: number;
  readonly status?: number;
  /** The signal that ended the child. */
  readonly killed?: string;
  /** The caught signal that ended the wait. */
  readonly interrupted?: string;
  /** Other children that have ended meanwhile: `[pid, status]`. */
  readonly reaped: readonly (readonly [number, number])[];
}

export interface ProcessInformation {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  readonly user: number;
  /** Virtual milliseconds since the epoch. */
  readonly started: number;
  readonly ended: boolean;
}

export interface SelfInformation {
  readonly pid: number;
  readonly parent: number;
  readonly hostname: string;
  readonly user: number;
  readonly group: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly address: string;
}

/** One line of `df`: sizes in bytes. */
export interface FileSystemInformation {
  readonly source: string;
  readonly path: string;
  readonly capacity: number;
  readonly used: number;
}

/** What a DNS server said to each of the names that were tried. */
export interface LookupAnswer {
  readonly server: string;
  readonly answers: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    /** What was found where another type was asked for. */
    readonly records?: readonly string[];
  }[];
}

/** Answer of `stat`. */
export interface FileInformation {
  readonly type: 'file' | 'directory' | 'link';
  /** In bytes of UTF-8. */
  readonly size: number;
  /** Permission bits: 0o644. */
  readonly mode: number;
  readonly modified: number;
  readonly user: number;
  readonly group: number;
  /** Names it has: a folder has one more for each folder in it. */
  readonly links: number;
  /** Where a symbolic link points; `stat` itself does not follow a last link. */
  readonly target?: string;
}

/**
 * A program written as a generator: it yields system calls and returns its exit code. Its continuation is data all the
 * same: the machine keeps only the invocation and the answers given so far (`ScriptState`), and rebuilds the generator
 * by running it again with those answers where it has none at hand. So a script must be a pure function of its
 * invocation and answers. Good for programs that end after at most some thousands of calls (kubectl, cat, grep); a
 * server that runs for ever is a `StepProgram`.
 */
export type Script = (invocation: Invocation) => Generator<Syscall, number, unknown>;

/** What wakes a step program: the answer of its last call, and the signals caught meanwhile. */
export interface StepInput {
  readonly answer: unknown;
  readonly signals: readonly string[];
}

export type StepResult<State> =
  | { readonly state: State; readonly call: Syscall }
  | { readonly state: State; readonly exit: number };

/**
 * A program whose continuation is explicit: `step` takes the state and an answer and returns the next state and call.
 * `State` is plain immutable data. Servers and the shell are such programs: they may run for ever.
 */
export interface StepProgram<State = never> {
  start(invocation: Invocation): State;
  /** The first step has the answer null. */
  step(state: State, input: StepInput, invocation: Invocation): StepResult<State>;
  /** Signals caught from the start: servers that end in order on TERM. */
  readonly catches?: readonly string[];
}

export type Program = { readonly script: Script } | { readonly steps: StepProgram<never> };

// Typed helpers: `const text = yield* readFile(path)`.

export function* write(fd: number, text: string): Generator<Syscall, void, unknown> {
  if (text !== '') yield { call: 'write', fd, text };
}

/** Standard output. */
export function* print(text: string): Generator<Syscall, void, unknown> {
  yield* write(1, text);
}

/** Standard error. */
export function* complain(text: string): Generator<Syscall, void, unknown> {
  yield* write(2, text);
}

export function* read(fd: number): Generator<Syscall, string | null, unknown> {
  return (yield { call: 'read', fd }) as string | null;
}

export function* readAll(fd: number): Generator<Syscall, string, unknown> {
  let text = '';
  for (;;) {
    const part = yield* read(fd);
    if (part === null) return text;
    text += part;
  }
}

export function* sleep(milliseconds: number): Generator<Syscall, void, unknown> {
  yield { call: 'sleep', milliseconds };
}

export function* now(): Generator<Syscall, number, unknown> {
  return (yield { call: 'now' }) as number;
}

export type RequestAnswer = ApiResponse | { readonly unreachable: string };

export function* request(server: string, request: ApiRequest): Generator<Syscall, RequestAnswer, unknown> {
  return (yield { call: 'request', server, request }) as RequestAnswer;
}

export function* chunk(
  stream: number,
  timeout?: number,
): Generator<Syscall, StreamChunk | 'closed' | 'timeout', unknown> {
  return (yield { call: 'chunk', stream, timeout }) as StreamChunk | 'closed' | 'timeout';
}

export interface ChunkOfStream {
  readonly stream: number;
  readonly chunk: StreamChunk | 'closed';
}

export function* chunkOfAny(streams: readonly number[]): Generator<Syscall, ChunkOfStream, unknown> {
  return (yield { call: 'chunkOfAny', streams }) as ChunkOfStream;
}

export type FileError = { readonly error: string };

export function* readFile(path: string): Generator<Syscall, string | FileError, unknown> {
  return (yield { call: 'readFile', path }) as string | FileError;
}
