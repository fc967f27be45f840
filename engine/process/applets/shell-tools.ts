import {
  complain,
  type FileError,
  type ProcessInformation,
  print,
  type Script,
  type Syscall,
  type WaitAnswer,
} from '../program.ts';
import { ConditionError, condition } from '../sh/condition.ts';
import { signalName } from '../signals.ts';
import { type AppletTable, parseOptions, refuseOption } from './applet.ts';
import { formatted } from './format.ts';

type Running<Result> = Generator<Syscall, Result, unknown>;

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

const echo: Script = function* ({ argv }) {
  const option = /^-[ne]+$/.test(argv[1] ?? '') ? (argv[1] as string) : '';
  const text = argv.slice(option === '' ? 1 : 2).join(' ');
  yield* print((option.includes('e') ? formatted('%b', [text]).text : text) + (option.includes('n') ? '' : '\n'));
  return 0;
};

const printf: Script = function* ({ argv }) {
  const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  const result = formatted(words[0] ?? '', words.slice(1));
  yield* print(result.text);
  for (const error of result.errors) yield* complain(`printf: ${error}\n`);
  return result.errors.length > 0 ? 1 : 0;
};

const test: Script = function* ({ argv, directory }) {
  const words = argv[0]?.endsWith('[') === true ? argv.slice(1, -1) : argv.slice(1);
  try {
    const surroundings = { directory, user: 0, isTerminal: () => false, isSet: () => false };
    return (yield* condition(words, surroundings)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    yield* complain(`${argv[0]}: ${error.message}\n`);
    return 2;
  }
};

const pwd: Script = function* ({ directory }) {
  yield* print(`${directory}\n`);
  return 0;
};

function* processes(): Running<readonly ProcessInformation[]> {
  return (yield { call: 'processes' }) as readonly ProcessInformation[];
}

function nameOf(process: ProcessInformation): string {
  const [name = ''] = process.argv;
  return name.slice(name.lastIndexOf('/') + 1);
}

/** `killall`, `pkill`: by name. */
const killByName: Script = function* ({ argv }) {
  const option = argv.find((word) => word.startsWith('-') && word !== '-f');
  const signal = signalName((option ?? '-TERM').slice(1)) ?? 'TERM';
  const name = argv.slice(1).find((word) => !word.startsWith('-')) ?? '';
  const found = (yield* processes()).filter((process) => !process.ended && nameOf(process).includes(name));
  for (const process of found) yield { call: 'kill', pid: process.pid, signal };
  if (found.length > 0) return 0;
  if (argv[0] === 'killall') yield* complain(`killall: ${name}: no process killed\n`);
  return 1;
};

const pidsByName: Script = function* ({ argv }) {
  const name = argv.slice(1).find((word) => !word.startsWith('-')) ?? '';
  const found = (yield* processes())
    .filter((process) => !process.ended && nameOf(process).includes(name))
    .map((process) => process.pid);
  const isPidof = argv[0]?.endsWith('pidof') === true;
  if (found.length > 0) yield* print(isPidof ? `${found.reverse().join(' ')}\n` : `${found.join('\n')}\n`);
  return found.length > 0 ? 0 : 1;
};

const which: Script = function* ({ argv, environment }) {
  let status = 0;
  for (const name of argv.slice(1).filter((word) => !word.startsWith('-'))) {
    let found: string | undefined;
    for (const folder of (environment['PATH'] ?? '').split(':')) {
      const path = `${folder}/${name}`;
      const answer = (yield { call: 'stat', path }) as { type?: string; mode?: number };
      if (found === undefined && answer.type === 'file' && ((answer.mode ?? 0) & 0o111) !== 0) found = path;
    }
    if (found === undefined) status = 1;
    else yield* print(`${found}\n`);
  }
  return status;
};

/** As the recorded busybox says it. */
const READLINK_USAGE =
  "BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: readlink [-fnv] FILE\n\nDisplay the value of a symlink\n\n\t-f\tCanonicalize by following all symlinks\n\t-n\tDon't add newline\n\t-v\tVerbose\n";

const readlink: Script = function* ({ argv, directory }) {
  const words = argv.slice(1).filter((word) => !/^-[fnv]+$/.test(word));
  if (words.length !== 1) {
    yield* complain(READLINK_USAGE);
    return 1;
  }
  const path = words[0] as string;
  const target = (yield { call: 'readLink', path }) as string | FileError;
  if (argv[1] !== '-f') {
    if (typeof target !== 'string') return 1;
    yield* print(`${target}\n`);
    return 0;
  }
  const real = yield* realPath(path, directory);
  if (real === undefined) return 1;
  yield* print(`${real}\n`);
  return 0;
};

const LINKS_FOLLOWED = 40;

/** The path without links, dots and double slashes; undefined when a folder on the way is not there. */
function* realPath(path: string, directory: string): Running<string | undefined> {
  const namesOf = (text: string): string[] =>
    text
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .reverse();
  const waiting = namesOf(path.startsWith('/') ? path : `${directory}/${path}`);
  let current = '';
  for (let links = 0; waiting.length > 0; ) {
    const name = waiting.pop() as string;
    if (name === '..') {
      current = current.slice(0, Math.max(current.lastIndexOf('/'), 0));
      continue;
    }
    const target = (yield { call: 'readLink', path: `${current}/${name}` }) as string | FileError;
    if (typeof target === 'string') {
      if (++links > LINKS_FOLLOWED) return undefined;
      if (target.startsWith('/')) current = '';
      waiting.push(...namesOf(target));
    } else {
      if (target.error !== 'EINVAL' && waiting.length > 0) return undefined;
      current = `${current}/${name}`;
    }
  }
  return current || '/';
}

const realpath: Script = function* ({ argv, directory }) {
  let status = 0;
  for (const path of argv.slice(1)) {
    const real = yield* realPath(path, directory);
    if (real !== undefined) yield* print(`${real}\n`);
    else {
      yield* complain(`realpath: ${path}: No such file or directory\n`);
      status = 1;
    }
  }
  return status;
};

/** Runs a program in a session of its own: there is no job control that it could escape from. */
const setsid: Script = function* ({ argv }) {
  return (yield { call: 'run', argv: argv.slice(1) }) as number;
};

/** How long a program takes, in virtual time. On a machine with bash it is that shell's own word, which prints it its way. */
const time: Script = function* ({ argv, environment }) {
  const words = argv.slice(argv[1] === '-p' ? 2 : 1);
  const begun = (yield { call: 'now' }) as number;
  const status = words.length === 0 ? 0 : ((yield { call: 'run', argv: words }) as number);
  const taken = ((yield { call: 'now' }) as number) - begun;
  const isBash = environment['SHELL'] === '/bin/bash';
  const line = (name: string, milliseconds: number): string => {
    if (argv[1] === '-p') return `${name} ${(milliseconds / 1000).toFixed(2)}\n`;
    const rest = ((milliseconds % 60_000) / 1000).toFixed(isBash ? 3 : 2);
    return `${name}\t${Math.floor(milliseconds / 60_000)}m${isBash ? '' : ' '}${rest}s\n`;
  };
  if (isBash && argv[1] !== '-p') yield* complain('\n');
  yield* complain(line('real', taken) + line('user', 0) + line('sys', 0));
  return status;
};

function seconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] as string] as number);
}

/** `timeout [-s SIGNAL] [-k SECONDS] SECONDS PROGRAM …`: 124 (143 in busybox) when the time is up. */
const timeout: Script = function* ({ argv, environment, directory }) {
  let index = 1;
  let signal = 'TERM';
  for (; argv[index]?.startsWith('-') === true; index++) {
    if (argv[index] === '-s') signal = signalName(argv[++index] ?? '') ?? signal;
    else if (argv[index] === '-k') index++;
  }
  const limit = seconds(argv[index] ?? '');
  if (limit === undefined || argv[index + 1] === undefined) {
    yield* complain('Usage: timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS\n');
    return 125;
  }
  const pid = (yield {
    call: 'spawn',
    argv: argv.slice(index + 1),
    environment,
    directory,
    descriptors: { 0: 0, 1: 1, 2: 2 },
  }) as number | FileError;
  if (typeof pid !== 'number') {
    yield* complain(`timeout: failed to run command '${argv[index + 1]}': No such file or directory\n`);
    return 127;
  }
  const first = (yield { call: 'wait', pids: [pid], timeout: limit * 1000 }) as WaitAnswer | null;
  if (first !== null) return first.status ?? 0;
  yield { call: 'kill', pid, signal };
  yield { call: 'wait', pids: [pid] };
  return 124;
};

/** `watch [-etx] [-n SECONDS] COMMAND …`: again and again until it is interrupted, with `-e` until it fails. */
const watch: Script = function* ({ argv }) {
  const first = argv.findIndex(
    (word, at) => at > 0 && !word.startsWith('-') && !/^(?:-\w*n|--interval)$/.test(argv[at - 1] ?? ''),
  );
  const options = parseOptions(argv.slice(1, first < 0 ? undefined : first), 'n:etxc', {
    interval: 'n',
    errexit: 'e',
    'no-title': 't',
    exec: 'x',
    color: 'c',
  });
  if (options.unknown) return yield* refuseOption('watch', options.unknown);
  const interval = Number(options.values.n ?? 2);
  if (first < 0 || Number.isNaN(interval)) {
    yield* complain('Usage: watch [-etx] [-n SEC] PROG ARGS\n');
    return 1;
  }
  const line = argv.slice(first).join(' ');
  const title = options.flags.has('t') ? '' : `Every ${interval.toFixed(1)}s: ${line}\n\n`;
  for (;;) {
    yield* print(`\x1b[H\x1b[J${title}`);
    const status = (yield { call: 'run', argv: ['sh', '-c', line] }) as number;
    if (options.flags.has('e') && status !== 0) return status;
    yield { call: 'sleep', milliseconds: Math.max(interval, 0.1) * 1000 };
  }
};

const mktemp: Script = function* ({ argv }) {
  const random = (yield { call: 'random' }) as number;
  const path = `/tmp/tmp.${Math.floor(random * 36 ** 6)
    .toString(36)
    .padStart(6, '0')}`;
  if (argv.includes('-d')) yield { call: 'makeDirectory', path };
  else yield { call: 'writeFile', path, text: '', mode: 0o600 };
  yield* print(`${path}\n`);
  return 0;
};

/** Programs that a shell needs beside its builtins. */
export const shellTools: AppletTable = {
  echo,
  printf,
  test,
  '[': test,
  pwd,
  killall: killByName,
  pkill: killByName,
  pgrep: pidsByName,
  pidof: pidsByName,
  which,
  readlink,
  realpath,
  timeout,
  watch,
  time,
  setsid,
  mktemp,
};
