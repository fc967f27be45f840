import type { Status } from '../../apiserver/request.ts';
import { converse } from '../../process/conversation.ts';
import { complain, type RequestAnswer, type Script } from '../../process/program.ts';
import { found, notFound } from './crictl-inspect.ts';
import { CRI_SOCKET, type Listing } from './socket.ts';

/** What `crictl exec` asks the runtime for. */
export interface ExecQuestion {
  readonly id: string;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
}

/** `crictl exec [-i] [-t] ID COMMAND…`: what comes after the id belongs to the command. */
export function* execCommand({ containers }: Listing, words: readonly string[]): ReturnType<Script> {
  const isOption = (word: string | undefined): boolean => /^-(?:[it]+|-interactive|-tty|s|-sync)$/.test(word ?? '');
  let at = 0;
  while (isOption(words[at])) at++;
  const options = words.slice(0, at).join(' ');
  const [id, ...command] = words.slice(at);
  const container = found(containers, id);
  if (!container) return yield* notFound('container', id);
  if (command.length === 0) {
    yield* complain('crictl: a command is required\n');
    return 1;
  }
  const stdin = /-\w*i/.test(options);
  const body: ExecQuestion = { id: container.id, command, tty: /-\w*t/.test(options), stdin };
  const request = { method: 'POST' as const, path: '/exec', body };
  const answer = (yield { call: 'request', server: CRI_SOCKET, request }) as RequestAnswer;
  if ('unreachable' in answer || answer.stream === undefined) return 1;
  const why = failureOf(yield* converse(answer.stream, stdin));
  if (why === undefined) return 0;
  yield* complain(`FATA[0000] execing command in container: ${why}\n`);
  return 1;
}

function failureOf(status: Status | undefined): string | undefined {
  if (status === undefined || status.status !== 'Failure') return undefined;
  const causes = (status.details as { causes?: readonly { reason?: string; message?: string }[] } | undefined)?.causes;
  const code = causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code !== undefined) return `command terminated with exit code ${code}`;
  return causes?.[0]?.message ?? status.message;
}
