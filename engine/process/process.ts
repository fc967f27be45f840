import type { Credentials } from './credentials.ts';
import type { Naming } from './naming.ts';
import type { Invocation, Syscall } from './program.ts';

/** Where the text of a descriptor comes from or goes to. Shared by all processes that inherited it; a cell `open/<machine>/<number>`. */
export type OpenFile =
  | { readonly kind: 'null' }
  /** To the owner of the machine: a container's log, an exec stream, the terminal. */
  | {
      readonly kind: 'output';
      readonly label: string;
      readonly stream: 'stdout' | 'stderr';
      readonly terminal?: boolean;
    }
  /** From the owner: what has arrived and was not read yet. */
  | { readonly kind: 'input'; readonly text: string; readonly closed: boolean; readonly terminal?: boolean }
  | { readonly kind: 'pipe-reader'; readonly pipe: number }
  | { readonly kind: 'pipe-writer'; readonly pipe: number }
  | { readonly kind: 'pipe'; readonly text: string; readonly readers: number; readonly writers: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly offset: number;
      readonly mode: 'read' | 'write' | 'append';
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'listener'; readonly port: number; readonly waiting: readonly number[] }
  | Socket;

/** One end of a connection. */
export interface Socket {
  readonly kind: 'socket';
  readonly state: 'connecting' | 'open' | 'refused';
  readonly local: string;
  readonly remote: string;
  /** Where the other end lives; `open` is known once it has accepted. */
  readonly peer: SocketAddress;
  readonly latency: number;
  readonly received: string;
  /** The other end has said its last word. */
  readonly ended: boolean;
}

/** One end of a connection in the whole cluster. */
export interface SocketAddress {
  readonly component: string;
  readonly machine: string;
  readonly open?: number;
}

/** How a process goes on: the continuation as data. */
export type ProgramState =
  | { readonly kind: 'script'; readonly program: string; readonly begun: boolean; readonly answers: AnswerList | null }
  | { readonly kind: 'steps'; readonly program: string; readonly begun: boolean; readonly state: unknown };

/** The answers given to a script, newest first. */
export interface AnswerList {
  readonly answer: unknown;
  readonly previous: AnswerList | null;
}

/** A process: one cell `process/<machine>/<pid>`. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Who asked for it: set on processes that the machine's owner spawned. */
  readonly label?: string;
  readonly credentials: Credentials;
  /** Permission bits that the files it makes do not get: 0o022 when absent. */
  readonly mask?: number;
  /** Bytes of memory that it uses beyond those of its program. */
  readonly memory?: number;
  readonly started: number;
  readonly invocation: Invocation;
  /** Descriptor -> number of an OpenFile. */
  readonly descriptors: Readonly<Record<number, number>>;
  readonly state: ProgramState;
  /** What it waits for; absent while it can run. */
  readonly blocked?: Blocked;
  readonly caught: readonly string[];
  readonly ignored: readonly string[];
  /** Caught signals that the program has not seen yet. */
  readonly pending: readonly string[];
  /** Set when it has ended and its parent has not asked for the status yet. */
  readonly ended?: Ended;
}

export interface Ended {
  readonly status: number;
  readonly signal?: string;
}

/** The call a process sleeps in. `timer` is the handle of the task that ends it. */
export interface Blocked {
  readonly call: Syscall;
  readonly timer?: number;
  /** For `run`: the child; for `connect`: the descriptor. */
  readonly subject?: number;
  /** Tells a late timer of an earlier call from the one waited for. */
  readonly sequence: number;
  /** The call was not tried yet: the process had used up its turn. */
  readonly postponed?: boolean;
}

/** A folder of another tree shown in a machine's tree: volumes. */
export interface Mount {
  /** `/data`, without a slash at the end. A single file may be mounted as well. */
  readonly path: string;
  /** Prefix of the cells that hold its files: `volume/<pod uid>/data`. */
  readonly source: string;
  readonly readOnly?: boolean;
  /** Permission bits and group of the folder itself, until somebody changes them. */
  readonly mode?: number;
  readonly group?: number;
  /** What lies under the cells: a folder of an image's (or a node's) files. */
  readonly layer?: { readonly image: string; readonly path: string };
  /** Folder among a pod's volumes on the node: `kubernetes.io~empty-dir`. */
  readonly plugin?: string;
  /** A disk in memory: `tmpfs`, of so many bytes. */
  readonly isMemory?: boolean;
  readonly capacity?: number;
}

export interface ResourceLimits {
  readonly memory?: number;
  readonly cpu?: number;
}

/** A machine: the cell `machine/<id>`. */
export interface Machine {
  readonly id: string;
  readonly hostname: string;
  /** Name of the image (catalogue) whose files lie under its own. */
  readonly image: string;
  /** Machines of one pod share a network: its ports and its localhost. */
  readonly network: string;
  readonly address: string;
  readonly mounts: readonly Mount[];
  readonly readOnlyRoot: boolean;
  readonly naming: Naming;
  readonly created: number;
  /** What its control group allows: bytes, and thousandths of a core. */
  readonly limits: ResourceLimits;
  /** Parameters of the kernel that were set for its namespaces. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Processor time used so far, in microseconds. */
  readonly cpuTime: number;
  /** Its processes were killed because they used more memory than they may. */
  readonly isOutOfMemory?: boolean;
  /** Prefix of the cells of its own files: `file/<id>`. */
  readonly files: string;
  readonly nextPid: number;
  /** Its processes share their numbers with those of other machines; see pid-namespace.ts. */
  readonly pidNamespace?: string;
  /** The process with which all others of the machine end: 1, but in a namespace that it has joined. */
  readonly firstPid?: number;
  readonly nextOpen: number;
  readonly nextSequence: number;
  readonly pids: readonly number[];
  /** Process group that reads the terminal. */
  readonly foreground?: number;
  /** The group that gave the terminal away, and gets it back. */
  readonly giver?: number;
}
