import { type FakeTurn, fakeTurn } from '../sim/testing.ts';
import type { Credentials } from './credentials.ts';
import type { Host } from './host.ts';
import { createMachine, handleProcessTask, type MachineSettings, signal, spawn, writeInput } from './machine.ts';

/** A machine on a fake turn with a clock that a test moves: what was printed, and how processes ended. */
export class TestMachine {
  readonly turn: FakeTurn;
  stdout = '';
  stderr = '';
  readonly ended: { readonly label: string; readonly status: number; readonly signal?: string }[] = [];
  readonly host: Host;

  constructor(
    image = 'docker.io/library/busybox:1.36',
    host: Partial<Host> = {},
    settings: Partial<MachineSettings> = {},
  ) {
    this.turn = fakeTurn({ component: 'containerd/node-1' });
    this.host = {
      output: (_turn, _process, stream, text) => {
        this[stream] += text;
      },
      exited: (_turn, process, status, signal) => {
        this.ended.push({ label: process.label, status, ...(signal === undefined ? {} : { signal }) });
      },
      ...host,
    };
    createMachine(this.turn, { id: 'm', hostname: 'test', image, address: '10.244.0.5', ...settings });
  }

  spawn(
    argv: readonly string[],
    more: {
      readonly stdin?: boolean;
      readonly label?: string;
      readonly environment?: Record<string, string>;
      readonly credentials?: Credentials;
    } = {},
  ): number | { readonly error: string } {
    const environment = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      ...more.environment,
    };
    return spawn(this.turn, this.host, 'm', {
      argv,
      environment,
      directory: '/',
      label: more.label ?? 'main',
      ...(more.credentials === undefined ? {} : { credentials: more.credentials }),
      ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
    });
  }

  signal(name: string, pid = 1): boolean {
    return signal(this.turn, this.host, 'm', pid, name);
  }

  type(text: string, pid = 1): void {
    writeInput(this.turn, this.host, 'm', pid, text);
  }

  /** Lets virtual time pass: tasks that come due are run in order. */
  pass(milliseconds: number): void {
    const until = this.turn.now + milliseconds;
    for (;;) {
      const due = this.turn.agenda
        .map((item) => ({ item, at: this.at(item.handle, item.delay) }))
        .filter(({ at }) => at <= until);
      due.sort((left, right) => left.at - right.at || left.item.handle - right.item.handle);
      const first = due[0];
      if (first === undefined) break;
      this.turn.now = Math.max(first.at, this.turn.now);
      this.turn.cancel(first.item.handle);
      handleProcessTask(this.turn, this.host, first.item.task);
    }
    this.turn.now = until;
  }

  private readonly starts = new Map<number, number>();

  private at(handle: number, delay: number): number {
    const start = this.starts.get(handle) ?? this.turn.now;
    this.starts.set(handle, start);
    return start + delay;
  }
}

/** Runs a command line in a fresh container to its end, at most a virtual hour. */
export function shell(
  line: string,
  image?: string,
): { readonly out: string; readonly err: string; readonly status: number | undefined } {
  const machine = new TestMachine(image);
  machine.spawn(['sh', '-c', line]);
  machine.pass(3_600_000);
  return { out: machine.stdout, err: machine.stderr, status: machine.ended[0]?.status };
}
