import { humanDuration } from '../../human-duration.ts';
import {
  complain,
  print,
  type RequestAnswer,
  type Script,
  type SelfInformation,
  type Syscall,
} from '../../process/program.ts';
import type { JournalEntry } from './journal/entry.ts';
import { entryText, longTime } from './journal/format.ts';

/** The service manager of the node, as its programs address it. */
export const SERVICES = 'unix:///run/systemd/private';

/** What the service manager tells about a unit. */
export interface ServiceAnswer {
  readonly isKnown: boolean;
  readonly isRunning?: boolean;
  readonly description?: string;
  /** Since when it runs, and as which process. */
  readonly since?: number;
  readonly pid?: number;
  readonly identifier?: string;
  readonly now?: number;
  /** The end of its journal. */
  readonly entries?: readonly JournalEntry[];
}

/** Asks the service manager for something; a shutdown may wait some minutes, or (null) not happen after all. */
export function* askServices(
  verb: string,
  unit: string,
  minutes?: number | null,
): Generator<Syscall, ServiceAnswer, unknown> {
  const request = {
    method: 'POST' as const,
    path: '/',
    body: { verb, unit, ...(minutes === undefined ? {} : { minutes }) },
  };
  const answer = (yield { call: 'request', server: SERVICES, request }) as RequestAnswer;
  return 'body' in answer ? (answer.body as unknown as ServiceAnswer) : { isKnown: false };
}

const NOT_RUNNING = 3;
const UNKNOWN = 4;

/** `systemctl start|stop|restart|status|is-active UNIT`, `systemctl poweroff|reboot`. */
export const systemctl: Script = function* ({ argv }) {
  const [verb = '', ...units] = argv.slice(1).filter((word) => !word.startsWith('-'));
  if (verb === 'daemon-reload' || verb === 'enable' || verb === 'disable') return 0;
  if (verb === 'poweroff' || verb === 'halt' || verb === 'reboot') {
    yield* askServices(verb === 'reboot' ? 'reboot' : 'poweroff', '');
    return 0;
  }
  if (!['start', 'stop', 'restart', 'status', 'is-active'].includes(verb)) {
    yield* complain(
      `Unknown command verb '${verb}': start, stop, restart, status, is-active, poweroff and reboot are simulated.\n`,
    );
    return 1;
  }
  const { hostname } = (yield { call: 'self' }) as SelfInformation;
  let code = 0;
  for (const word of units) {
    const unit = word.replace(/\.service$/, '');
    const answer = yield* askServices(verb, unit);
    const { isKnown, isRunning } = answer;
    if (!isKnown) {
      yield* complain(
        verb === 'status' ? `Unit ${unit}.service could not be found.\n` : `Unit ${unit}.service not found.\n`,
      );
      code = verb === 'status' ? UNKNOWN : 5;
      continue;
    }
    if (verb === 'is-active') yield* print(isRunning ? 'active\n' : 'inactive\n');
    if (verb === 'status') yield* print(statusText(unit, answer, hostname));
    if ((verb === 'status' || verb === 'is-active') && !isRunning) code = NOT_RUNNING;
  }
  return code;
};

function statusText(unit: string, answer: ServiceAnswer, host: string): string {
  const { isRunning, description, since = 0, now = 0, pid, identifier, entries = [] } = answer;
  const lines = [
    `${isRunning ? '●' : '○'} ${unit}.service - ${description}`,
    `     Loaded: loaded (/lib/systemd/system/${unit}.service; enabled; preset: enabled)`,
    ...(isRunning
      ? [
          `     Active: active (running) since ${longTime(since)}; ${humanDuration(now - since)} ago`,
          `   Main PID: ${pid} (${identifier})`,
        ]
      : [`     Active: inactive (dead) since ${longTime(since)}; ${humanDuration(now - since)} ago`]),
    ...(entries.length > 0 ? ['', ...entries.map((entry) => entryText(entry, host, 'short'))] : []),
  ];
  return `${lines.join('\n')}\n`;
}
