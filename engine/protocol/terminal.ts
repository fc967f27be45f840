import { EDITORS } from '../process/applets/editors.ts';
import { type FileNode, fileText as textOf } from '../process/files.ts';
import { absolutePath } from '../process/paths.ts';
import type { Machine, Process } from '../process/process.ts';
import type { Moment } from '../sim/moment.ts';
import type { Session } from '../sim/session.ts';
import type { TerminalOutput } from './messages.ts';

/** The component behind the terminal: the learner's own machine. */
export const WORKSTATION = 'workstation';

/** What Ctrl-C sends. */
export const INTERRUPT = '\x03';

/** Pieces of output so far; piece `n` is the cell `terminal/<n>`. */
function countAt(memory: CellReader): number {
  return memory.get<number>('terminal-count') ?? 0;
}

type CellReader = ReturnType<Moment['memory']>;

function textBetween(memory: CellReader, from: number, to: number): string {
  let text = '';
  for (let piece = from; piece < to; piece++) text += memory.get<string>(`terminal/${piece}`) ?? '';
  return text;
}

/** A message carries so much of the output: the window takes them in one by one and stays responsive between them. */
const MESSAGE_LENGTH = 65_536;

/** Output as messages of bounded length; only the first one clears the screen. */
export function messagesOf({ reset, text }: TerminalOutput): TerminalOutput[] {
  const messages: TerminalOutput[] = [{ reset, text: text.slice(0, MESSAGE_LENGTH) }];
  for (let at = MESSAGE_LENGTH; at < text.length; at += MESSAGE_LENGTH) {
    messages.push({ reset: false, text: text.slice(at, at + MESSAGE_LENGTH) });
  }
  return messages;
}

/** The terminal of the window follows the shown moment: forward it is told what is new, otherwise everything. */
export class TerminalFeed {
  private sent = 0;
  private session: Session | undefined;
  private step = 0;

  reset(): void {
    this.session = undefined;
  }

  /** What brings the screen to step `to`; undefined when it shows that already. */
  advance(session: Session, to: number): TerminalOutput | undefined {
    if (session === this.session && to === this.step) return undefined;
    const memory = session.moment(to).memory(WORKSTATION);
    const count = countAt(memory);
    const isContinued = session === this.session && to > this.step && count >= this.sent;
    const start = isContinued ? this.sent : 0;
    const isUnchanged = session === this.session && count === this.sent;
    this.session = session;
    this.step = to;
    this.sent = count;
    if (isUnchanged) return undefined;
    return { reset: !isContinued, text: textBetween(memory, start, count) };
  }
}

/** Programs that wait while a file is edited in the window. */
const EDITOR_PROGRAMS: readonly string[] = Object.keys(EDITORS);

/** The file that a program in the foreground of the terminal wants edited, as an absolute path. */
export function editedFile(moment: Moment): string | undefined {
  const memory = moment.memory(WORKSTATION);
  const machine = memory.get<Machine>(`machine/${WORKSTATION}`);
  for (const pid of machine?.pids ?? []) {
    const process = memory.get<Process>(`process/${WORKSTATION}/${pid}`);
    if (process === undefined || process.ended !== undefined) continue;
    const { argv, directory, terminal } = process.invocation;
    const name = argv[0]?.slice(argv[0].lastIndexOf('/') + 1) ?? '';
    const file = argv.slice(1).find((word) => !/^[-+]/.test(word));
    if (terminal !== undefined && file !== undefined && EDITOR_PROGRAMS.includes(name)) {
      return absolutePath(file, directory);
    }
  }
  return undefined;
}

/** A file of the learner's machine as it is; empty when it is not there yet. */
export function fileText(moment: Moment, path: string): string {
  const node = moment.memory(WORKSTATION).get<FileNode>(`file/${WORKSTATION}${path}`);
  return textOf(node);
}

/** Whether the shell has started something that has not ended yet. */
export function isCommandRunning(moment: Moment): boolean {
  return moment.memory(WORKSTATION).get<boolean>('terminal-busy') ?? false;
}
