import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createSession, loadSession } from '../../engine/index.ts';
import { EngineHost } from '../../engine/protocol/engine-host.ts';
import type { EngineMessage, Notice, WindowMessage } from '../../engine/protocol/messages.ts';
import { english, type Text } from '../../engine/sentence.ts';
import { hostedLesson, lessons } from '../../lessons/index.ts';
import { Autosave } from './autosave.ts';
import { ClientDoor } from './client-door.ts';

/** How often a playing session moves, and how often it is saved meanwhile; real milliseconds. */
const TICK = 30;
const SAVE_WHILE_PLAYING = 1000;

/** Requests that change nothing worth saving. */
const LOOKS =
  /^(lesson\.(list|read|check|predict)|session\.(save|digest)|branch\.list|object\.(get|versions)|trace\.|agenda\.|schema\.|rows\.|terminal\.complete)/;

/**
 * An engine in a Node process: one host, a clock that drives it, and a file that always holds what the learner has done.
 * The file is written before a request is answered, so that killing the process at any moment loses nothing.
 */
export class HostedEngine {
  private readonly host: EngineHost;
  private readonly autosave: Autosave;
  private readonly door: ClientDoor;
  private readonly clock: ReturnType<typeof setInterval>;
  private listener: (message: EngineMessage) => void = () => {};
  private held: EngineMessage[] | undefined;
  private isMoving = false;
  /** What the first window has to be told: the session of last time could not be opened. */
  private notice: Notice | undefined;

  constructor(path: string) {
    // The cluster of the app can be reached by others: its keys are nobody's to guess.
    const keySecret = randomBytes(32).toString('hex');
    this.autosave = new Autosave(path);
    this.door = new ClientDoor(join(dirname(path), 'kubeconfig'), () => this.host.changed());
    this.host = new EngineHost({
      create: (options) => createSession({ notices: true, ...options, keySecret }),
      load: loadSession,
      lessons: lessons.map(hostedLesson),
      emit: (message) => this.emit(message),
    });
    this.reopen();
    let last = performance.now();
    let saved = last;
    this.clock = setInterval(() => {
      const now = performance.now();
      this.host.tick(now - last, this.door.isAwaited);
      this.door.follow(this.host.session);
      last = now;
      if (this.isMoving && now - saved > SAVE_WHILE_PLAYING) {
        saved = now;
        this.isMoving = false;
        this.autosave.write(this.host.save());
      }
    }, TICK);
  }

  listen(listener: (message: EngineMessage) => void): void {
    this.listener = listener;
  }

  receive(message: WindowMessage): void {
    if (message.method === 'clients.connect') {
      void this.connect(message.id);
      return;
    }
    this.answer(message);
    this.door.follow(this.host.session);
    const { notice } = this;
    this.notice = undefined;
    if (notice) this.listener({ event: 'notice', notice });
  }

  private async connect(id: number): Promise<void> {
    try {
      this.listener({ id, result: await this.door.connect(this.host.session) });
    } catch (error) {
      this.listener({ id, error: { message: error instanceof Error ? error.message : String(error) } });
    }
  }

  private answer(message: WindowMessage): void {
    if (LOOKS.test(message.method)) {
      this.host.receive(message);
      return;
    }
    this.held = [];
    try {
      this.host.receive(message);
      this.autosave.write(this.host.save());
    } finally {
      const held = this.held;
      this.held = undefined;
      for (const answer of held) this.listener(answer);
    }
  }

  close(): void {
    clearInterval(this.clock);
    this.door.close();
    this.autosave.write(this.host.save());
  }

  private emit(message: EngineMessage): void {
    if (this.held) this.held.push(message);
    else {
      if ('event' in message) this.isMoving = true;
      this.listener(message);
    }
  }

  /** Goes on where the learner left off. What cannot be opened is kept next to a fresh start. */
  private reopen(): void {
    const text = this.autosave.read();
    if (text === undefined) return;
    let problem: Text | undefined;
    const answers = this.listener;
    this.listener = (message) => {
      if ('error' in message) problem = message.error.message;
    };
    this.host.receive({ id: 0, method: 'session.load', params: { text } });
    this.listener = answers;
    if (problem === undefined) return;
    const path = this.autosave.setAside();
    console.error(`${english(problem)} It was kept as ${path}.`);
    this.notice = { code: 'set-aside', values: { path, problem } };
  }
}
