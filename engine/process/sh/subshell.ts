import type { WaitAnswer } from '../program.ts';
import type { Substitutions } from './expand.ts';
import { environment, ignoredSignals, type Running, type Shell, ShellError } from './shell.ts';
import type { Frame, Outcome, ShellState } from './state.ts';

/** The state in which a copy of the shell goes on with other work. */
export function childState(
  shell: Shell,
  frame: Frame,
  descriptors: Readonly<Record<number, number>>,
  tested: boolean,
): ShellState {
  const own: Record<number, number> = {};
  for (const fd of Object.keys(descriptors)) own[Number(fd)] = Number(fd);
  const traps = Object.fromEntries(Object.entries(shell.traps).filter(([, action]) => action === ''));
  const copy: Shell = {
    ...shell,
    traps,
    descriptors: own,
    interactive: false,
    tested: shell.tested || tested,
    jobs: [],
    collected: {},
    options: { ...shell.options, m: false },
  };
  return { shell: copy, frames: { frame, rest: null }, pending: [] };
}

/** What a shell says when it can have no more processes (`EAGAIN`). */
export const NO_FORK = "can't fork: Resource temporarily unavailable";

/** Starts a subshell. Answers its pid. */
export function* startSubshell(
  shell: Shell,
  frame: Frame,
  descriptors: Readonly<Record<number, number>>,
  tested: boolean,
  group?: 'foreground' | 'background' | number,
): Running<number> {
  const answer = yield {
    call: 'spawn',
    argv: [shell.name],
    state: childState(shell, frame, descriptors, tested),
    environment: environment(shell),
    directory: shell.directory,
    descriptors,
    ignored: ignoredSignals(shell),
    ...(group === undefined ? {} : { group }),
  };
  if (typeof answer !== 'number') throw new ShellError(NO_FORK);
  return answer;
}

/** What became of a child. */
export interface ChildEnd {
  readonly status: number;
  readonly killed?: string;
  /** The caught signal that ended the wait before the child did. */
  readonly interrupted?: string;
}

export function* waitFor(shell: Shell, pid: number, interruptible = false): Running<ChildEnd> {
  const known = shell.collected[pid];
  if (known !== undefined) {
    const { [pid]: _taken, ...collected } = shell.collected;
    shell.collected = collected;
    return { status: known };
  }
  const answer = (yield { call: 'wait', pids: [pid], interruptible }) as WaitAnswer;
  note(shell, answer);
  if (answer.interrupted !== undefined) return { status: 128, interrupted: answer.interrupted };
  return { status: answer.status ?? 127, ...(answer.killed === undefined ? {} : { killed: answer.killed }) };
}

/** What the end of a foreground child means: Ctrl-C on it gives up an interactive command line. */
export function ended(end: ChildEnd, shell: Shell): Outcome {
  if (end.killed === 'INT' && shell.interactive) return { control: { type: 'abandon', status: 130 } };
  return { status: end.status, mind: end.status !== 0 };
}

/** Keeps the statuses of background jobs that ended meanwhile. */
export function note(shell: Shell, answer: WaitAnswer): void {
  for (const [pid, status] of answer.reaped) {
    shell.collected = { ...shell.collected, [pid]: status };
    shell.jobs = shell.jobs.map((job) => (job.pid === pid ? { ...job, status } : job));
  }
}

/** Command and process substitution by subshells. */
export const SUBSTITUTIONS: Substitutions = {
  *output(shell, source) {
    const file = /^\s*<\s*([^\s;&|<>()$`'"\\*?]+)\s*$/.exec(source)?.[1];
    if (file !== undefined) {
      const text = (yield { call: 'readFile', path: file.startsWith('/') ? file : `${shell.directory}/${file}` }) as
        | string
        | { error: string };
      shell.substituted = typeof text === 'string' ? 0 : 1;
      return typeof text === 'string' ? text : '';
    }
    const [reader, writer] = (yield { call: 'pipe' }) as [number, number];
    const pid = yield* startSubshell(
      shell,
      { type: 'source', text: source, position: 0, fatal: true },
      { ...shell.descriptors, 1: writer },
      true,
    );
    yield { call: 'close', fds: [writer] };
    let output = '';
    for (;;) {
      const part = (yield { call: 'read', fd: reader }) as string | null;
      if (part === null) break;
      output += part;
    }
    yield { call: 'close', fds: [reader] };
    shell.substituted = (yield* waitFor(shell, pid)).status;
    return output.replaceAll('\0', '');
  },
  *path(shell, source, direction) {
    const [reader, writer] = (yield { call: 'pipe' }) as [number, number];
    const [theirs, ours] = direction === '<' ? [writer, reader] : [reader, writer];
    yield* startSubshell(
      shell,
      { type: 'source', text: source, position: 0, fatal: true },
      { ...shell.descriptors, [direction === '<' ? 1 : 0]: theirs },
      true,
    );
    yield { call: 'close', fds: [theirs] };
    shell.descriptors = { ...shell.descriptors, [ours]: ours };
    return `/dev/fd/${ours}`;
  },
};
