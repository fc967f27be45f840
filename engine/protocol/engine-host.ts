import { accessDecisions } from '../apiserver/authorization/access-decisions.ts';
import type { ClusterOptions } from '../config.ts';
import { decisionRecord } from '../scheduler/decision-record.ts';
import { say } from '../sentence.ts';
import type { Session } from '../sim/session.ts';
import { complete } from './completion.ts';
import { editorSchema } from './json-schema.ts';
import type { HostedLesson } from './lesson-library.ts';
import { applyManifest, deleteObject } from './manifest.ts';
import type { EngineMessage, Fault, MethodName, Params, Result, WindowMessage } from './messages.ts';
import { objectView } from './object-view.ts';
import { ProblemError, problemOf } from './problem.ts';
import { causesOf, lastVersion, stepView, taskName, versionsOf } from './steps.ts';
import { fileText, INTERRUPT, isCommandRunning, WORKSTATION } from './terminal.ts';
import { Updates } from './updates.ts';
import type { AgendaView } from './views.ts';
import { Workspace } from './workspace.ts';
import { openWorkspace, saveWorkspace } from './workspace-file.ts';

/** What the host is given by its surroundings: how sessions are made, the lessons, and where messages go. */
export interface HostOptions {
  readonly create: (options?: ClusterOptions) => Session;
  readonly load: (text: string) => Session;
  readonly lessons: readonly HostedLesson[];
  readonly emit: (message: EngineMessage) => void;
}

type Handlers = { readonly [M in MethodName]: (params: Params<M>) => Result<M> };

/** Requests that only look: everything else is followed by an update. */
const QUERIES: ReadonlySet<MethodName> = new Set([
  'session.save',
  'session.digest',
  'clients.connect',
  'lesson.list',
  'lesson.read',
  'lesson.check',
  'lesson.predict',
  'branch.list',
  'object.get',
  'object.versions',
  'trace.window',
  'trace.why',
  'scheduling.explain',
  'access.explain',
  'agenda.list',
  'terminal.complete',
  'file.read',
  'schema.get',
]);

/** A trace window is cut to so many steps. */
const WINDOW_LIMIT = 2_000;

/**
 * The engine's end of the protocol: requests come in through `receive`, answers and updates go out through `emit`. It
 * has no clock of its own: while something plays, whoever hosts it calls `tick` every few milliseconds.
 */
export class EngineHost {
  private readonly options: HostOptions;
  private readonly updates: Updates;
  private readonly handlers: Handlers;
  private workspace: Workspace;
  private lesson: string | undefined;
  private speed = 1;
  private isPlaying = false;
  private holdsCommands = false;
  private isFollowing = false;

  constructor(options: HostOptions) {
    this.options = options;
    this.updates = new Updates(options.emit);
    this.workspace = Workspace.of(options.create());
    this.handlers = this.handlersByMethod();
  }

  /** Takes one message of the window and answers it. A request that fails changes nothing and is answered by a problem. */
  receive(message: unknown): void {
    const { id, method, params } = message as WindowMessage;
    const handler = this.handlers[method] as ((params: unknown) => unknown) | undefined;
    try {
      if (!handler) throw new ProblemError({ message: say`unknown method ${String(method)}` });
      const result = handler(params);
      if (!QUERIES.has(method)) this.update();
      this.options.emit({ id, result });
    } catch (error) {
      if (!QUERIES.has(method)) this.update();
      this.options.emit({ id, error: problemOf(error) });
    }
  }

  /** The session that the window works on: for clients from outside, who come in at its head. */
  get session(): Session {
    return this.workspace.session;
  }

  /** Somebody else has done something to the session: the window is told. */
  changed(): void {
    this.update();
  }

  /**
   * Real time has passed: whatever plays moves on, by so much virtual time as the speed says. `isAwaited`: somebody
   * outside waits for a program in the cluster.
   */
  tick(realElapsed: number, isAwaited = false): void {
    if (!this.isPlaying && !this.isFollowing && !isAwaited) return;
    if (this.isPlaying || isAwaited || !this.workspace.isAtHead) this.workspace.advance(realElapsed * this.speed);
    else this.workspace.session.until((session) => !isCommandRunning(session.moment()), realElapsed * this.speed);
    if (this.isFollowing && !this.workspace.isCommandRunning) this.isFollowing = false;
    this.update();
  }

  /** Everything there is, as a file: for whoever keeps it on a disk. */
  save(): string {
    return saveWorkspace(this.workspace, this.lesson);
  }

  private update(): void {
    this.updates.push(this.workspace, {
      ...(this.lesson === undefined ? {} : { lesson: this.lesson }),
      isPlaying: this.isPlaying,
      isRunning: this.isPlaying || this.isFollowing,
      speed: this.speed,
      holdsCommands: this.holdsCommands,
    });
  }

  private replace(workspace: Workspace, lesson?: string): void {
    this.workspace = workspace;
    this.lesson = lesson;
    this.isPlaying = false;
    this.isFollowing = false;
    this.updates.reset();
  }

  /** What comes from outside comes in at the head. Where the past is shown, it begins a branch of its own. */
  private input(
    component: string,
    task: { readonly kind: string; readonly [field: string]: string | number | undefined },
  ): void {
    this.continueFromShown();
    this.workspace.session.input(component, task);
  }

  private continueFromShown(): void {
    if (this.workspace.isAtHead) return;
    const { step } = this.workspace;
    this.workspace.fork();
    this.options.emit({ event: 'notice', notice: { code: 'forked', values: { step } } });
  }

  private lessonOf(id: string): HostedLesson {
    const lesson = this.options.lessons.find((candidate) => candidate.id === id);
    if (!lesson) throw new ProblemError({ message: say`there is no lesson ${id}` });
    return lesson;
  }

  private handlersByMethod(): Handlers {
    return {
      ...this.sessionHandlers(),
      ...this.lessonHandlers(),
      ...this.timeHandlers(),
      ...this.viewHandlers(),
      ...this.inputHandlers(),
    };
  }

  private sessionHandlers() {
    return {
      'session.create': ({ options }: Params<'session.create'>) => {
        this.replace(Workspace.of(this.options.create(options)));
        return null;
      },
      'session.load': ({ text }: Params<'session.load'>) => {
        const { workspace, lesson } = openWorkspace(text, this.options.load);
        this.replace(workspace, lesson);
        return null;
      },
      'session.save': () => ({ text: this.save() }),
      'clients.connect': (): Result<'clients.connect'> => {
        throw new ProblemError({
          message: say`a page cannot offer its cluster to other programs: start Orrery on this machine`,
        });
      },
      'session.digest': () => ({ digest: this.workspace.session.digest() }),
    } satisfies Partial<Handlers>;
  }

  private lessonHandlers() {
    return {
      'lesson.list': () => ({
        lessons: this.options.lessons.map(({ id, title, summary, minutes }) => ({ id, title, summary, minutes })),
      }),
      'lesson.open': ({ id }: Params<'lesson.open'>) => {
        const lesson = this.lessonOf(id);
        const session = this.options.create(lesson.cluster);
        lesson.prepare?.(session);
        this.replace(Workspace.of(session), id);
        return textOf(lesson);
      },
      'lesson.read': ({ id }: Params<'lesson.read'>) => textOf(this.lessonOf(id)),
      'lesson.check': ({ id, check }: Params<'lesson.check'>) => {
        const { isAtHead, session, step } = this.workspace;
        return this.lessonOf(id).check(check, isAtHead ? session : session.fork(step));
      },
      'lesson.predict': ({ id, prediction, choice }: Params<'lesson.predict'>) =>
        this.lessonOf(id).predict(prediction, choice, this.workspace.session.fork(this.workspace.step)),
    } satisfies Partial<Handlers>;
  }

  private timeHandlers() {
    return {
      move: (move: Params<'move'>) => {
        const before = this.workspace.step;
        const isSettled = this.workspace.move(move);
        return { steps: this.workspace.step - before, isSettled };
      },
      play: ({ speed }: Params<'play'>) => {
        this.speed = speed;
        this.isPlaying = true;
        return null;
      },
      pause: () => {
        this.isPlaying = false;
        this.isFollowing = false;
        return null;
      },
      hold: ({ holds }: Params<'hold'>) => {
        this.holdsCommands = holds;
        if (holds) this.isFollowing = false;
        return null;
      },
      seek: (place: Params<'seek'>) => {
        this.isPlaying = false;
        this.isFollowing = false;
        this.workspace.seek(place);
        return { step: this.workspace.step };
      },
      'branch.list': () => ({ branches: this.workspace.views() }),
      'branch.fork': ({ name }: Params<'branch.fork'>) => ({ id: this.workspace.fork(name).id }),
      'branch.switch': ({ id }: Params<'branch.switch'>) => {
        this.isPlaying = false;
        this.isFollowing = false;
        this.workspace.switchTo(id);
        return null;
      },
    } satisfies Partial<Handlers>;
  }

  private viewHandlers() {
    const at = () => ({ session: this.workspace.session, step: this.workspace.step });
    return {
      'rows.subscribe': ({ resources }: Params<'rows.subscribe'>) => {
        this.updates.subscribe(resources);
        return null;
      },
      'object.get': ({ object, step }: Params<'object.get'>) => objectView(at().session, object, step ?? at().step),
      'object.versions': ({ object }: Params<'object.versions'>) => ({
        versions: versionsOf(at().session, object, at().step),
      }),
      'trace.window': ({ from, to }: Params<'trace.window'>) => {
        const { session } = at();
        const first = Math.max(1, from, to - WINDOW_LIMIT + 1);
        return { steps: session.trace(first, to).map((record) => stepView(session, record)) };
      },
      'trace.why': ({ object, step }: Params<'trace.why'>) => {
        const { session, step: shown } = at();
        const from = object ? lastVersion(session, object, step ?? shown)?.step : step;
        return { chain: from === undefined ? [] : causesOf(session, from) };
      },
      'scheduling.explain': ({ object }: Params<'scheduling.explain'>) => {
        const { session, step } = at();
        return decisionRecord(session, object.namespace, object.name, step) ?? null;
      },
      'access.explain': ({ object }: Params<'access.explain'>) => ({
        decisions: accessDecisions(at().session, object, at().step),
      }),
      'agenda.list': () => ({ items: agendaOf(at().session, at().step) }),
      'terminal.complete': ({ line }: Params<'terminal.complete'>) => complete(at().session.moment(at().step), line),
      'file.read': ({ path }: Params<'file.read'>) => ({ text: fileText(at().session.moment(at().step), path) }),
      'schema.get': () => ({ schema: editorSchema() }),
    } satisfies Partial<Handlers>;
  }

  private inputHandlers() {
    return {
      fault: (fault: Fault) => {
        this.input('world', fault);
        return null;
      },
      'object.delete': ({ object }: Params<'object.delete'>) => {
        this.continueFromShown();
        deleteObject(this.workspace.session, object);
        return null;
      },
      'manifest.apply': ({ text }: Params<'manifest.apply'>) => {
        this.continueFromShown();
        return applyManifest(this.workspace.session, text);
      },
      'terminal.type': ({ text, holds }: Params<'terminal.type'>) => {
        this.input(WORKSTATION, { kind: 'type', text });
        this.isFollowing = !(holds ?? this.holdsCommands);
        return null;
      },
      'file.write': ({ path, text }: Params<'file.write'>) => {
        this.input(WORKSTATION, { kind: 'write-file', path, text });
        return null;
      },
      'terminal.interrupt': () => {
        this.input(WORKSTATION, { kind: 'type', text: INTERRUPT });
        this.isFollowing = !this.holdsCommands;
        return null;
      },
      'terminal.resize': ({ columns, rows }: Params<'terminal.resize'>) => {
        if (this.workspace.isAtHead) this.workspace.session.input(WORKSTATION, { kind: 'resize', columns, rows });
        return null;
      },
    } satisfies Partial<Handlers>;
  }
}

function textOf({ id, title, summary, minutes, text, files, solution }: HostedLesson): Result<'lesson.read'> {
  return { id, title, summary, minutes, text, files, solution };
}

function agendaOf(session: Session, step: number): AgendaView[] {
  return session
    .moment(step)
    .agenda()
    .map(({ at, component, task, background, cause }) => ({
      at,
      component,
      task: taskName(task),
      isBackground: background,
      cause,
    }));
}
