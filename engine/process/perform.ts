import { LATENCY } from '../sim/latency.ts';
import { type CallOf, chunkCall, chunkOfAnyCall, requestAnswer } from './api-calls.ts';
import {
  closeCall,
  isRandomDevice,
  isReadable,
  type Outcome,
  openCall,
  pipeCall,
  randomText,
  readCall,
  readDevice,
  release,
  writeCall,
} from './descriptors.ts';
import type { Draft } from './draft.ts';
import { executable } from './executable.ts';
import { fileCall } from './file-calls.ts';
import { acceptCall, connectCall, connected, listenCall, resolve } from './network.ts';
import { absolutePath } from './paths.ts';
import { maySignal, type Neighbour } from './pid-namespace.ts';
import type { Blocked, Process, ProgramState } from './process.ts';
import type { Program, Syscall, WaitAnswer } from './program.ts';
import { chargeTime, isOverMemory } from './resources.ts';
import { sleepIn } from './sleep.ts';

/** What calls need of the kernel around them. */
export interface Kin {
  adopt(child: Process): void;
  signal(pid: number, name: string): boolean;
  signalNeighbour(neighbour: Neighbour, name: string): void;
  /** Ends all processes of the machine because its memory is used up. */
  endOutOfMemory(): void;
  program(name: string): Program;
}

/** Virtual milliseconds of computing that one `pause` stands for. */
const SLICE = 100;

/** TCP gives up a connection that nobody answers after six tries (tcp(7), tcp_syn_retries). */
const CONNECT_TIMEOUT = 127_000;

/** On the learner's machine a short sleep is a program at work (kubectl starting up): what it does is to be waited for. */
const isAtWork = (draft: Draft, sleep?: number): boolean =>
  draft.host.request !== undefined && sleep !== undefined && sleep < 1000;

/**
 * Answers a call, or puts the process to sleep and answers nothing. With `blocked` the call is tried again for a
 * process that sleeps in it already.
 */
export function perform(
  draft: Draft,
  kin: Kin,
  process: Process,
  call: Syscall,
  blocked: Blocked | undefined,
): Outcome {
  if (call.call === 'memory') return memoryCall(draft, kin, process, call.bytes);
  // Nobody has read all of it yet.
  if (call.call === 'readFile' && call.path === '/dev/zero')
    return memoryCall(draft, kin, process, Number.POSITIVE_INFINITY);
  if (call.call === 'readFile' && isRandomDevice(call.path)) return { answer: randomText(draft) };
  const device = call.call === 'readFile' ? readDevice(draft, process, call.path) : undefined;
  const outcome = device?.isDevice
    ? device.outcome
    : (fileCall(draft, process, call) ??
      quick(draft, kin, process, call) ??
      patient(draft, kin, process, call, blocked));
  const left = outcome === undefined ? draft.process(process.pid) : undefined;
  if (left !== undefined && left.ended === undefined && left.blocked === undefined) sleepIn(draft, process, call);
  return outcome;
}

/** Calls that never sleep. */
function quick(draft: Draft, kin: Kin, process: Process, call: Syscall): Outcome {
  switch (call.call) {
    case 'now':
      return { answer: draft.turn.now };
    case 'random':
      return { answer: draft.turn.random() };
    case 'open':
      return { answer: openCall(draft, process, call.path, call.mode) };
    case 'openText':
      return { answer: draft.addDescriptor(process.pid, draft.addOpen({ kind: 'text', text: call.text })) };
    case 'pipe':
      return { answer: pipeCall(draft, process) };
    case 'close':
      closeCall(draft, process.pid, call.fds);
      return { answer: null };
    case 'spawn':
      return { answer: spawnCall(draft, kin, process, call) };
    case 'exec':
      return { answer: execCall(draft, kin, process, call) };
    case 'kill':
      return { answer: killCall(draft, kin, process, call) };
    case 'foreground': {
      const target = draft.process(call.pid);
      if (target !== undefined && target.ended === undefined)
        draft.machine = { ...draft.machine, foreground: target.group, giver: process.group };
      return { answer: null };
    }
    case 'handle':
      draft.put({ ...process, caught: call.caught, ignored: call.ignored });
      return { answer: null };
    case 'listen':
      return { answer: listenCall(draft, process, call.port) };
    case 'lookup':
      return {
        answer: draft.host.lookup?.(draft.turn, draft.machine.id, call.host, call.server, call.type) ?? {
          error: 'ETIMEDOUT',
        },
      };
    case 'resolve':
      return { answer: resolve(draft, call.host) ?? null };
    case 'sendToStream':
      draft.host.sendToStream?.(draft.turn, call.stream, {
        ...(call.text === undefined ? {} : { text: call.text }),
        ...(call.closeInput === undefined ? {} : { closeInput: call.closeInput }),
        ...(call.close === undefined ? {} : { close: call.close }),
      });
      return { answer: null };
    default:
      return about(draft, process, call);
  }
}

/** From so many bytes on, it is worth looking whether a whole node runs short. */
const BIG = 16 * 2 ** 20;

/** A process that uses more memory than its machine may is the end of all its processes. */
function memoryCall(draft: Draft, kin: Kin, process: Process, bytes: number): Outcome {
  draft.put({ ...process, memory: bytes });
  if (bytes > BIG) draft.turn.memory.set('big-consumers', true);
  if (!isOverMemory(draft)) return { answer: null };
  kin.endOutOfMemory();
  return undefined;
}

/** Calls that tell about processes and connections. */
function about(draft: Draft, process: Process, call: Syscall): Outcome {
  switch (call.call) {
    case 'processes':
      return {
        answer: [...draft.all(), ...draft.neighbours().map((neighbour) => neighbour.process)]
          .sort((left, right) => left.pid - right.pid)
          .map(({ pid, parent, invocation, credentials, started, ended }) => ({
            pid,
            parent,
            argv: invocation.argv,
            user: credentials.user,
            started,
            ended: ended !== undefined,
          })),
      };
    case 'self':
      return {
        answer: {
          pid: process.pid,
          parent: process.parent,
          hostname: draft.machine.hostname,
          user: process.credentials.user,
          group: process.credentials.group,
          groups: process.credentials.groups,
          address: draft.machine.address,
        },
      };
    case 'peer': {
      const open = draft.open(process.descriptors[call.fd]);
      return {
        answer: open?.kind === 'socket' ? { local: open.local, remote: open.remote } : { local: '', remote: '' },
      };
    }
    default:
      return undefined;
  }
}

/** Calls that may sleep. */
function patient(draft: Draft, kin: Kin, process: Process, call: Syscall, blocked: Blocked | undefined): Outcome {
  switch (call.call) {
    case 'write':
      return writeCall(draft, process, call.fd, call.text);
    case 'read':
      return readCall(draft, process, call.fd, call.line === true);
    case 'accept':
      return acceptCall(draft, process, call.fd);
    case 'wait':
      return (
        waitCall(draft, process, call) ??
        (blocked || call.timeout === undefined ? undefined : sleepIn(draft, process, call, call.timeout))
      );
    case 'sleep':
      return blocked
        ? undefined
        : sleepIn(draft, process, call, call.milliseconds, undefined, !isAtWork(draft, call.milliseconds));
    case 'pause':
      return blocked ? undefined : sleepIn(draft, process, call, chargeTime(draft, SLICE));
    case 'compute':
      return blocked ? undefined : sleepIn(draft, process, call, chargeTime(draft, call.milliseconds, call.cores));
    case 'request':
      return blocked ? undefined : sleepIn(draft, process, call, LATENCY.kubectlRequest, undefined, false);
    case 'chunk':
    case 'chunkOrInput':
      return chunkCall(draft, process, call, blocked);
    case 'chunkOfAny':
      return chunkOfAnyCall(draft, process, call, blocked);
    case 'connect':
      return connectOutcome(draft, process, call, blocked);
    case 'select': {
      const ready = call.fds.find((fd) => isReadable(draft, process, fd));
      if (ready !== undefined) return { answer: ready };
      return blocked ? undefined : sleepIn(draft, process, call, call.timeout);
    }
    case 'run':
      return runCall(draft, kin, process, call, blocked);
    default:
      throw new Error(`no call ${call.call}`);
  }
}

/** The answer of a call whose timer has run out. */
export function timeOver(draft: Draft, process: Process): unknown {
  const { call, subject } = process.blocked as Blocked;
  switch (call.call) {
    case 'chunk':
      return 'timeout';
    case 'connect':
      closeCall(draft, process.pid, [subject as number]);
      return { error: 'ETIMEDOUT' };
    case 'request':
      return requestAnswer(draft, process, call);
    default:
      return null;
  }
}

function connectOutcome(
  draft: Draft,
  process: Process,
  call: CallOf<'connect'>,
  blocked: Blocked | undefined,
): Outcome {
  if (blocked === undefined) {
    const begun = connectCall(draft, process, call.host, call.port);
    return 'error' in begun
      ? { answer: begun }
      : sleepIn(draft, process, call, call.timeout ?? CONNECT_TIMEOUT, begun.fd);
  }
  const fd = blocked.subject as number;
  const state = connected(draft, process, fd);
  if (state === undefined) return undefined;
  if (state === 'open') return { answer: fd };
  closeCall(draft, process.pid, [fd]);
  return { answer: { error: 'ECONNREFUSED' } };
}

function initial(kin: Kin, program: string): ProgramState {
  return 'script' in kin.program(program)
    ? { kind: 'script', program, begun: false, answers: null }
    : { kind: 'steps', program, begun: false, state: null };
}

function mapped(process: Process, descriptors: Readonly<Record<number, number>>): Record<number, number> {
  const result: Record<number, number> = {};
  for (const [fd, from] of Object.entries(descriptors)) {
    const open = process.descriptors[from];
    if (open !== undefined) result[Number(fd)] = open;
  }
  return result;
}

function spawnCall(draft: Draft, kin: Kin, process: Process, call: CallOf<'spawn'>): unknown {
  if (draft.host.mayFork?.(draft.turn, draft.machine) === false) return { error: 'EAGAIN' };
  const pid = draft.nextPid;
  const found =
    call.state === undefined
      ? executable(draft, call.argv, call.environment['PATH'], call.directory)
      : { program: process.state.program, argv: call.argv };
  if ('error' in found) return found;
  const { terminal } = process.invocation;
  const state: ProgramState =
    call.state === undefined
      ? initial(kin, found.program)
      : { kind: 'steps', program: found.program, begun: true, state: call.state };
  kin.adopt({
    pid,
    parent: process.pid,
    group: typeof call.group === 'number' ? call.group : call.group === undefined ? process.group : pid,
    credentials: process.credentials,
    ...(process.mask === undefined ? {} : { mask: process.mask }),
    started: draft.turn.now,
    invocation: {
      argv: found.argv,
      environment: call.environment,
      directory: call.directory,
      ...(terminal ? { terminal } : {}),
    },
    descriptors: mapped(process, call.descriptors),
    state,
    caught: [],
    ignored: call.ignored ?? process.ignored,
    pending: [],
  });
  if (call.group === 'foreground') draft.machine = { ...draft.machine, foreground: pid, giver: process.group };
  return pid;
}

/** Goes on as another program: its first step runs next. */
function execCall(draft: Draft, kin: Kin, process: Process, call: CallOf<'exec'>): unknown {
  const found = executable(draft, call.argv, call.environment['PATH'], call.directory);
  if ('error' in found) return found;
  const program = kin.program(found.program);
  const descriptors = mapped(process, call.descriptors);
  draft.put({
    ...process,
    invocation: { ...process.invocation, argv: found.argv, environment: call.environment, directory: call.directory },
    descriptors,
    state: initial(kin, found.program),
    caught: 'steps' in program ? (program.steps.catches ?? []) : [],
    ignored: call.ignored ?? process.ignored,
  });
  for (const number of new Set(Object.values(process.descriptors))) release(draft, number);
  return null;
}

function killCall(draft: Draft, kin: Kin, process: Process, call: CallOf<'kill'>): unknown {
  const isMeant = (other: Process): boolean =>
    call.pid < 0 ? other.group === -call.pid : other.pid === (call.pid === 0 ? process.pid : call.pid);
  const own = draft.all().filter(isMeant);
  const others = draft.neighbours().filter((neighbour) => isMeant(neighbour.process));
  if (own.length + others.length === 0) return { error: 'ESRCH' };
  const mayHave = ({ credentials }: Process): boolean => maySignal(process.credentials, credentials);
  // From within its namespace, not even KILL ends the first process (pid_namespaces(7)).
  if (call.pid === 1 && call.signal === 'KILL') return null;
  const allowed = own.filter(mayHave);
  const allowedOthers = others.filter(({ process: other, isService }) => !isService && mayHave(other));
  if (allowed.length + allowedOthers.length === 0) return { error: 'EPERM' };
  for (const target of allowed) kin.signal(target.pid, call.signal);
  for (const target of allowedOthers) kin.signalNeighbour(target, call.signal);
  return null;
}

function waitCall(draft: Draft, process: Process, call: CallOf<'wait'>): Outcome {
  const children = draft.all().filter((other) => other.parent === process.pid && other.label === undefined);
  const wanted = call.pids.length === 0 ? children : children.filter((child) => call.pids.includes(child.pid));
  const done = wanted.find((child) => child.ended !== undefined);
  if (done === undefined && wanted.length > 0 && call.poll !== true) return undefined;
  const reaped: [number, number][] = [];
  for (const child of children) {
    if (child.ended === undefined) continue;
    draft.remove(child.pid);
    if (child !== done) reaped.push([child.pid, child.ended.status]);
  }
  const answer: WaitAnswer = {
    reaped,
    ...(done?.ended === undefined
      ? {}
      : {
          pid: done.pid,
          status: done.ended.status,
          ...(done.ended.signal === undefined ? {} : { killed: done.ended.signal }),
        }),
  };
  return { answer };
}

/** A child that runs to its end with the caller's descriptors. */
function runCall(draft: Draft, kin: Kin, process: Process, call: CallOf<'run'>, blocked: Blocked | undefined): Outcome {
  if (blocked === undefined) {
    const descriptors: Record<number, number> = { 0: 0, 1: 1, 2: 2 };
    const fd =
      call.input === undefined
        ? undefined
        : draft.addDescriptor(process.pid, draft.addOpen({ kind: 'text', text: call.input }));
    if (fd !== undefined) descriptors[0] = fd;
    const caller = draft.process(process.pid) as Process;
    const environment = call.environment ?? process.invocation.environment;
    const pid = spawnCall(draft, kin, caller, {
      call: 'spawn',
      argv: call.argv,
      environment,
      directory: absolutePath(process.invocation.directory, '/'),
      descriptors,
    });
    if (fd !== undefined) closeCall(draft, process.pid, [fd]);
    if (typeof pid !== 'number') return { answer: (pid as { error: string }).error === 'ENOENT' ? 127 : 126 };
    return sleepIn(draft, process, call, undefined, pid);
  }
  const child = draft.process(blocked.subject as number);
  if (child === undefined) return { answer: 127 };
  if (child.ended === undefined) return undefined;
  draft.remove(child.pid);
  return { answer: child.ended.status };
}
