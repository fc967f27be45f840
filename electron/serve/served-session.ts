import type { ApiRequest, ApiResponse, Json, Session, Task } from '../../engine/index.ts';
import { failure } from './failure.ts';

/** The server's answer to an outside client, or why there was none. */
export type Answer = ApiResponse | { readonly unreachable: string };

/** Hears what comes on one stream, in order: the tasks `stream` of the client's component. */
export type StreamListener = (task: Task) => void;

/** How virtual time moves: so many times faster than real time, not by itself (0), or as fast as the machine can while something is under way. */
export type Speed = number | 'max';

/** How often time is moved on, how long one go may take, and how far time may fall behind; real milliseconds. */
const TICK = 10;
const BUDGET = 25;
const MOST_DEBT = 1000;

/** Virtual milliseconds between two looks at the clock. */
const SLICE = 10;

/**
 * A session whose requests come from outside and whose clock is driven by real time. What clients say becomes an input
 * of the session; what the cluster sends them is read off the trace after every move.
 */
export class ServedSession {
  session: Session;
  speed: Speed;
  /** How often something has gone to or fro between the cluster and its clients. */
  exchanges = 0;
  /** Whether somebody waits for a program in the cluster: exec, attach, port-forward. */
  get isAwaited(): boolean {
    return this.awaited.size > 0;
  }

  /** Streams that clients have open. */
  get openStreams(): number {
    return this.listeners.size;
  }

  /** What each client showed last. */
  private readonly certificates = new Map<string, string>();
  private readonly awaited = new Set<number>();
  private readonly listeners = new Map<number, StreamListener>();
  private seen: number;
  private debt = 0;
  private last = performance.now();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session, speed: Speed) {
    this.session = session;
    this.speed = speed;
    this.seen = session.head.step;
  }

  /** Lets real time drive the cluster until `stop`. */
  start(): void {
    this.last = performance.now();
    const tick = (): void => {
      this.move();
      this.timer = setTimeout(tick, this.isHurrying ? 0 : TICK);
    };
    this.timer = setTimeout(tick, 0);
  }

  /** Goes over to another session; who is connected is cut off. */
  follow(session: Session): void {
    if (session === this.session) return;
    const cut = [...this.listeners];
    this.listeners.clear();
    this.awaited.clear();
    this.certificates.clear();
    this.session = session;
    this.seen = session.head.step;
    for (const [stream, listener] of cut) listener({ kind: 'stream', stream, closed: true });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  request(client: string, request: ApiRequest): Answer {
    const answer = this.input(client, this.taskOf(client, request)) as Answer;
    if ('code' in answer && answer.code === 101 && answer.stream !== undefined) this.awaited.add(answer.stream);
    return answer;
  }

  /** A certificate that the client has shown before is not told again. */
  private taskOf(client: string, request: ApiRequest): Task {
    const { clientCertificate, ...rest } = request;
    const isSame = clientCertificate !== undefined && this.certificates.get(client) === clientCertificate;
    if (isSame) return { kind: 'request', request: rest as unknown as Json, sameCertificate: true };
    if (clientCertificate !== undefined) this.certificates.set(client, clientCertificate);
    return { kind: 'request', request: request as unknown as Json };
  }

  /** Says more on an open stream. */
  say(client: string, stream: number, said: Readonly<Record<string, Json>>): ApiResponse | null {
    return this.input(client, { kind: 'say', stream, ...said }) as ApiResponse | null;
  }

  listen(stream: number, listener: StreamListener): void {
    this.listeners.set(stream, listener);
  }

  /** The client is gone; it hangs up. */
  hangUp(client: string, stream: number): void {
    this.awaited.delete(stream);
    if (this.listeners.delete(stream)) this.say(client, stream, { close: true });
  }

  /** Moves the session by hand and hands out what comes of it. */
  act<T>(move: (session: Session) => T): T {
    const result = move(this.session);
    this.handOut();
    return result;
  }

  /** Called after a client has done something. */
  onInput: () => void = () => {};

  private input(client: string, task: Task): unknown {
    const component = `client/${client}`;
    this.exchanges++;
    const record = this.session.input(component, task);
    const answer =
      record.failure === undefined
        ? this.session.moment().memory(component).get('answer')
        : failure(500, 'InternalError', `Internal error occurred: ${record.failure}`);
    this.handOut();
    this.onInput();
    return answer;
  }

  /** Catches up with real time, as far as one go may take. */
  private move(): void {
    const now = performance.now();
    const speed = this.speed === 'max' ? 1 : this.speed;
    this.debt = Math.min(this.debt + (now - this.last) * speed, MOST_DEBT * Math.max(1, speed));
    this.last = now;
    while ((this.debt >= 1 || this.isHurrying) && performance.now() - now < BUDGET) {
      const slice = this.isHurrying ? SLICE : Math.min(SLICE, Math.floor(this.debt));
      this.session.advance(slice);
      this.debt = Math.max(0, this.debt - slice);
    }
    this.handOut();
  }

  /** At full speed only what is under way is hurried: an idle cluster would run away by years. */
  private get isHurrying(): boolean {
    return this.speed === 'max' && (!this.session.isSettled || this.isAwaited);
  }

  handOut(): void {
    const { step } = this.session.head;
    if (step === this.seen) return;
    const records = this.session.trace(this.seen + 1, step);
    this.seen = step;
    for (const { component, task } of records) {
      if (task.kind !== 'stream' || !component.startsWith('client/')) continue;
      const stream = task.stream as number;
      const listener = this.listeners.get(stream);
      this.exchanges++;
      if (task.closed === true) {
        this.listeners.delete(stream);
        this.awaited.delete(stream);
      }
      listener?.(task);
    }
  }
}
