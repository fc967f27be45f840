import type { Memory } from '../sim/turn.ts';
import { type Credentials, hasCapability } from './credentials.ts';
import { machineCellName } from './machine-cell.ts';
import type { Machine, Process } from './process.ts';

/**
 * Processes of several machines that number each other's processes and see them (pid_namespaces(7)): the cell
 * `pid-namespace/<id>`. A machine that is alone in its namespace keeps its numbers itself and has no such cell.
 *
 * Worked example, a pod that shares: the sandbox's machine makes the namespace and runs `pause` as 1, the first container's
 * program becomes 2, its child 3, the second container's program 4.
 */
interface PidNamespace {
  readonly next: number;
  readonly machines: readonly string[];
}

type Cells = Pick<Memory, 'get'>;

const cellOf = (id: string): string => `pid-namespace/${id}`;

function namespaceOf(memory: Cells, { pidNamespace }: Machine): PidNamespace | undefined {
  return pidNamespace === undefined ? undefined : memory.get<PidNamespace>(cellOf(pidNamespace));
}

/** Opens the namespace that a machine has had for itself to others; answers its name. */
export function openNamespace(memory: Memory, machine: Machine): string {
  if (machine.pidNamespace !== undefined) return machine.pidNamespace;
  const { id } = machine;
  memory.set(cellOf(id), { next: machine.nextPid, machines: [id] } satisfies PidNamespace);
  memory.set(machineCellName(id), { ...machine, pidNamespace: id } satisfies Machine);
  return id;
}

/** Puts a machine without processes into a namespace. */
export function joinNamespace(memory: Memory, machine: Machine, pidNamespace: string): void {
  const { next, machines } = memory.get<PidNamespace>(cellOf(pidNamespace)) ?? { next: 1, machines: [] };
  memory.set(cellOf(pidNamespace), { next, machines: [...machines, machine.id] } satisfies PidNamespace);
  memory.set(machineCellName(machine.id), { ...machine, pidNamespace } satisfies Machine);
}

/** Takes a machine that goes out of its namespace, which goes with the last. */
export function leaveNamespace(memory: Memory, machine: Machine): void {
  const namespace = namespaceOf(memory, machine);
  if (namespace === undefined) return;
  const machines = namespace.machines.filter((id) => id !== machine.id);
  if (machines.length === 0) memory.delete(cellOf(machine.pidNamespace as string));
  else memory.set(cellOf(machine.pidNamespace as string), { ...namespace, machines } satisfies PidNamespace);
}

/** The number that the next process gets. */
export function nextPidOf(memory: Cells, machine: Machine): number {
  return namespaceOf(memory, machine)?.next ?? machine.nextPid;
}

/** Notes that a number was given to a process. */
export function takePid(memory: Memory, machine: Machine, pid: number): void {
  const namespace = namespaceOf(memory, machine);
  if (namespace !== undefined)
    memory.set(cellOf(machine.pidNamespace as string), { ...namespace, next: pid + 1 } satisfies PidNamespace);
}

/** A process of another machine in the same namespace. */
export interface Neighbour {
  readonly machine: Machine;
  readonly process: Process;
  /** Its number in its own namespace, when that is a different one. */
  readonly own?: number;
  /** A part of the node that nobody but the node itself ends. */
  readonly isService?: boolean;
}

/** The processes of the other machines in a machine's namespace. */
export function neighbours(memory: Cells, machine: Machine): Neighbour[] {
  const others = namespaceOf(memory, machine)?.machines.filter((id) => id !== machine.id) ?? [];
  return others.flatMap((id) => {
    const other = memory.get<Machine>(machineCellName(id));
    if (other === undefined) return [];
    return other.pids.flatMap((pid) => {
      const process = memory.get<Process>(`process/${id}/${pid}`);
      return process === undefined ? [] : [{ machine: other, process }];
    });
  });
}

/** The machine that a process runs on, of those in the namespace. */
export function machineOfPid(memory: Cells, machine: Machine, pid: number): Machine | undefined {
  if (machine.pids.includes(pid)) return machine;
  return neighbours(memory, machine).find(({ process }) => process.pid === pid)?.machine;
}

/** Whether a process may send signals to another one (kill(2)). */
export function maySignal(sender: Credentials, target: Credentials): boolean {
  return hasCapability(sender, 'KILL') || sender.user === target.user;
}

/** Whether a process may look into another one: its root folder, its environment (ptrace(2), `PTRACE_MODE_READ`). */
export function mayInspect(reader: Credentials, target: Credentials): boolean {
  if (hasCapability(reader, 'SYS_PTRACE')) return true;
  if (reader.user !== target.user || reader.group !== target.group) return false;
  return reader.user !== 0 || target.capabilities.every((name) => reader.capabilities.includes(name));
}
