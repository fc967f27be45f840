import { say } from '../sentence.ts';
import type { Session } from '../sim/session.ts';
import type { Move, Place } from './messages.ts';
import { ProblemError } from './problem.ts';
import { lastVersion } from './steps.ts';
import { isCommandRunning } from './terminal.ts';
import type { BranchView, Point } from './views.ts';

/** Before the cluster can settle, a command gets its time; one that only watches has none of its own. */
const COMMAND_LIMIT = 10_000;

/** One line of history. `shown` is where the window looks; undefined: at the head, whatever happens. */
export interface Branch {
  readonly id: string;
  readonly name: string;
  readonly parent?: string;
  readonly forkedAt: number;
  readonly session: Session;
  shown?: number;
  /** Virtual time shown while history is played back; it may stand between two steps. */
  shownTime?: number;
}

/** The branches of a session side by side, and the place the window looks at. */
export class Workspace {
  readonly branches: Branch[];
  current: Branch;
  private count: number;

  constructor(branches: readonly Branch[], current: Branch) {
    this.branches = [...branches];
    this.current = current;
    this.count = Math.max(...branches.map((branch) => Number(branch.id)));
  }

  static of(session: Session): Workspace {
    const branch = { id: '1', name: '', forkedAt: 0, session };
    return new Workspace([branch], branch);
  }

  get session(): Session {
    return this.current.session;
  }

  /** The step looked at. */
  get step(): number {
    return this.current.shown ?? this.session.head.step;
  }

  get isCommandRunning(): boolean {
    return isCommandRunning(this.session.moment());
  }

  /** Nothing is under way at the head: neither in the cluster nor in the terminal. */
  get isSettled(): boolean {
    return this.session.isSettled && !this.isCommandRunning;
  }

  get isAtHead(): boolean {
    return this.current.shown === undefined;
  }

  get shown(): Point {
    const { step } = this;
    if (this.isAtHead) return this.session.head;
    return { step, time: this.current.shownTime ?? this.session.moment(step).time };
  }

  views(): BranchView[] {
    return this.branches.map(({ id, name, parent, forkedAt, session }) => ({
      id,
      name,
      ...(parent === undefined ? {} : { parent }),
      forkedAt,
      head: session.head,
      isCurrent: id === this.current.id,
    }));
  }

  switchTo(id: string): void {
    const branch = this.branches.find((candidate) => candidate.id === id);
    if (!branch) throw new ProblemError({ message: say`there is no branch ${id}` });
    this.current = branch;
  }

  /** A branch of its own from the shown moment, and the one to look at from now on. */
  fork(name = ''): Branch {
    const { step } = this;
    const time = this.isAtHead ? undefined : this.current.shownTime;
    const session = this.isAtHead ? this.session.fork() : this.session.fork(step, time);
    const branch: Branch = { id: String(++this.count), name, parent: this.current.id, forkedAt: step, session };
    this.branches.push(branch);
    this.current = branch;
    return branch;
  }

  /** Looks at a step; at the last one the window follows the head from then on. */
  look(step: number, time?: number): void {
    const { head } = this.session;
    const bounded = Math.max(Math.min(step, head.step), 0);
    const isHead = bounded === head.step && (time === undefined || time >= head.time);
    this.current.shown = isHead ? undefined : bounded;
    this.current.shownTime = isHead ? undefined : time;
  }

  seek(place: Place): void {
    if (place.kind === 'time') this.look(this.session.stepAt(place.time), place.time);
    else this.look(this.stepOf(place));
  }

  private stepOf(place: Exclude<Place, { kind: 'time' }>): number {
    switch (place.kind) {
      case 'step':
        return place.step;
      case 'by':
        return this.step + place.steps;
      case 'head':
        return this.session.head.step;
      case 'change': {
        const version = lastVersion(this.session, place.object, this.step);
        if (!version)
          throw new ProblemError({ message: say`${place.object.name} has not existed up to step ${this.step}` });
        return version.step;
      }
    }
  }

  /** Moves forward: through what is already history as far as it goes, then by making more. Tells whether it settled. */
  move(move: Move): boolean {
    switch (move.kind) {
      case 'step':
        if (this.isAtHead) this.session.step();
        else this.look(this.step + 1);
        break;
      case 'turn':
        this.turn(move.component);
        break;
      case 'advance':
        this.advance(move.milliseconds);
        break;
      case 'settle':
        this.look(this.session.head.step);
        this.session.until(() => !this.isCommandRunning, COMMAND_LIMIT);
        return this.session.settle(move.limit);
    }
    return this.isSettled;
  }

  advance(milliseconds: number): void {
    const { session } = this;
    const target = this.shown.time + milliseconds;
    if (target < session.head.time) {
      this.look(session.stepAt(target), target);
      return;
    }
    this.look(session.head.step);
    if (target > session.head.time) session.advance(target - session.head.time);
  }

  private turn(component: string): void {
    const later = this.session.trace(this.step + 1).find((record) => record.component === component);
    if (later) {
      this.look(later.step);
      return;
    }
    this.look(this.session.head.step);
    this.session.turnOf(component);
  }
}
