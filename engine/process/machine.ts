import type { Task } from '../sim/task.ts';
import type { Memory, Turn } from '../sim/turn.ts';
import type { Host } from './host.ts';
import { Kernel } from './kernel.ts';
import { machineCellName } from './machine-cell.ts';
import type { Naming } from './naming.ts';
import { joinNamespace, leaveNamespace } from './pid-namespace.ts';
import type { Machine, Mount, Process, ResourceLimits } from './process.ts';
import type { SpawnRequest } from './spawn-request.ts';
import { removeCells } from './tree.ts';

/**
 * Machines: processes, descriptors, pipes and files as cells in the memory of the component that owns them
 * (`containerd/<node>` for containers: one machine a container, `network` the pod's; `workstation` for the learner).
 * Cells: `machine/<id>`, `process/<id>/<pid>`, `open/<id>/<number>`, `listen/<network>/<port>`, `file/<id>/<path>`,
 * `volume/…`. A process that sleeps or waits for a connection costs nothing; what can run runs to rest within the turn
 * of the call that woke it (a program that computes for ever is put off by a background task now and then).
 *
 * Worked example, a container:
 *
 *     createMachine(turn, { id: 'c1', hostname: 'web', image: 'nginx:1.25', network: 'pod-uid', address: '10.244.0.5' });
 *     const pid = spawn(turn, host, 'c1', { argv: ['nginx'], environment, directory: '/', label: 'main' });
 *     // host.output(turn, { machine: 'c1', label: 'main' }, 'stdout', text) is called with what it prints,
 *     // host.exited(turn, { machine: 'c1', label: 'main', pid: 1 }, 0) when it ends;
 *     // tasks of the owner that handleProcessTask(turn, host, task) claims (it returns true) belong here.
 */
export interface MachineSettings {
  readonly id: string;
  readonly hostname: string;
  /** An image of the catalogue: the files below its own. */
  readonly image: string;
  /** Its own id when omitted. */
  readonly network?: string;
  /** Address of the machine: `127.0.0.1` when omitted. */
  readonly address?: string;
  readonly mounts?: readonly Mount[];
  readonly readOnlyRoot?: boolean;
  readonly limits?: ResourceLimits;
  readonly naming?: Naming;
  /** `file/<id>` when omitted. */
  readonly files?: string;
  /** Its first process is an operating system's, which runs whatever else ends, and is not shown. */
  readonly isSystem?: boolean;
  /** The PID namespace that it joins; one of its own when omitted. */
  readonly pidNamespace?: string;
  /** Parameters of the kernel, by their names with dots. */
  readonly sysctls?: Readonly<Record<string, string>>;
}

/** As an OCI runtime puts it: `exec: "nosuch": executable file not found in $PATH`, `… no such file or directory`. */
export interface SpawnFailure {
  readonly error: string;
}

/** Where the numbers of processes begin that people start on a machine with an operating system. */
const SYSTEM_PIDS = 60_000;

export function createMachine(turn: Turn, settings: MachineSettings): Machine {
  const machine: Machine = {
    id: settings.id,
    hostname: settings.hostname,
    image: settings.image,
    network: settings.network ?? settings.id,
    address: settings.address ?? '127.0.0.1',
    mounts: settings.mounts ?? [],
    readOnlyRoot: settings.readOnlyRoot ?? false,
    created: turn.now,
    naming: settings.naming ?? {},
    limits: settings.limits ?? {},
    sysctls: settings.sysctls,
    cpuTime: 0,
    files: settings.files ?? `file/${settings.id}`,
    nextPid: settings.isSystem ? SYSTEM_PIDS : 1,
    firstPid: settings.isSystem ? 1 : undefined,
    nextOpen: 1,
    nextSequence: 1,
    pids: [],
  };
  turn.memory.set(machineCellName(settings.id), machine);
  if (settings.pidNamespace !== undefined) joinNamespace(turn.memory, machine, settings.pidNamespace);
  return machine;
}

/** Forgets a machine, its processes (without a word to the host) and its own files; volumes stay. */
export function removeMachine(turn: Turn, id: string): void {
  const machine = machineOf(turn.memory, id);
  if (machine === undefined) return;
  for (const pid of machine.pids) turn.memory.delete(`process/${id}/${pid}`);
  leaveNamespace(turn.memory, machine);
  removeCells(turn.memory, `open/${id}/`);
  for (const key of turn.memory.keys(`listen/${machine.network}/`)) {
    if (turn.memory.get<{ machine: string }>(key)?.machine === id) turn.memory.delete(key);
  }
  removeCells(turn.memory, `${machine.files}/`);
  turn.memory.delete(machineCellName(id));
}

export function machineOf(memory: Pick<Memory, 'get'>, id: string): Machine | undefined {
  return memory.get<Machine>(machineCellName(id));
}

/** Processes in order of their pids; those that have ended and were not waited for yet have `ended`. */
export function processesOf(memory: Pick<Memory, 'get'>, id: string): Process[] {
  const pids = machineOf(memory, id)?.pids ?? [];
  return pids.map((pid) => memory.get<Process>(`process/${id}/${pid}`)).filter((process) => process !== undefined);
}

/** Starts a process and lets the machine come to rest. Answers its pid, or why it cannot start. */
export function spawn(turn: Turn, host: Host, machine: string, request: SpawnRequest): number | SpawnFailure {
  const kernel = new Kernel(turn, host, machine);
  const pid = kernel.start(request);
  kernel.rest();
  return pid;
}

/** Sends `TERM`, `KILL`, `INT` …; false when there is no such process. As in a real container, pid 1 is deaf to signals without a handler, except KILL. */
export function signal(turn: Turn, host: Host, machine: string, pid: number, name: string): boolean {
  if (machineOf(turn.memory, machine) === undefined) return false;
  const kernel = new Kernel(turn, host, machine);
  const found = kernel.signal(pid, name);
  kernel.rest();
  return found;
}

/** Ctrl-C on the machine's terminal: whatever is in its foreground gets INT. */
export function interrupt(turn: Turn, host: Host, machine: string): void {
  if (machineOf(turn.memory, machine) === undefined) return;
  const kernel = new Kernel(turn, host, machine);
  kernel.signalForeground('INT');
  kernel.rest();
}

/** Text for the standard input of a process that was started with `stdin`. */
export function writeInput(turn: Turn, host: Host, machine: string, pid: number, text: string): void {
  if (machineOf(turn.memory, machine) === undefined) return;
  const kernel = new Kernel(turn, host, machine);
  kernel.input(pid, text, false);
  kernel.rest();
}

/** End of standard input. */
export function closeInput(turn: Turn, host: Host, machine: string, pid: number): void {
  if (machineOf(turn.memory, machine) === undefined) return;
  const kernel = new Kernel(turn, host, machine);
  kernel.input(pid, '', true);
  kernel.rest();
}

/**
 * Runs a task of the machines: kinds `process` (timers), `packet` (connections), `stream` (chunks of API streams; only
 * for machines whose programs make requests). False: the task is not for here, or its machine is gone.
 */
export function handleProcessTask(turn: Turn, host: Host, task: Task): boolean {
  if (task.kind !== 'process' && task.kind !== 'packet' && task.kind !== 'stream') return false;
  const machine = Kernel.machineOfTask(turn, task);
  if (machine === undefined) return task.kind !== 'stream';
  const kernel = new Kernel(turn, host, machine);
  kernel.handle(task);
  kernel.rest();
  return true;
}

/** Whether something accepts connections on a port of a network: what a TCP probe finds out. */
export function isListening(memory: Pick<Memory, 'get'>, network: string, port: number): boolean {
  return memory.get(`listen/${network}/${port}`) !== undefined;
}

/**
 * Connects to a port, says `text`, and takes what is answered within the same turn: an HTTP probe of the kubelet.
 * Undefined: connection refused. `closed` false: the server is still busy (a probe waits until its timeout).
 */
export function exchange(
  turn: Turn,
  host: Host,
  network: string,
  port: number,
  text: string,
): { readonly reply: string; readonly closed: boolean } | undefined {
  const listener = turn.memory.get<{ machine: string; open: number }>(`listen/${network}/${port}`);
  if (listener === undefined) return undefined;
  const kernel = new Kernel(turn, host, listener.machine);
  const answer = kernel.exchange(listener.open, text);
  kernel.rest();
  return answer;
}
