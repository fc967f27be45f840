import type { ClusterOptions, Session } from '../../engine/index.ts';
import type { CaseFile } from './case-file.ts';
import { clockworkLines } from './clockwork.ts';

/** What the workstation keeps of a line run without a terminal. */
interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number;
}

/** The cluster that `run` types into: as bare as the recorded one, and called as it was; its administrator too. */
export const BARE: ClusterOptions = {
  clusterName: 'oracle',
  administrator: { commonName: 'admin', organizations: ['system:masters'] },
};

/** Virtual time that a fresh cluster gets to come up before the first command. */
export const WARM_UP = 30_000;

/** How long one command may take, in virtual milliseconds, as in the recordings. */
const COMMAND_LIMIT = 90_000;

/** Types a case file's commands into a session and writes down what comes out, in the format of the recordings. */
export function transcriptOf(session: Session, file: CaseFile): string {
  const lines: string[] = [`# ${file.title}`];
  for (const { path, text } of file.files) {
    session.input('workstation', { kind: 'write-file', path, text });
    lines.push(
      `# file: ${path}`,
      ...text
        .replace(/\n+$/, '')
        .split('\n')
        .map((line) => `#| ${line}`),
    );
  }
  for (const [at, command] of file.commands.entries()) {
    lines.push(`$ ${command.replaceAll('\n', '\n> ')}`);
    const settle = /^settle (\d+)$/.exec(command);
    const clockwork = clockworkLines(session, command);
    if (settle) session.advance(Number(settle[1]) * 1000);
    else if (clockwork) lines.push(...clockwork);
    else for (const line of outputLines(runLine(session, `line-${at + 1}`, command))) lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}

/** Runs one shell line on the workstation to its end; time passes while it waits. */
export function runLine(session: Session, id: string, line: string): RunResult {
  session.input('workstation', { kind: 'run', id, line });
  const result = () => session.moment().memory('workstation').get<RunResult>(`run/${id}`);
  if (session.until(() => result()?.exitCode !== undefined, COMMAND_LIMIT)) return result() as RunResult;
  session.input('workstation', { kind: 'interrupt' });
  return { stdout: result()?.stdout ?? '', stderr: 'TIMEOUT', exitCode: 124 };
}

function outputLines({ stdout, stderr, exitCode }: RunResult): string[] {
  const output = stdout.replace(/^\n+|\n+$/g, '') === '' ? [] : stdout.replace(/\n+$/, '').split('\n');
  const errors = stderr.trim() === '' ? [] : stderr.replace(/\n+$/, '').split('\n');
  return [...output, ...errors.map((line) => `! ${line}`), ...(exitCode ? [`[exit ${exitCode}]`] : [])];
}
