import type { ClusterConfig } from '../config.ts';
import { english, type Sentence, say } from '../sentence.ts';
import { stateDigest } from './digest.ts';
import { LOOK } from './idle-time.ts';
import { type Moment, momentOf } from './moment.ts';
import type { Registry } from './processes.ts';
import type { Task } from './task.ts';
import { parseTimestamp } from './time.ts';
import { Timeline } from './timeline.ts';
import type { StepRecord } from './trace.ts';
import type { WatchEvent } from './watch.ts';

/** Something that came from outside: a request, a fault, a line typed. It became step `step + 1`, at `time`. */
export interface Input {
  /** Steps that had happened before it. */
  readonly step: number;
  readonly time: number;
  readonly component: string;
  readonly task: Task;
}

/** The file format of a session: what determines it, and a digest to check the replay against. */
export interface SessionFile {
  readonly format: 'orrery-session';
  readonly version: 1;
  readonly config: ClusterConfig;
  readonly inputs: readonly Input[];
  readonly end: { readonly step: number; readonly time: number };
  readonly digest: string;
}

/** A session file that cannot be used; the message says what is wrong with it and what to do. */
export class SessionFileError extends Error {
  override readonly name = 'SessionFileError';
  readonly sentence: Sentence;
  constructor(sentence: Sentence) {
    super(english(sentence));
    this.sentence = sentence;
  }
}

/** Steps at one and the same millisecond after which a component must be running in circles. */
const LIVELOCK_STEPS = 1_000_000;

/** Ten minutes: how far `settle` looks when something, such as a crash loop, never settles. */
const SETTLE_LIMIT = 600_000;

/**
 * A session: a cluster, its clock and everything that came in from outside. The same config and inputs give the same
 * bytes, whatever the moves in between. A session only moves forward; to go back, look at a `moment` or `fork` from one.
 */
export class Session {
  readonly config: ClusterConfig;
  private readonly timeline: Timeline;
  private readonly received: Input[];

  private constructor(config: ClusterConfig, timeline: Timeline, received: Input[]) {
    this.config = config;
    this.timeline = timeline;
    this.received = received;
  }

  /** A new cluster whose machines have just been switched on. Step 1 is the boot. */
  static create(registry: Registry, config: ClusterConfig): Session {
    const timeline = new Timeline(registry, config.seed, parseTimestamp(config.startTime));
    timeline.start('world');
    timeline.execute('world', { kind: 'boot', config: config as unknown as Task }, 0);
    return new Session(config, timeline, []);
  }

  /** Reads a saved session and replays it. Throws `SessionFileError`. */
  static load(registry: Registry, text: string): Session {
    const file = parseSessionFile(text);
    const session = Session.create(registry, file.config);
    for (const input of file.inputs) {
      session.runToStep(input.step, input.time);
      session.receive(input.component, input.task);
    }
    session.runToStep(file.end.step, file.end.time);
    const digest = session.digest();
    if (digest !== file.digest) {
      throw new SessionFileError(
        say`The session replays to ${digest.slice(0, 12)}, but the file was saved at ${file.digest.slice(0, 12)}: it was changed, or saved by another version of Orrery. Open it with the version that saved it, or start a new session.`,
      );
    }
    return session;
  }

  get head(): { readonly step: number; readonly time: number } {
    return { step: this.timeline.step, time: this.timeline.now };
  }

  get inputs(): readonly Input[] {
    return this.received;
  }

  get isSettled(): boolean {
    return this.timeline.isSettled;
  }

  /** Hands something from outside to a component, now. It is a step of its own. */
  input(component: string, task: Task): StepRecord {
    if (this.timeline.isIdle(this.timeline.now)) this.look();
    return this.receive(component, task);
  }

  private receive(component: string, task: Task): StepRecord {
    const { step, now } = this.timeline;
    this.received.push({ step, time: now, component, task });
    return this.timeline.execute(component, task, step + 1, this.received.length);
  }

  /** Ends a silence: what has been passed over is made up for. An input of its own. */
  private look(): void {
    this.receive('world', { kind: LOOK });
    while (this.timeline.runNext(this.timeline.now));
  }

  /** One event: the clock jumps to whatever is due next. Undefined when the agenda is empty. */
  step(): StepRecord | undefined {
    return this.next(Number.POSITIVE_INFINITY);
  }

  /** The next event, also when there is only idle work. */
  private next(until: number): StepRecord | undefined {
    const record = this.timeline.runNext(until);
    if (record !== undefined || !this.timeline.isIdle(until)) return record;
    this.look();
    return this.timeline.runNext(until);
  }

  /** Runs until the named component has had one turn, or `limit` milliseconds have passed. */
  turnOf(component: string, limit = SETTLE_LIMIT): StepRecord | undefined {
    const until = this.timeline.now + limit;
    for (;;) {
      const record = this.next(until);
      if (!record || record.component === component) return record;
    }
  }

  /** Lets so many milliseconds pass. Returns the number of steps taken. */
  advance(milliseconds: number): number {
    const until = this.timeline.now + milliseconds;
    const before = this.timeline.step;
    let atTime = this.timeline.now;
    let stepAtTime = before;
    for (;;) {
      const record = this.timeline.runNext(until);
      if (!record) break;
      if (record.time !== atTime) {
        atTime = record.time;
        stepAtTime = record.step;
      } else if (record.step - stepAtTime > LIVELOCK_STEPS) {
        throw new Error(`${record.component} runs in circles at ${atTime}: ${JSON.stringify(record.task)}`);
      }
    }
    this.timeline.wait(until);
    return this.timeline.step - before;
  }

  /** Runs until only work that recurs for ever is waiting, at most `limit` milliseconds. Tells whether it settled. */
  settle(limit = SETTLE_LIMIT): boolean {
    return this.until((session) => session.isSettled, limit);
  }

  /** Runs step by step until a condition holds, at most `limit` milliseconds. Tells whether it came to hold. */
  until(condition: (session: Session) => boolean, limit = SETTLE_LIMIT): boolean {
    const end = this.timeline.now + limit;
    while (!condition(this)) {
      if (this.timeline.runNext(end)) continue;
      this.timeline.wait(end);
      return condition(this);
    }
    return true;
  }

  /** The cluster as it was after a step, by default now. */
  moment(step: number = this.timeline.step): Moment {
    return momentOf(this.timeline, step);
  }

  /** The last step at or before a time. */
  stepAt(time: number): number {
    const { trace } = this.timeline;
    let low = 0;
    let high = trace.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if ((trace[middle] as StepRecord).time <= time) low = middle + 1;
      else high = middle - 1;
    }
    return high + 1;
  }

  /** The records of steps `from` to `to`, both included. */
  trace(from = 1, to: number = this.timeline.step): readonly StepRecord[] {
    return this.timeline.trace.slice(Math.max(0, from - 1), to);
  }

  /** The step that wrote a revision of the store; undefined for one that was never written. */
  stepOfRevision(revision: number): StepRecord | undefined {
    const { trace } = this.timeline;
    let low = 0;
    let high = trace.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((trace[middle] as StepRecord).toRevision < revision) low = middle + 1;
      else high = middle;
    }
    const record = trace[low];
    return record && record.fromRevision < revision && revision <= record.toRevision ? record : undefined;
  }

  /** Every change of a resource so far, oldest first: for checks that look at history. */
  record(resource: string): readonly WatchEvent[] {
    return this.timeline.store.record(resource);
  }

  /** The changes a step made to the store, in order. */
  changes(step: number) {
    const record = this.timeline.trace[step - 1];
    const changes = [];
    for (let revision = (record?.fromRevision ?? 0) + 1; revision <= (record?.toRevision ?? -1); revision++) {
      const change = this.timeline.store.change(revision);
      if (change) changes.push(change);
    }
    return changes;
  }

  /** A session of its own that shares its past up to a step; time may already have passed since that step. */
  fork(step: number = this.timeline.step, time?: number): Session {
    const timeline = this.timeline.fork(step);
    const before = this.received.filter((input) => input.step < step);
    const latest = step === this.timeline.step ? this.timeline.now : timeline.now;
    timeline.wait(time ?? latest);
    return new Session(this.config, timeline, before);
  }

  /** The session as a file. */
  save(): string {
    const file: SessionFile = {
      format: 'orrery-session',
      version: 1,
      config: this.config,
      inputs: this.received,
      end: this.head,
      digest: this.digest(),
    };
    return `${JSON.stringify(file, undefined, 1)}\n`;
  }

  /** SHA-256 of the whole state: equal digests, equal futures. */
  digest(): string {
    return stateDigest(this.timeline);
  }

  private runToStep(step: number, time: number): void {
    while (this.timeline.step < step) {
      if (!this.timeline.runNext(time)) {
        throw new SessionFileError(
          say`The session cannot be replayed: step ${this.timeline.step + 1} never comes. The file was changed, or saved by another version of Orrery.`,
        );
      }
    }
    this.timeline.wait(time);
  }
}

function parseSessionFile(text: string): SessionFile {
  let file: Partial<SessionFile>;
  try {
    file = JSON.parse(text) as Partial<SessionFile>;
  } catch (error) {
    throw new SessionFileError(
      say`This is not a session file: it is no valid JSON (${(error as Error).message}). Choose a file that Orrery saved.`,
    );
  }
  if (file === null || typeof file !== 'object' || file.format !== 'orrery-session') {
    throw new SessionFileError(
      say`This is not a session file: "format" is not "orrery-session". Choose a file that Orrery saved.`,
    );
  }
  if (file.version !== 1) {
    throw new SessionFileError(
      say`This session file has version ${String(file.version)}; this Orrery reads version 1. Update Orrery.`,
    );
  }
  const { config, inputs, end } = file;
  if (
    !config ||
    !Array.isArray(config.machines) ||
    !Array.isArray(inputs) ||
    typeof end?.step !== 'number' ||
    typeof end.time !== 'number'
  ) {
    throw new SessionFileError(
      say`This session file is damaged: "config", "inputs" or "end" is missing. Use an older copy of it.`,
    );
  }
  return file as SessionFile;
}
