import type { ApiRequest, ApiResponse, StreamChunk } from '../apiserver/request.ts';

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
  /** Waits for input. Answer: what has arrived (at least one character), or null at the end of input. */
  | { readonly call: 'read'; readonly fd: number }
  /** Answer: null, after so many virtual milliseconds. */
  | { readonly call: 'sleep'; readonly milliseconds: number }
  /** Answer: virtual time, milliseconds since the epoch. */
  | { readonly call: 'now' }
  /** [0, 1). */
  | { readonly call: 'random' }
  /** An API request with the credentials given. Answer: ApiResponse, or `{ unreachable: message }`. Takes the API latency. */
  | { readonly call: 'request'; readonly server: string; readonly request: ApiRequest }
  /** The next chunk of a stream. Answer: StreamChunk, 'closed', or 'timeout' after `timeout` milliseconds. */
  | { readonly call: 'chunk'; readonly stream: number; readonly timeout?: number }
  /** Whichever comes first. Answer: `{ stream: StreamChunk | 'closed' }` or `{ input: string | null }`. For `exec -i`. */
  | { readonly call: 'chunkOrInput'; readonly stream: number; readonly fd: number }
  /** Sends input on a stream, or closes it. Answer: null. */
  | { readonly call: 'sendToStream'; readonly stream: number; readonly text?: string; readonly close?: boolean }
  /** Files of the machine. Answers: text | `{ error: 'ENOENT' | 'EISDIR' | 'EACCES' … }`. */
  | { readonly call: 'readFile'; readonly path: string }
  | {
      readonly call: 'writeFile';
      readonly path: string;
      readonly text: string;
      readonly append?: boolean;
      readonly mode?: number;
    }
  | { readonly call: 'listDirectory'; readonly path: string }
  | { readonly call: 'stat'; readonly path: string }
  | { readonly call: 'makeDirectory'; readonly path: string; readonly parents?: boolean }
  | { readonly call: 'remove'; readonly path: string; readonly recursive?: boolean }
  /** Runs another program to its end, with this one's descriptors. Answer: exit code. For plugins, `kubectl edit`. */
  | { readonly call: 'run'; readonly argv: readonly string[] };

/**
 * A program written as a generator: it yields system calls and returns its exit code. Its continuation is data all the
 * same: the machine keeps only the invocation and the answers given so far (`ScriptState`), and rebuilds the generator
 * by running it again with those answers where it has none at hand. So a script must be a pure function of its
 * invocation and answers. Good for programs that end after at most some thousands of calls (kubectl, cat, grep); a
 * server that runs for ever is a `StepProgram`.
 */
export type Script = (invocation: Invocation) => Generator<Syscall, number, unknown>;

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

export type FileError = { readonly error: string };

export function* readFile(path: string): Generator<Syscall, string | FileError, unknown> {
  return (yield { call: 'readFile', path }) as string | FileError;
}
