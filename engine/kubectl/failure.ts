import type { Status } from '../apiserver/request.ts';

/** Ends a command: `text` goes to standard error as it stands (nothing when empty), then the process exits with `code`. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly text: string;
  readonly code: number;
  /** What had gone to standard output by then. */
  readonly output: string;
  constructor(text: string, code = 1, output = '') {
    super(text);
    this.text = text;
    this.code = code;
    this.output = output;
  }
}

/** A plain failure: `error: <message>`. */
export function failure(message: string): CommandFailure {
  return new CommandFailure(message.startsWith('error: ') ? message : `error: ${message}`);
}

/** A failure of how the command was used: points to its help. `path` is `kubectl create deployment`. */
export function usageFailure(path: string, message: string): CommandFailure {
  return new CommandFailure(`error: ${message}\nSee '${path} -h' for help and examples`);
}

/** A failure of how the command was used that shows the whole help first, on standard output, as `kubectl config` does. */
export class HelpFailure extends CommandFailure {}

/** Wrong arguments of a `config` command. */
export function unexpectedArguments(args: readonly string[]): HelpFailure {
  return new HelpFailure(`error: Unexpected args: [${args.join(' ')}]`);
}

/** Several failures of one command, each on its own lines. */
export function joinFailures(failures: readonly Error[]): CommandFailure {
  if (failures.length === 1 && failures[0] instanceof CommandFailure) return failures[0];
  const isInvalid = (error: Error) =>
    failures.length > 1 && error instanceof ServerFailure && error.reason === 'Invalid';
  const texts = failures.map((error) =>
    isInvalid(error) ? `Error from server (Invalid): ${error.message}` : failureText(error).replace(/^error: /, ''),
  );
  return new CommandFailure(texts.join('\n'));
}

/** Mistakes in files are told as they are, without `error: ` before them. */
export function unprefixed(error: Error): Error {
  return error instanceof CommandFailure ? new CommandFailure(error.text.replace(/^error: /, '')) : error;
}

/** The server cannot be reached. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(server: string) {
    const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    super(`The connection to the server ${host} was refused - did you specify the right host or port?`);
  }
}

/** A refusal of the API server: its `Status`. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure';
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? '');
    this.status = status;
  }
  get reason(): string {
    return this.status.reason ?? '';
  }
}

/** Adds what was being done to a server's message: `error when creating "web.yaml": pods "web" already exists`. */
export function withSource(error: unknown, verb: string, source: string): Error {
  const prefix = `error when ${verb} ${JSON.stringify(source)}: `;
  if (error instanceof ServerFailure) {
    return new ServerFailure({ ...error.status, message: prefix + error.message });
  }
  if (error instanceof CommandFailure) return failure(prefix + error.text.replace(/^error: /, ''));
  return error as Error;
}

/** Is this the server's answer that something does not exist? */
export function isNotFound(error: unknown): error is ServerFailure {
  return error instanceof ServerFailure && error.reason === 'NotFound';
}

/**
 * What kubectl prints for an error. Source: `k8s.io/kubectl/pkg/cmd/util/helpers.go`, `checkErr`.
 *
 * Example: a 404 becomes `Error from server (NotFound): pods "web" not found`.
 */
export function failureText(error: unknown): string {
  if (error instanceof CommandFailure) return error.text;
  if (error instanceof Refused) return error.message;
  if (error instanceof ServerFailure) return serverFailureText(error.status);
  throw error;
}

/** The exit code of a failed command. */
export function failureCode(error: unknown): number {
  return error instanceof CommandFailure ? error.code : 1;
}

function serverFailureText(status: Status): string {
  if (status.reason === 'Invalid') return invalidText(status);
  const message = status.message ?? '';
  if (status.reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return status.reason ? `Error from server (${status.reason}): ${message}` : `Error from server: ${message}`;
}

function invalidText(status: Status): string {
  const details = status.details;
  if (!details) return 'The request is invalid';
  const causes = [...new Set((details.causes ?? []).map((cause) => `${cause.field ?? ''}: ${cause.message}`))];
  let text = 'The request is invalid';
  if (details.kind || details.name) text = `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid`;
  else if (status.message && causes.length === 0) text += `: ${status.message}`;
  if (causes.length === 0) return text;
  if (causes.length === 1) return `${text}: ${causes[0]}`;
  return `${text}: \n${causes.map((cause) => `* ${cause}`).join('\n')}`;
}
