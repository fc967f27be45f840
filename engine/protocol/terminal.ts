import type { Moment } from '../sim/moment.ts';
import type { Session } from '../sim/session.ts';
import type { TerminalOutput } from './messages.ts';

/** The component behind the terminal: the learner's own machine. */
export const WORKSTATION = 'workstation';

/** What Ctrl-C sends. */
export const INTERRUPT = '\x03';

const OUTPUT = 'terminal/';

/** What has been written to the terminal up to a moment, oldest first. */
function outputAt(moment: Moment): readonly string[] {
  const memory = moment.memory(WORKSTATION);
  return memory.keys(OUTPUT).map((key) => memory.get<string>(key) ?? '');
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
    const output = outputAt(session.moment(to));
    const isContinued = session === this.session && to > this.step && output.length >= this.sent;
    const start = isContinued ? this.sent : 0;
    const isUnchanged = session === this.session && output.length === this.sent;
    this.session = session;
    this.step = to;
    this.sent = output.length;
    if (isUnchanged) return undefined;
    return { reset: !isContinued, text: output.slice(start).join('') };
  }
}

/** Whether the shell has started something that has not ended yet. */
export function isCommandRunning(moment: Moment): boolean {
  return moment.memory(WORKSTATION).get<boolean>('terminal-busy') ?? false;
}
