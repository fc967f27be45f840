import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { ROOT } from './credentials.ts';
import { closeCall, release, writeCall } from './descriptors.ts';
import { Draft, type StreamCell } from './draft.ts';
import { executable } from './executable.ts';
import type { Host } from './host.ts';
import { machineCellName } from './machine-cell.ts';
import { machineOfPacket, receivePacket } from './network.ts';
import { perform, timeOver } from './perform.ts';
import type { Neighbour } from './pid-namespace.ts';
import type { Process, ProgramState } from './process.ts';
import type { Program, StepResult, Syscall } from './program.ts';
import { PROGRAMS } from './programs.ts';
import { chargeCalls, chargeTime } from './resources.ts';
import { stepProgram } from './script.ts';
import { HARMLESS, SIGNALS } from './signals.ts';
import type { SpawnRequest } from './spawn-request.ts';

/** Calls of all processes of a machine in one turn; what goes on after that is put off. */
const CALLS_PER_TURN = 20_000;

/** Virtual milliseconds that a slice of endless computing takes. */
const SLICE = 100;

/** Runs the processes of one machine within one turn. */
export class Kernel {
  private readonly draft: Draft;
  private readonly runnable: { readonly pid: number; readonly answer: unknown }[] = [];
  private calls = 0;

  constructor(turn: Turn, host: Host, machine: string) {
    this.draft = new Draft(turn, host, machine);
  }

  /** The machine a task belongs to; undefined when it is gone. */
  static machineOfTask(turn: Turn, task: Task): string | undefined {
    const machine =
      task.kind === 'packet'
        ? machineOfPacket(turn, task)
        : task.kind === 'stream'
          ? turn.memory.get<StreamCell>(`stream/${task['stream'] as number}`)?.machine
          : (task['machine'] as string);
    return machine !== undefined && turn.memory.get(machineCellName(machine)) !== undefined ? machine : undefined;
  }

  /** Starts a process for the machine's owner. */
  start(request: SpawnRequest): number | { readonly error: string } {
    const { draft } = this;
    const found = executable(draft, request.argv, request.environment['PATH'], request.directory);
    if ('error' in found) return { error: startError(request.argv[0] ?? '', found.error) };
    const terminal = request.terminal !== undefined;
    const stdout = draft.addOpen({ kind: 'output', label: request.label, stream: 'stdout', terminal });
    const stdin = draft.addOpen(
      request.stdin === true ? { kind: 'input', text: '', closed: false, terminal } : { kind: 'null' },
    );
    const stderr = draft.addOpen({
      kind: 'output',
      label: request.label,
      stream: terminal ? 'stdout' : 'stderr',
      terminal,
    });
    const { environment, directory } = request;
    const { argv } = found;
    const invocation =
      request.terminal === undefined
        ? { argv, environment, directory }
        : { argv, environment, directory, terminal: request.terminal };
    const pid = draft.nextPid;
    draft.add({
      pid,
      parent: 0,
      group: pid,
      label: request.label,
      credentials: request.credentials ?? ROOT,
      started: draft.turn.now,
      invocation,
      descriptors: { 0: stdin, 1: stdout, 2: stderr },
      state: initialState(this.program(found.program), found.program),
      blocked: undefined,
      caught: this.caught(found.program),
      ignored: [],
      pending: [],
    });
    this.runnable.push({ pid, answer: null });
    return pid;
  }

  /** Starts a child; its first step comes when its parent sleeps. */
  adopt(child: Process): void {
    this.draft.add({
      ...child,
      caught: child.state.kind === 'steps' && child.state.begun ? child.caught : this.caught(child.state.program),
    });
    this.runnable.push({ pid: child.pid, answer: null });
  }

  program(name: string): Program {
    const program = this.draft.host.programs?.[name] ?? PROGRAMS[name];
    if (program === undefined) throw new Error(`no program ${name}`);
    return program;
  }

  /** Ends a process by a signal, or hands it the signal. */
  signal(pid: number, name: string): boolean {
    const process = this.draft.process(pid);
    if (process === undefined || process.ended !== undefined) return false;
    if (name === 'EXIT' || (process.ignored.includes(name) && name !== 'KILL')) return true;
    if (name === 'KILL') {
      this.end(pid, 137, name);
    } else if (process.caught.includes(name)) {
      this.draft.put({ ...process, pending: [...process.pending, name] });
      this.interrupt(pid, name);
    } else if (pid !== 1 && !HARMLESS.includes(name)) {
      this.end(pid, 128 + (SIGNALS[name] ?? 0), name);
    }
    return true;
  }

  /** Signals a process of another machine in the same namespace, once this one has come to rest. */
  signalNeighbour({ machine: { id }, process, own }: Neighbour, name: string): void {
    const { draft } = this;
    const pid = own ?? process.pid;
    draft.later(() => {
      if (draft.turn.memory.get(machineCellName(id)) === undefined) return;
      const kernel = new Kernel(draft.turn, draft.host, id);
      kernel.signal(pid, name);
      kernel.rest();
    });
  }

  endOutOfMemory(): void {
    const { draft } = this;
    draft.machine = { ...draft.machine, isOutOfMemory: true };
    const first = draft.process(draft.machine.firstPid ?? 1);
    if (first !== undefined && first.ended === undefined) this.end(first.pid, 137, 'KILL');
    for (const other of draft.all()) if (other.ended === undefined) this.end(other.pid, 137, 'KILL');
  }

  interrupt(pid: number, name: string): void {
    const blocked = this.draft.process(pid)?.blocked;
    if (blocked === undefined) return;
    const { call } = blocked;
    if (call.call === 'wait' && call.interruptible === true) this.wake(pid, { reaped: [], interrupted: name });
    else if (call.call === 'read' || call.call === 'accept' || call.call === 'select' || call.call === 'sleep')
      this.wake(pid, null);
  }

  /** The foreground processes of the terminal get a signal: Ctrl-C. */
  signalForeground(name: string): void {
    const group = this.draft.machine.foreground;
    for (const process of this.draft.all()) if (process.group === group) this.signal(process.pid, name);
  }

  input(pid: number, text: string, close: boolean): void {
    const { draft } = this;
    const number = draft.process(pid)?.descriptors[0];
    const open = draft.open(number);
    if (number === undefined || open?.kind !== 'input') return;
    draft.setOpen(number, { ...open, text: open.text + text, closed: open.closed || close });
  }

  handle(task: Task): void {
    const { draft } = this;
    if (task.kind === 'packet') {
      receivePacket(draft, task);
    } else if (task.kind === 'stream') {
      const key = `stream/${task['stream'] as number}`;
      const cell = draft.turn.memory.get<StreamCell>(key) as StreamCell;
      const chunks = task['chunk'] === undefined ? cell.chunks : [...cell.chunks, task['chunk']];
      draft.turn.memory.set(key, { ...cell, chunks, closed: cell.closed || task['closed'] === true });
      draft.stirred = true;
    } else {
      const pid = task['pid'] as number;
      const process = draft.process(pid);
      if (process?.blocked === undefined || process.blocked.sequence !== task['sequence']) return;
      if (process.blocked.postponed !== true) {
        this.runnable.push({ pid, answer: timeOver(draft, process) });
        return;
      }
      const outcome = perform(
        draft,
        this,
        draft.put({ ...process, blocked: undefined }),
        process.blocked.call,
        undefined,
      );
      if (outcome !== undefined) this.runnable.push({ pid, answer: outcome.answer });
    }
  }

  /** Connects to a listener of this machine for a probe; see `exchange` of machine.ts. */
  exchange(listener: number, text: string): { readonly reply: string; readonly closed: boolean } | undefined {
    const { draft } = this;
    const open = draft.open(listener);
    if (open?.kind !== 'listener') return undefined;
    const socket = draft.addOpen({
      kind: 'socket',
      state: 'open',
      local: `${draft.machine.address}:${open.port}`,
      remote: 'probe:0',
      peer: { component: '', machine: '' },
      latency: 0,
      received: text,
      ended: true,
    });
    draft.setOpen(listener, { ...open, waiting: [...open.waiting, socket] });
    draft.probe = { open: socket, reply: '', closed: false };
    this.run();
    return { reply: draft.probe.reply, closed: draft.probe.closed };
  }

  /** Runs whatever can run, then writes the machine back and tells the owner. */
  rest(): void {
    this.run();
    if (this.calls > 0) chargeCalls(this.draft, this.calls);
    this.draft.flush();
  }

  private run(): void {
    const { draft } = this;
    do {
      for (let next = this.runnable.shift(); next !== undefined; next = this.runnable.shift())
        this.advance(next.pid, next.answer);
      if (draft.stirred) {
        draft.stirred = false;
        for (const process of draft.all()) this.retry(process.pid);
      }
    } while (this.runnable.length > 0 || draft.stirred);
  }

  /** Tries the call again that a process sleeps in. */
  private retry(pid: number): void {
    const process = this.draft.process(pid);
    if (process?.blocked === undefined || process.blocked.postponed === true || process.ended !== undefined) return;
    if (this.runnable.some((entry) => entry.pid === pid)) return;
    const outcome = perform(this.draft, this, process, process.blocked.call, process.blocked);
    if (outcome !== undefined) this.wake(pid, outcome.answer);
  }

  private wake(pid: number, answer: unknown): void {
    const process = this.draft.process(pid) as Process;
    if (process.blocked?.timer !== undefined) this.draft.turn.cancel(process.blocked.timer);
    this.runnable.push({ pid, answer });
  }

  /** Lets a process run until it sleeps or ends. */
  private advance(pid: number, first: unknown): void {
    const { draft } = this;
    let answer = first;
    for (;;) {
      let process = draft.process(pid);
      if (process === undefined || process.ended !== undefined) return;
      const { pending } = process;
      const result = this.stepOf(process, answer);
      if (result === undefined) return;
      const { state } = result;
      process = draft.put(
        pending.length > 0
          ? { ...process, state, blocked: undefined, pending: [] }
          : { ...process, state, blocked: undefined },
      );
      if ('exit' in result) {
        this.end(pid, result.exit & 255);
        return;
      }
      const outcome =
        ++this.calls > CALLS_PER_TURN && result.call.call !== 'exec'
          ? this.putOff(process, result.call)
          : perform(draft, this, process, result.call, undefined);
      if (outcome === undefined) return;
      if (outcome.answer === 'EPIPE' && result.call.call === 'write' && !process.ignored.includes('PIPE')) {
        this.end(pid, 128 + 13, 'PIPE');
        return;
      }
      answer = outcome.answer;
    }
  }

  /** One step of its program. A fault in a program ends that program, as a signal would, and not the whole model. */
  private stepOf(process: Process, answer: unknown): StepResult<ProgramState> | undefined {
    try {
      const program = this.program(process.state.program);
      return stepProgram(program, process.state, process.invocation, answer, process.pending);
    } catch (error) {
      writeCall(this.draft, process, 2, `${process.invocation.argv[0]}: ${String(error)}\n`);
      this.end(process.pid, 128 + 11, 'SEGV');
      return undefined;
    }
  }

  /** A process that uses up the turn gives its call back and goes on later. */
  private putOff(process: Process, call: Syscall): undefined {
    const { draft } = this;
    const sequence = draft.sequence();
    const timer = draft.turn.after(
      chargeTime(draft, SLICE),
      { kind: 'process', machine: draft.machine.id, pid: process.pid, sequence },
      { background: true },
    );
    draft.put({ ...process, blocked: { call, timer, sequence, postponed: true } });
    return undefined;
  }

  /** A process has ended: everything it held is given back, its parent and the owner hear of it. */
  private end(pid: number, status: number, signal?: string): void {
    const { draft } = this;
    const process = draft.process(pid) as Process;
    if (process.blocked?.timer !== undefined) draft.turn.cancel(process.blocked.timer);
    draft.put({
      ...process,
      descriptors: {},
      blocked: undefined,
      ended: { status, ...(signal === undefined ? {} : { signal }) },
    });
    for (const number of new Set(Object.values(process.descriptors))) release(draft, number);
    this.closeStreams(pid);
    for (const other of draft.all()) {
      if (other.pid === pid || other.parent !== pid) continue;
      if (other.ended !== undefined) draft.remove(other.pid);
      else draft.put({ ...other, parent: 1 });
    }
    if (pid === draft.machine.firstPid)
      for (const other of draft.all()) if (other.ended === undefined) this.end(other.pid, 137, 'KILL');
    // Nobody outlives the first process of a PID namespace.
    if (pid === 1) for (const neighbour of draft.neighbours()) this.signalNeighbour(neighbour, 'KILL');
    this.giveTerminalBack(process);
    if (process.label !== undefined) {
      const { label } = process;
      draft.later(() => draft.host.exited(draft.turn, { machine: draft.machine.id, label, pid }, status, signal));
    }
    const parent = draft.process(process.parent);
    if (parent === undefined || parent.ended !== undefined || process.label !== undefined) draft.remove(pid);
    // Who waits goes on waiting: the end itself is what it waits for.
    else if (parent.caught.includes('CHLD')) draft.put({ ...parent, pending: [...parent.pending, 'CHLD'] });
    draft.stirred = true;
  }

  private giveTerminalBack(process: Process): void {
    const { draft } = this;
    if (draft.machine.foreground !== process.group) return;
    if (draft.all().some((other) => other.group === process.group && other.ended === undefined)) return;
    // The last one to end may be an orphan: `watch` dies of Ctrl-C before what it runs.
    const { giver, ...machine } = draft.machine;
    draft.machine = { ...machine, foreground: giver ?? draft.process(process.parent)?.group };
  }

  private closeStreams(pid: number): void {
    const { draft } = this;
    if (draft.host.sendToStream === undefined) return;
    for (const key of draft.turn.memory.keys('stream/')) {
      const cell = draft.turn.memory.get<StreamCell>(key) as StreamCell;
      if (cell.machine !== draft.machine.id || cell.pid !== pid) continue;
      if (!cell.closed) draft.host.sendToStream(draft.turn, Number(key.slice('stream/'.length)), { close: true });
      draft.turn.memory.delete(key);
    }
  }

  /** Closes descriptors of a process. */
  close(pid: number, fds: readonly number[]): void {
    closeCall(this.draft, pid, fds);
  }

  private caught(name: string): readonly string[] {
    const program = this.program(name);
    return 'steps' in program ? (program.steps.catches ?? []) : [];
  }
}

/** A program at its very beginning. */
export function initialState(program: Program, name: string): ProgramState {
  return 'script' in program
    ? { kind: 'script', program: name, begun: false, answers: null }
    : { kind: 'steps', program: name, begun: false, state: null };
}

/** As runc says it. */
function startError(name: string, error: string): string {
  if (!name.includes('/') && error === 'ENOENT') return `exec: "${name}": executable file not found in $PATH`;
  const text =
    error === 'ENOENT' ? 'no such file or directory' : error === 'ENOTDIR' ? 'not a directory' : 'permission denied';
  return error === 'EACCES' ? `exec: "${name}": ${text}` : `exec: "${name}": stat ${name}: ${text}`;
}
