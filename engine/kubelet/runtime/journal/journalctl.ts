import { parseOptions, refuseOption } from '../../../process/applets/applet.ts';
import {
  complain,
  print,
  type RequestAnswer,
  type Script,
  type SelfInformation,
  type Syscall,
  sleep,
} from '../../../process/program.ts';
import { SERVICES } from '../services.ts';
import type { JournalEntry } from './entry.ts';
import { entryText, FORMATS } from './format.ts';

/** What `journalctl` asks the journal for. */
export interface JournalQuestion {
  readonly units: readonly string[];
  /** Only what came after this step. */
  readonly after?: number;
  readonly since?: string;
  readonly until?: string;
  /** The last so many. */
  readonly lines?: number;
  /** Only what is at least as serious. */
  readonly priority?: number;
  readonly grep?: string;
}

export interface JournalAnswer {
  readonly entries: readonly JournalEntry[];
  /** The step up to which this is all. */
  readonly step: number;
  /** Why the question could not be answered. */
  readonly error?: string;
}

/** How often `-f` looks for more. */
const FOLLOW_PERIOD = 500;
const FOLLOWED_LINES = 10;

const LONG: Readonly<Record<string, string>> = {
  unit: 'u',
  lines: 'n',
  follow: 'f',
  since: 'S',
  until: 'U',
  output: 'o',
  priority: 'p',
  grep: 'g',
  reverse: 'r',
  boot: 'b',
  'no-pager': 'P',
  'pager-end': 'e',
  catalog: 'x',
  quiet: 'q',
  'no-tail': 'T',
  all: 'a',
};

const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** `journalctl [-u UNIT] [-n LINES] [-f] [--since TIME] [--until TIME] [-p PRIORITY] [-g TEXT] [-r] [-o FORMAT]`. */
export const journalctl: Script = function* ({ argv }) {
  const { flags, values, lists, operands, unknown } = parseOptions(
    withCounts(argv.slice(1)),
    'u:n:fS:U:o:p:g:rbPexqTa',
    LONG,
  );
  if (unknown !== undefined) return yield* refuseOption('journalctl', unknown);
  if (operands.length > 0) {
    yield* complain(`Failed to add match '${operands[0]}': matches by field are not simulated, use -u\n`);
    return 1;
  }
  const format = values.o ?? 'short';
  if (!(FORMATS as readonly string[]).includes(format)) {
    yield* complain(`Unknown output '${format}': ${FORMATS.join(', ')} are simulated.\n`);
    return 1;
  }
  const priority = priorityOf(values.p);
  const lines = values.n === undefined || values.n === 'all' ? undefined : Number(values.n);
  if (Number.isNaN(priority) || Number.isNaN(lines)) {
    yield* complain(Number.isNaN(lines) ? `Failed to parse lines '${values.n}'\n` : `Unknown log level ${values.p}\n`);
    return 1;
  }
  const question: JournalQuestion = {
    units: lists.u ?? [],
    lines: lines ?? (flags.has('f') && !flags.has('T') ? FOLLOWED_LINES : undefined),
    since: values.S,
    until: values.U,
    priority,
    grep: values.g,
  };
  return yield* show(question, format, flags);
};

function* show(
  question: JournalQuestion,
  format: string,
  flags: ReadonlySet<string>,
): Generator<Syscall, number, unknown> {
  const { hostname } = (yield { call: 'self' }) as SelfInformation;
  let answer = yield* askJournal(question);
  if (answer.error !== undefined) {
    yield* complain(`${answer.error}\n`);
    return 1;
  }
  const textOf = (entries: readonly JournalEntry[]): string =>
    entries.map((entry) => `${entryText(entry, hostname, format)}\n`).join('');
  if (answer.entries.length === 0 && !flags.has('f') && !flags.has('q')) yield* print('-- No entries --\n');
  yield* print(textOf(flags.has('r') ? [...answer.entries].reverse() : answer.entries));
  while (flags.has('f')) {
    yield* sleep(FOLLOW_PERIOD);
    answer = yield* askJournal({ ...question, lines: undefined, since: undefined, after: answer.step });
    yield* print(textOf(answer.entries));
  }
  return 0;
}

function* askJournal(question: JournalQuestion): Generator<Syscall, JournalAnswer, unknown> {
  const request = { method: 'POST' as const, path: '/journal', body: question };
  const answer = (yield { call: 'request', server: SERVICES, request }) as RequestAnswer;
  return 'body' in answer
    ? (answer.body as JournalAnswer)
    : { entries: [], step: 0, error: 'No journal files were found.' };
}

/** `-n` may come without a number, `-20` is short for `-n 20`, `-b` may name the one boot there is. */
function withCounts(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    if (/^-\d+$/.test(word)) return ['-n', word.slice(1)];
    if (word === '-n' && !/^(\d+|all)$/.test(words[at + 1] ?? '')) return ['-n', String(FOLLOWED_LINES)];
    return word === '0' && words[at - 1] === '-b' ? [] : [word];
  });
}

function priorityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = PRIORITIES.indexOf(text === 'error' ? 'err' : text);
  return number >= 0 ? number : Number(text);
}
