import { microTimestamp, parseTimestamp } from '../../sim/time.ts';
import type { Memory, Turn } from '../../sim/turn.ts';
import type { LogOptions, StreamReceiver } from '../api.ts';

/** Something written at once: at most one line, with its newline if it has ended. */
interface LogEntry {
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Entries in one cell; a log keeps at most so many cells, the oldest go first, as with rotated log files. */
const ENTRIES_PER_PART = 64;
const PARTS_KEPT = 32;

/** The cells that a file's entries are in. */
interface LogFile {
  readonly first: number;
  readonly last: number;
}

interface LogState extends LogFile {
  readonly followers: readonly Follower[];
  /** Bytes of the file that the entries are in. */
  readonly size?: number;
  /** The file before, and when it was put aside. */
  readonly rotated?: LogFile & { readonly time: number };
}

interface Follower extends StreamReceiver {
  readonly options: LogOptions;
  /** Joined by attach: raw output, no options. */
  readonly isAttached: boolean;
}

/** Bytes of time, stream and tag before an entry in a log file. */
const ENTRY_HEAD = 45;

/** From this size on a log is listed in a cell of its own, so that nobody has to look at all of them. */
const BIG_LOG = 2 ** 20;
const BIG_LOGS = 'big-logs';

const EMPTY: LogState = { first: 0, last: 0, followers: [] };

/** Appends a container's output to its log (cells `log/<id>` and `log-part/<id>/<number>`) and to whoever follows it. */
export function appendLog(turn: Turn, id: string, stream: 'stdout' | 'stderr', text: string): void {
  const state = turn.memory.get<LogState>(`log/${id}`) ?? EMPTY;
  const added = text.match(/[^\n]*\n|[^\n]+/g)?.map((line) => ({ time: turn.now, stream, text: line })) ?? [];
  let { first, last } = state;
  let part = turn.memory.get<readonly LogEntry[]>(`log-part/${id}/${last}`) ?? [];
  for (let at = 0; at < added.length; ) {
    if (part.length >= ENTRIES_PER_PART) {
      last++;
      part = [];
    }
    const taken = added.slice(at, at + ENTRIES_PER_PART - part.length);
    part = [...part, ...taken];
    at += taken.length;
    turn.memory.set(`log-part/${id}/${last}`, part);
  }
  for (; last - first >= PARTS_KEPT; first++) turn.memory.delete(`log-part/${id}/${first}`);
  const size = (state.size ?? 0) + added.length * ENTRY_HEAD + text.length;
  turn.memory.set(`log/${id}`, { ...state, first, last, size });
  if (size > BIG_LOG && (state.size ?? 0) <= BIG_LOG)
    turn.memory.set(BIG_LOGS, (turn.memory.get<readonly string[]>(BIG_LOGS) ?? []).concat(id));
  for (const follower of state.followers) {
    if (follower.isAttached) sendChunk(turn, follower, stream, text);
    else
      sendChunk(
        turn,
        follower,
        'stdout',
        render(added, { ...follower.options, tailLines: undefined, limitBytes: undefined }),
      );
  }
}

/** Logs of more than so many bytes. */
export function logsAbove(turn: Turn, bytes: number): string[] {
  const listed = turn.memory.get<readonly string[]>(BIG_LOGS) ?? [];
  return listed.filter((id) => (turn.memory.get<LogState>(`log/${id}`)?.size ?? 0) > bytes);
}

/**
 * A container's output goes on in a new file. The one before is put aside on the node's disk; those before that, which a
 * kubelet compresses, are not kept.
 */
export function reopenLog(turn: Turn, id: string): void {
  const state = turn.memory.get<LogState>(`log/${id}`);
  if (!state) return;
  const { first, last, rotated } = state;
  dropFile(turn, id, rotated);
  turn.memory.set(`log/${id}`, {
    ...state,
    first: last + 1,
    last: last + 1,
    size: 0,
    rotated: { first, last, time: turn.now },
  } satisfies LogState);
  unlist(turn, id);
}

function dropFile(turn: Turn, id: string, dropped: LogFile | undefined): void {
  for (let part = dropped?.first ?? 0; dropped && part <= dropped.last; part++)
    turn.memory.delete(`log-part/${id}/${part}`);
}

/** When the file was put aside that was written before, if there is one. */
export function rotationTime(memory: Memory, id: string): number | undefined {
  return memory.get<LogState>(`log/${id}`)?.rotated?.time;
}

function unlist(turn: Turn, id: string): void {
  const listed = turn.memory.get<readonly string[]>(BIG_LOGS);
  if (listed?.includes(id))
    turn.memory.set(
      BIG_LOGS,
      listed.filter((other) => other !== id),
    );
}

/** The log as `kubectl logs` shows it. */
export function readLog(turn: Turn, id: string, options: LogOptions): string {
  const since =
    options.sinceSeconds !== undefined
      ? turn.now - options.sinceSeconds * 1000
      : options.sinceTime === undefined
        ? 0
        : parseTimestamp(options.sinceTime);
  return render(
    entriesOf(turn.memory, id).filter((entry) => entry.time >= since),
    options,
  );
}

/** The log as a runtime writes it into a file, or the file before: every entry with the time and the stream of its bytes. */
export function criLines(
  memory: Memory,
  id: string,
  isRotated = false,
): { readonly time: string; readonly stream: string; readonly text: string }[] {
  return entriesOf(memory, id, isRotated).map(({ time, stream, text }) => ({
    time: nanoTimestamp(time),
    stream,
    text,
  }));
}

/** Sends what there is, then what comes, until the container ends. */
export function followLog(
  turn: Turn,
  id: string,
  options: LogOptions,
  receiver: StreamReceiver,
  isRunning: boolean,
): void {
  sendChunk(turn, receiver, 'stdout', readLog(turn, id, options));
  if (isRunning) addFollower(turn, id, { ...receiver, options, isAttached: false });
  else turn.send(receiver.component, 1, { kind: 'stream', stream: receiver.stream, closed: true });
}

export function attachLog(turn: Turn, id: string, receiver: StreamReceiver): void {
  addFollower(turn, id, { ...receiver, options: {}, isAttached: true });
}

/** The container has ended: closes every stream, attached ones with a status. */
export function endLog(turn: Turn, id: string, finish: (receiver: StreamReceiver, isAttached: boolean) => void): void {
  const state = turn.memory.get<LogState>(`log/${id}`);
  if (!state || state.followers.length === 0) return;
  for (const follower of state.followers) finish(follower, follower.isAttached);
  turn.memory.set(`log/${id}`, { ...state, followers: [] });
}

export function removeFollower(turn: Turn, id: string, receiver: StreamReceiver): void {
  const state = turn.memory.get<LogState>(`log/${id}`);
  if (!state) return;
  const followers = state.followers.filter(
    ({ component, stream }) => component !== receiver.component || stream !== receiver.stream,
  );
  turn.memory.set(`log/${id}`, { ...state, followers });
}

export function removeLog(turn: Turn, id: string): void {
  const state = turn.memory.get<LogState>(`log/${id}`);
  if (!state) return;
  dropFile(turn, id, state);
  dropFile(turn, id, state.rotated);
  turn.memory.delete(`log/${id}`);
  unlist(turn, id);
}

export function sendChunk(turn: Turn, receiver: StreamReceiver, channel: 'stdout' | 'stderr', text: string): void {
  if (text === '') return;
  turn.send(receiver.component, 1, { kind: 'stream', stream: receiver.stream, chunk: { channel, text } });
}

function addFollower(turn: Turn, id: string, follower: Follower): void {
  const state = turn.memory.get<LogState>(`log/${id}`) ?? EMPTY;
  turn.memory.set(`log/${id}`, { ...state, followers: [...state.followers, follower] });
}

function entriesOf(memory: Memory, id: string, isRotated = false): LogEntry[] {
  const state = memory.get<LogState>(`log/${id}`);
  const read = isRotated ? state?.rotated : state;
  if (!read) return [];
  const entries: LogEntry[] = [];
  for (let part = read.first; part <= read.last; part++) {
    entries.push(...(memory.get<readonly LogEntry[]>(`log-part/${id}/${part}`) ?? []));
  }
  return entries;
}

function render(entries: readonly LogEntry[], options: LogOptions): string {
  let chosen = entries;
  if (options.stream === 'Stdout' || options.stream === 'Stderr') {
    const wanted = options.stream.toLowerCase();
    chosen = chosen.filter((entry) => entry.stream === wanted);
  }
  if (options.tailLines !== undefined) chosen = lastLines(chosen, options.tailLines);
  const text = chosen
    .map((entry, at) =>
      options.timestamps && (at === 0 || chosen[at - 1]?.text.endsWith('\n'))
        ? `${nanoTimestamp(entry.time)} ${entry.text}`
        : entry.text,
    )
    .join('');
  return options.limitBytes === undefined ? text : text.slice(0, options.limitBytes);
}

function lastLines(entries: readonly LogEntry[], count: number): readonly LogEntry[] {
  if (count === 0) return [];
  let lines = 0;
  for (let at = entries.length - 1; at > 0; at--) {
    if ((entries[at - 1] as LogEntry).text.endsWith('\n') && ++lines === count) return entries.slice(at);
  }
  return entries;
}

/** Nine digits of a second, as a CRI log file has them. */
function nanoTimestamp(time: number): string {
  return microTimestamp(time).replace('Z', '000Z');
}
