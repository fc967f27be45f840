import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64Decode, base64Encode } from '../../base64.ts';
import {
  complain,
  now,
  type ProcessInformation,
  print,
  readAll,
  type Script,
  type SelfInformation,
} from '../program.ts';
import { type AppletTable, linesOf, parseOptions, readInputs, refuseOption } from './applet.ts';
import { userNames } from './names.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 };

const sleep: Script = function* ({ argv }) {
  let seconds = 0;
  for (const word of argv.slice(1)) {
    const match = /^(\d*\.?\d+)([smhd]?)$/.exec(word);
    if (!match && word !== 'infinity') {
      yield* complain(`sleep: invalid number '${word}'\n`);
      return 1;
    }
    seconds += match ? Number(match[1]) * (UNITS[match[2] ?? ''] as number) : Number.POSITIVE_INFINITY;
  }
  if (argv.length < 2) {
    yield* complain(
      'BusyBox v1.36.1 multi-call binary.\n\nUsage: sleep [N]...\n\nPause for a time equal to the total of the args given, where each arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays\n',
    );
    return 1;
  }
  yield Number.isFinite(seconds) ? { call: 'sleep', milliseconds: Math.round(seconds * 1000) } : { call: 'sleep' };
  return 0;
};

// biome-ignore lint/correctness/useYield: it asks nothing of its machine
const succeed: Script = function* () {
  return 0;
};

// biome-ignore lint/correctness/useYield: it asks nothing of its machine
const refuse: Script = function* () {
  return 1;
};

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `strftime`, UTC. */
function formattedTime(format: string, milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const fields: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    e: String(date.getUTCDate()).padStart(2),
    H: two(date.getUTCHours()),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    N: `${String(date.getUTCMilliseconds()).padStart(3, '0')}000000`,
    s: String(Math.floor(milliseconds / 1000)),
    F: day,
    T: time,
    a: DAYS[date.getUTCDay()] as string,
    b: MONTHS[date.getUTCMonth()] as string,
    Z: 'UTC',
    z: '+0000',
    '%': '%',
    n: '\n',
    I: time,
    R: time.slice(0, 5),
    D: `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${String(date.getUTCFullYear()).slice(2)}`,
    y: String(date.getUTCFullYear()).slice(2),
    j: String(Math.floor((milliseconds - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(3, '0'),
    u: String(date.getUTCDay() || 7),
    w: String(date.getUTCDay()),
    h: MONTHS[date.getUTCMonth()] as string,
    t: '\t',
  };
  return format.replace(/%(.)/g, (whole, letter: string) => fields[letter] ?? whole);
}

/** `date -I`: the ISO 8601 format by what it goes down to. */
const ISO_FORMATS: Readonly<Record<string, string>> = {
  '-I': '%Y-%m-%d',
  '-Idate': '%Y-%m-%d',
  '-Ihours': '%Y-%m-%dT%H+00:00',
  '-Iminutes': '%Y-%m-%dT%H:%M+00:00',
  '-Iseconds': '%Y-%m-%dT%H:%M:%S+00:00',
};

const date: Script = function* ({ argv }) {
  const words = argv.slice(1);
  const standard = words.map((word) => ISO_FORMATS[word]).find((format) => format !== undefined);
  const options = parseOptions(
    words.filter((word) => ISO_FORMATS[word] === undefined),
    'ud:R',
  );
  if (options.unknown) return yield* refuseOption('date', options.unknown);
  const given = options.values.d;
  const time =
    given === undefined ? yield* now() : given.startsWith('@') ? Number(given.slice(1)) * 1000 : Date.parse(given);
  if (Number.isNaN(time)) {
    yield* complain(`date: invalid date '${given}'\n`);
    return 1;
  }
  const usual = options.flags.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : '%a %b %e %H:%M:%S %Z %Y';
  const format = options.operands.find((word) => word.startsWith('+'))?.slice(1) ?? standard ?? usual;
  yield* print(`${formattedTime(format, time)}\n`);
  return 0;
};

/** `hostname [-s|-f|-d|-i|-I]`: the name, short or with its domain, and the addresses it stands for in /etc/hosts. */
const hostname: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'sfdiI');
  if (options.unknown) return yield* refuseOption('hostname', options.unknown);
  if (options.operands.length > 0) {
    yield* complain('hostname: sethostname: Operation not permitted\n');
    return 1;
  }
  const { hostname: name, address } = (yield { call: 'self' }) as SelfInformation;
  const { flags } = options;
  if (flags.has('i') || flags.has('I')) {
    yield* print(`${address}${flags.has('I') ? ' ' : ''}\n`);
    return 0;
  }
  const hosts = (yield { call: 'readFile', path: '/etc/hosts' }) as unknown;
  const lines = typeof hosts === 'string' ? hosts.split('\n').map((line) => line.split(/\s+/)) : [];
  const full = lines.find((words) => words.slice(1).includes(name))?.[1] ?? name;
  if (flags.has('d')) yield* print(full === name ? '' : `${full.slice(name.length + 1)}\n`);
  else yield* print(`${flags.has('f') ? full : flags.has('s') ? name.split('.')[0] : name}\n`);
  return 0;
};

const uname: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'asnrvmpio');
  const { hostname: name } = (yield { call: 'self' }) as SelfInformation;
  const parts: readonly (readonly [string, string])[] = [
    ['s', 'Linux'],
    ['n', name],
    ['r', '6.1.0'],
    ['v', '#1 SMP'],
    ['m', 'x86_64'],
    ['o', 'GNU/Linux'],
  ];
  const wanted = options.flags.size === 0 ? ['s'] : [...options.flags];
  const shown = parts.filter(([letter]) => options.flags.has('a') || wanted.includes(letter));
  yield* print(`${shown.map(([, text]) => text).join(' ')}\n`);
  return 0;
};

const env: Script = function* ({ argv, environment }) {
  const changes: Record<string, string> = {};
  let at = 1;
  let inherited = environment;
  for (; argv[at]?.startsWith('-') === true; at++) {
    if (argv[at] === '-i' || argv[at] === '-') inherited = {};
    else if (argv[at] === '-u') inherited = without(inherited, argv[++at] ?? '');
    else return yield* refuseOption('env', (argv[at] as string).slice(1));
  }
  for (; /^\w+=/.test(argv[at] ?? ''); at++) {
    const [name = '', value = ''] = (argv[at] as string).split(/=(.*)/s);
    changes[name] = value;
  }
  const merged = { ...inherited, ...changes };
  if (argv[at] !== undefined) return (yield { call: 'run', argv: argv.slice(at), environment: merged }) as number;
  yield* print(
    Object.entries(merged)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return 0;
};

function without(environment: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([key]) => key !== name));
}

const printenv: Script = function* ({ argv, environment }) {
  const name = argv[1];
  if (name === undefined)
    yield* print(
      Object.entries(environment)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  else if (environment[name] === undefined) return 1;
  else yield* print(`${environment[name]}\n`);
  return 0;
};

const ps: Script = function* () {
  const processes = (yield { call: 'processes' }) as readonly ProcessInformation[];
  const names = yield* userNames();
  yield* print('PID   USER     TIME  COMMAND\n');
  for (const process of processes) {
    const command = process.ended ? `[${process.argv[0]}]` : process.argv.join(' ');
    yield* print(
      `${String(process.pid).padStart(5)} ${(names[process.user] ?? String(process.user)).padEnd(8)}  0:00 ${command}\n`,
    );
  }
  return 0;
};

const xargs: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1, 1 + leadingOptions(argv)), 'n:I:r0t');
  if (options.unknown) return yield* refuseOption('xargs', options.unknown);
  const command = argv.slice(1 + leadingOptions(argv));
  const program = command.length === 0 ? ['echo'] : command;
  const text = yield* readAll(0);
  const items =
    options.values.I === undefined
      ? text.split(options.flags.has('0') ? '\0' : /\s+/).filter((item) => item !== '')
      : linesOf(text);
  const mark = options.values.I;
  const size = Number(options.values.n ?? (mark === undefined ? Number.POSITIVE_INFINITY : 1));
  if (items.length === 0 && options.flags.has('r')) return 0;
  let status = 0;
  for (let at = 0; at < Math.max(items.length, 1); at += Math.min(size, Math.max(items.length, 1))) {
    const batch = items.slice(at, at + size);
    const line =
      mark === undefined ? [...program, ...batch] : program.map((word) => word.replaceAll(mark, batch[0] ?? ''));
    if (options.flags.has('t')) yield* complain(`${line.join(' ')}\n`);
    if (((yield { call: 'run', argv: line, input: '' }) as number) !== 0) status = 123;
  }
  return status;
};

/** How many words after the name belong to xargs itself. */
function leadingOptions(argv: readonly string[]): number {
  let count = 0;
  while (argv[1 + count]?.startsWith('-')) count += /^-[nI]$/.test(argv[1 + count] as string) ? 2 : 1;
  return count;
}

const yes: Script = function* ({ argv }) {
  const lines = `${argv.slice(1).join(' ') || 'y'}\n`.repeat(256);
  for (;;) {
    if ((yield { call: 'write', fd: 1, text: lines }) === 'EPIPE') return 1;
    yield { call: 'pause' };
  }
};

const basename: Script = function* ({ argv }) {
  const name = (argv[1] ?? '').replace(/\/+$/, '').split('/').pop() ?? '';
  const suffix = argv[2] ?? '';
  yield* print(`${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
  return 0;
};

const dirname: Script = function* ({ argv }) {
  const path = (argv[1] ?? '').replace(/\/+$/, '');
  const slash = path.lastIndexOf('/');
  yield* print(`${slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash)}\n`);
  return 0;
};

const base64: Script = function* ({ argv }) {
  const options = parseOptions(argv.slice(1), 'dDw:', { decode: 'd', wrap: 'w' });
  if (options.unknown) return yield* refuseOption('base64', options.unknown);
  const { inputs, failed } = yield* readInputs('base64', options.operands);
  const text = inputs.map((input) => input.text).join('');
  if (options.flags.has('d') || options.flags.has('D')) {
    const decoded = base64Decode(text.replace(/\s/g, ''));
    if (decoded === undefined) {
      yield* complain('base64: truncated input\n');
      return 1;
    }
    yield* print(decoded);
  } else {
    const width = Number(options.values.w ?? 76);
    const encoded = base64Encode(text);
    yield* print(width === 0 ? encoded : `${encoded.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n')}\n`);
  }
  return failed ? 1 : 0;
};

function sum(name: string, digest: (bytes: Uint8Array) => Uint8Array): Script {
  return function* ({ argv }) {
    const { inputs, failed } = yield* readInputs(name, parseOptions(argv.slice(1), 'b').operands);
    for (const { name: file, text } of inputs) yield* print(`${bytesToHex(digest(utf8ToBytes(text)))}  ${file}\n`);
    return failed ? 1 : 0;
  };
}

/** Wipes the terminal: the cursor goes home, the screen and what scrolled off it go. */
const clear: Script = function* () {
  yield* print('\x1b[H\x1b[2J\x1b[3J');
  return 0;
};

/** The terminal on standard input. */
const tty: Script = function* ({ terminal }) {
  yield* print(terminal === undefined ? 'not a tty\n' : '/dev/pts/0\n');
  return terminal === undefined ? 1 : 0;
};

const arch: Script = function* () {
  yield* print('x86_64\n');
  return 0;
};

export const systemApplets: AppletTable = {
  tty,
  arch,
  sleep,
  true: succeed,
  false: refuse,
  sync: succeed,
  clear,
  date,
  hostname,
  uname,
  env,
  printenv,
  ps,
  xargs,
  yes,
  basename,
  dirname,
  base64,
  md5sum: sum('md5sum', md5),
  sha1sum: sum('sha1sum', sha1),
  sha256sum: sum('sha256sum', sha256),
};
