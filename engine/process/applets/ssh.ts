import type { Status } from '../../apiserver/request.ts';
import { converse } from '../conversation.ts';
import { complain, type RequestAnswer, type Script, write } from '../program.ts';
import type { AppletTable } from './applet.ts';

/** How a program asks its machine for a shell on another: `ssh://node-1`, the command as the body. */
export const SSH = 'ssh://';

const REFUSED = 255;

/** `ssh [-t] [USER@]NODE [COMMAND …]`: a shell, or one command, on a node of the cluster. */
const ssh: Script = function* ({ argv, terminal }) {
  const words = argv.slice(1).filter((word, at) => at > 0 || !/^-[tTqx]+$/.test(word));
  const [target, ...command] = words;
  if (target === undefined) {
    yield* complain('usage: ssh [user@]node [command [argument ...]]\n');
    return REFUSED;
  }
  const node = target.slice(target.indexOf('@') + 1);
  const isTerminal = terminal !== undefined && (command.length === 0 || argv.includes('-t'));
  const answer = (yield {
    call: 'request',
    server: `${SSH}${node}`,
    request: { method: 'POST', path: '/', body: { command: command.join(' '), isTerminal } },
  }) as RequestAnswer;
  if ('unreachable' in answer || answer.stream === undefined) {
    const why = 'unreachable' in answer ? answer.unreachable : 'Connection closed';
    yield* complain(`ssh: ${why}\n`);
    return REFUSED;
  }
  const code = exitCode(yield* converse(answer.stream, true));
  if (command.length === 0 && terminal !== undefined) yield* write(1, `Connection to ${node} closed.\n`);
  return code;
};

function exitCode(status: Status | undefined): number {
  const causes = (status?.details as { causes?: readonly { reason?: string; message?: string }[] } | undefined)?.causes;
  const cause = causes?.find(({ reason }) => reason === 'ExitCode');
  return cause ? Number(cause.message) : status === undefined || status.status === 'Failure' ? REFUSED : 0;
}

export const sshApplets: AppletTable = { ssh };
