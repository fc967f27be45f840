import type { Turn } from '../sim/turn.ts';
import type { Host } from './host.ts';
import { machineCellName } from './machine-cell.ts';
import { absolutePath } from './paths.ts';
import { mayInspect, type Neighbour, neighbours, nextPidOf, takePid } from './pid-namespace.ts';
import type { Machine, OpenFile, Process } from './process.ts';
import { type DerivedFiles, type Place, Tree, type TreeError } from './tree.ts';

const NO_FILES: DerivedFiles = { at: () => undefined, names: () => [] };

/** API streams opened by a process: the cell `stream/<number>`. */
export interface StreamCell {
  readonly machine: string;
  readonly pid: number;
  readonly chunks: readonly unknown[];
  readonly closed: boolean;
}

const ROOT_OF_PROCESS = /^\/proc\/(\d+)\/root(?:\/|$)/;

/**
 * A machine while it runs within one turn: cells are read once and written once, however many calls its processes
 * make. What the owner has to hear waits in `events` until the machine rests.
 */
export class Draft {
  readonly turn: Turn;
  readonly host: Host;
  machine: Machine;
  /** Set whenever something changed that a sleeping process may wait for. */
  stirred = false;
  /** Collects what is sent to the far end of a probe's connection. */
  probe: { open: number; reply: string; closed: boolean } | undefined;
  private readonly before: Machine;
  /** The numbers of the machine that most calls draw: they go into it when it rests. */
  private nextOpen: number;
  private nextSequence: number;
  private readonly processes = new Map<number, Process | undefined>();
  private readonly opens = new Map<number, OpenFile | undefined>();
  private readonly changedProcesses = new Set<number>();
  private readonly changedOpens = new Set<number>();
  private events: (() => void)[] = [];
  private files: Tree | undefined;
  private printed: { label: string; stream: 'stdout' | 'stderr'; text: string } | undefined;

  constructor(turn: Turn, host: Host, id: string) {
    this.turn = turn;
    this.host = host;
    const machine = turn.memory.get<Machine>(machineCellName(id));
    if (machine === undefined) throw new Error(`${turn.component} has no machine ${id}`);
    this.machine = machine;
    this.before = machine;
    this.nextOpen = machine.nextOpen;
    this.nextSequence = machine.nextSequence;
  }

  get tree(): Tree {
    const { turn, host } = this;
    this.files ??= new Tree(turn.memory, this.machine, turn.now, () => host.files?.(turn) ?? NO_FILES);
    return this.files;
  }

  /** What a process finds at a path; other processes' roots only if it may look into them. */
  find(process: Process, path: string, keepLast = false): Place | { readonly error: TreeError } {
    const { directory } = process.invocation;
    const through =
      path.includes('proc/') || directory.startsWith('/proc/')
        ? ROOT_OF_PROCESS.exec(absolutePath(path, directory))
        : null;
    const owner = through && this.visible(Number(through[1]));
    if (owner && owner.pid !== process.pid && !mayInspect(process.credentials, owner.credentials))
      return { error: 'EACCES' };
    return this.tree.find(path, directory, keepLast);
  }

  process(pid: number): Process | undefined {
    const known = this.processes.get(pid);
    if (known !== undefined || this.processes.has(pid)) return known;
    const found = this.turn.memory.get<Process>(`process/${this.machine.id}/${pid}`);
    this.processes.set(pid, found);
    return found;
  }

  get nextPid(): number {
    return nextPidOf(this.turn.memory, this.machine);
  }

  /** Processes of other machines that those of this one can see. */
  neighbours(): Neighbour[] {
    const { turn, host, machine } = this;
    return [...neighbours(turn.memory, machine), ...(host.processes?.(turn, machine) ?? [])];
  }

  /** A process that those of this machine can see, wherever it runs. */
  visible(pid: number): Process | undefined {
    return this.process(pid) ?? this.neighbours().find(({ process }) => process.pid === pid)?.process;
  }

  visiblePids(): number[] {
    const others = this.neighbours().map(({ process }) => process.pid);
    return [...this.machine.pids, ...others].sort((left, right) => left - right);
  }

  all(): Process[] {
    return this.machine.pids.map((pid) => this.process(pid)).filter((process) => process !== undefined);
  }

  put(process: Process): Process {
    this.processes.set(process.pid, process);
    this.changedProcesses.add(process.pid);
    return process;
  }

  add(process: Process): void {
    this.put(process);
    const { machine } = this;
    this.machine = {
      ...machine,
      nextPid: process.pid + 1,
      pids: [...machine.pids, process.pid],
      firstPid: machine.firstPid ?? process.pid,
    };
    takePid(this.turn.memory, machine, process.pid);
  }

  remove(pid: number): void {
    this.processes.set(pid, undefined);
    this.changedProcesses.add(pid);
    this.machine = { ...this.machine, pids: this.machine.pids.filter((other) => other !== pid) };
  }

  sequence(): number {
    return this.nextSequence++;
  }

  open(number: number | undefined): OpenFile | undefined {
    if (number === undefined) return undefined;
    const known = this.opens.get(number);
    if (known !== undefined || this.opens.has(number)) return known;
    const found = this.turn.memory.get<OpenFile>(`open/${this.machine.id}/${number}`);
    this.opens.set(number, found);
    return found;
  }

  setOpen(number: number, open: OpenFile | undefined): void {
    this.opens.set(number, open);
    this.changedOpens.add(number);
    this.stirred = true;
  }

  addOpen(open: OpenFile): number {
    const number = this.nextOpen++;
    this.setOpen(number, open);
    return number;
  }

  /** Gives a process a descriptor for an open file: the lowest free one from 10. */
  addDescriptor(pid: number, open: number): number {
    const process = this.process(pid) as Process;
    let fd = 10;
    while (process.descriptors[fd] !== undefined) fd++;
    this.put({ ...process, descriptors: { ...process.descriptors, [fd]: open } });
    return fd;
  }

  /** Whether a process still has the open file. */
  isOpen(number: number): boolean {
    return this.all().some(
      (process) => process.ended === undefined && Object.values(process.descriptors).includes(number),
    );
  }

  print(label: string, stream: 'stdout' | 'stderr', text: string): void {
    if (this.printed?.label === label && this.printed.stream === stream) {
      this.printed.text += text;
      return;
    }
    const printed = { label, stream, text };
    this.printed = printed;
    const machine = this.machine.id;
    this.events.push(() => this.host.output(this.turn, { machine, label }, stream, printed.text));
  }

  later(event: () => void): void {
    this.printed = undefined;
    this.events.push(event);
  }

  /** Writes the changed cells, then tells the owner. */
  flush(): void {
    const { memory } = this.turn;
    const { id } = this.machine;
    for (const pid of this.changedProcesses) {
      const process = this.processes.get(pid);
      if (process === undefined) memory.delete(`process/${id}/${pid}`);
      else memory.set(`process/${id}/${pid}`, process);
    }
    for (const number of this.changedOpens) {
      const open = this.opens.get(number);
      if (open === undefined) memory.delete(`open/${id}/${number}`);
      else memory.set(`open/${id}/${number}`, open);
    }
    const { nextOpen, nextSequence } = this;
    if (nextOpen !== this.before.nextOpen || nextSequence !== this.before.nextSequence)
      this.machine = { ...this.machine, nextOpen, nextSequence };
    if (this.machine !== this.before) memory.set(machineCellName(id), this.machine);
    const events = this.events;
    this.events = [];
    this.printed = undefined;
    for (const event of events) event();
  }
}
