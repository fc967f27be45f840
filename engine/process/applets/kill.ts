import { complain, type FileError, print, type Script, type Syscall } from '../program.ts';
import { SIGNALS, signalName } from '../signals.ts';
import type { AppletTable } from './applet.ts';

/** What `kill` has to say when it is done. */
export interface Killed {
  readonly status: number;
  readonly output: string;
  readonly complaints: readonly string[];
}

/** `kill [-SIGNAL | -s SIGNAL] PID…`, `kill -l [SIGNAL…]`. */
export function* killed(words: readonly string[]): Generator<Syscall, Killed, unknown> {
  if (words[0] === '-l') return listed(words.slice(1));
  const option = /^-(?:s)?([A-Za-z0-9]*)$/.exec(words[0] ?? '');
  const named = option === null ? 'TERM' : words[0] === '-s' ? (words[1] ?? '') : (option[1] as string);
  const targets = words.slice(option === null ? 0 : words[0] === '-s' ? 2 : 1);
  const signal = signalName(named);
  const complaints: string[] = [];
  if (signal === undefined) return { status: 1, output: '', complaints: [`bad signal name '${named}'`] };
  if (targets.length === 0) return { status: 1, output: '', complaints: ['you need to specify whom to kill'] };
  for (const target of targets) {
    if (!/^-?\d+$/.test(target)) {
      complaints.push(`invalid number '${target}'`);
      continue;
    }
    const answer = (yield { call: 'kill', pid: Number(target), signal }) as FileError | null;
    if (answer === null) continue;
    const why = answer.error === 'EPERM' ? 'Operation not permitted' : 'No such process';
    complaints.push(`can't kill pid ${target}: ${why}`);
  }
  return { status: complaints.length > 0 ? 1 : 0, output: '', complaints };
}

/** Names of all signals, or of numbers the name and of names the number. A status above 128 stands for a signal as well. */
function listed(words: readonly string[]): Killed {
  if (words.length === 0) {
    const lines = Object.entries(SIGNALS).map(([name, number]) => `${String(number).padStart(2)}) ${name}\n`);
    return { status: 0, output: lines.join(''), complaints: [] };
  }
  const complaints: string[] = [];
  let output = '';
  for (const word of words) {
    const isNumber = /^\d+$/.test(word);
    const name = signalName(isNumber && Number(word) > 128 ? String(Number(word) - 128) : word);
    if (name === undefined) complaints.push(`unknown signal '${word}'`);
    else output += `${isNumber ? name : SIGNALS[name]}\n`;
  }
  return { status: complaints.length > 0 ? 1 : 0, output, complaints };
}

const kill: Script = function* ({ argv }) {
  const { status, output, complaints } = yield* killed(argv.slice(1));
  yield* print(output);
  for (const complaint of complaints) yield* complain(`kill: ${complaint}\n`);
  return status;
};

export const killApplets: AppletTable = { kill };
