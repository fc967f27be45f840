import type { Turn } from '../../sim/turn.ts';
import { momentOf } from './journal/format.ts';
import { journalOf, runningSince } from './journal/journal.ts';
import type { JournalAnswer, JournalQuestion } from './journal/journalctl.ts';
import { unitNamed } from './journal/units.ts';
import { planShutdown, shutDown } from './power.ts';
import { runtimeInfo } from './runtimes.ts';
import type { ServiceAnswer } from './services.ts';

/** Lines of the journal under the status of a unit. */
const STATUS_LINES = 10;

/** What the service manager of a node is asked by its programs: about a unit, or for its journal. */
export function answerServices(turn: Turn, path: string, body: object): object {
  return path === '/journal' ? journal(turn, body as JournalQuestion) : service(turn, body);
}

/** `start`, `stop` and `restart` of the node's processes, or how one is. */
function service(
  turn: Turn,
  {
    verb,
    unit: name = '',
    minutes,
  }: { readonly verb?: string; readonly unit?: string; readonly minutes?: number | null },
): ServiceAnswer {
  if (verb === 'poweroff' || verb === 'reboot') {
    if (minutes === undefined) shutDown(turn, verb);
    else planShutdown(turn, verb, minutes === null ? undefined : minutes * 60_000);
    return { isKnown: true };
  }
  const unit = unitNamed(runtimeInfo(turn).name, name);
  if (unit === undefined) return { isKnown: false };
  const component = `${unit.process}/${turn.instance}`;
  if (verb === 'stop' || verb === 'restart') turn.send('world', 0, { kind: 'stop', component });
  if (verb === 'start' || verb === 'restart') turn.send('world', 0, { kind: 'start', component });
  const isRunning = turn.isRunning(component);
  if (verb !== 'status') return { isKnown: true, isRunning };
  const { description, identifier } = unit;
  const runs = turn.history.runs(component);
  return {
    isKnown: true,
    isRunning,
    description,
    identifier,
    since: runs.at(-1)?.time ?? turn.now,
    now: turn.now,
    ...(isRunning ? { pid: runningSince(turn, unit)?.pid } : {}),
    entries: journalOf(turn, unit.name).slice(-STATUS_LINES),
  };
}

function journal(turn: Turn, question: JournalQuestion): JournalAnswer {
  const { units, after = 0, lines, priority, grep } = question;
  const { name } = runtimeInfo(turn);
  const step = turn.history.step - 1;
  const [since, until] = [question.since, question.until].map((text) => text && momentOf(text, turn.now));
  for (const [text, moment] of [
    [question.since, since],
    [question.until, until],
  ])
    if (text !== undefined && moment === undefined)
      return { entries: [], step, error: `Failed to parse timestamp: ${text}` };
  const known = new Set(units.flatMap((unit) => unitNamed(name, unit)?.name ?? []));
  const only = known.size === 1 ? [...known][0] : undefined;
  const all = journalOf(turn, only, after).filter(({ unit }) => units.length === 0 || known.has(unit));
  let pattern: RegExp | undefined;
  try {
    pattern = grep === undefined ? undefined : new RegExp(grep, /[A-Z]/.test(grep) ? '' : 'i');
  } catch {
    return { entries: [], step, error: `Bad pattern "${grep}"` };
  }
  const entries = all.filter(
    ({ time, priority: level, message }) =>
      (typeof since !== 'number' || time >= since) &&
      (typeof until !== 'number' || time <= until) &&
      (priority === undefined || level <= priority) &&
      (pattern === undefined || pattern.test(message)),
  );
  return {
    entries: lines === undefined ? entries : entries.slice(entries.length - Math.min(lines, entries.length)),
    step,
  };
}
