import type { ApiRequest } from '../apiserver/request.ts';
import type { RecordType } from '../cni/dns/records.ts';
import type { Turn } from '../sim/turn.ts';
import type { Neighbour } from './pid-namespace.ts';
import type { Machine } from './process.ts';
import type { LookupAnswer, Program, RequestAnswer } from './program.ts';
import type { DerivedFiles } from './tree.ts';

/** Where a connection goes: the machines of a network namespace on a component. */
export interface Route {
  readonly component: string;
  readonly network: string;
  readonly port: number;
  /** Address by which the other side knows the caller. */
  readonly source: string;
  /** One way, in virtual milliseconds. */
  readonly latency: number;
}

/** Why a connection cannot be made, with the errno that the program sees. A dropped packet is `ETIMEDOUT`. */
export interface NoRoute {
  readonly error: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH' | 'ETIMEDOUT';
}

/** Which of the owner's processes something is about. */
export interface ProcessName {
  readonly machine: string;
  /** As given to `spawn`. */
  readonly label: string;
  readonly pid: number;
}

/**
 * What the owner of machines does for them. Plain code, passed to every call; nothing of it is kept. `output` and
 * `exited` are called after the machine has come to rest, in order, so they may spawn and signal.
 */
export interface Host {
  output(turn: Turn, process: Omit<ProcessName, 'pid'>, stream: 'stdout' | 'stderr', text: string): void;
  /** Ended by itself (`status` 0–255), or by a signal (128 + number, `signal` its name). */
  exited(turn: Turn, process: ProcessName, status: number, signal?: string): void;
  /** The way to an address that is not the machine's own. Without it, nothing outside can be reached. */
  route?(turn: Turn, machine: string, address: string, port: number): Route | NoRoute;
  /** Whether connections to the machine's own addresses may lead elsewhere: ports of a node that belong to pods. */
  isRouter?(turn: Turn, machine: string): boolean;
  /** DNS as the machine sees it. */
  resolve?(turn: Turn, machine: string, name: string): string | undefined;
  /** Files of the machine below that are computed when somebody looks. */
  files?(turn: Turn): DerivedFiles;
  /** The disk under the machines, in bytes: what `df` shows. */
  disk?(turn: Turn): { readonly capacity: number; readonly used: number };
  /** Bytes of memory there are at most: the node's. */
  memory?(turn: Turn): number;
  /** What a DNS server says; undefined when none answers. */
  lookup?(turn: Turn, machine: string, name: string, server?: string, type?: RecordType): LookupAnswer | undefined;
  /** An API request by a program; without it the API server cannot be reached. */
  request?(turn: Turn, machine: string, server: string, request: ApiRequest): RequestAnswer;
  /** Input for an API stream, or its end. */
  sendToStream?(
    turn: Turn,
    stream: number,
    message: { readonly text?: string; readonly closeInput?: boolean; readonly close?: boolean },
  ): void;
  /** Processes of other namespaces that a machine can see: those of containers, as the node sees them. */
  processes?(turn: Turn, machine: Machine): readonly Neighbour[];
  /** Whether its control group lets a machine have one more process; without it there is no limit. */
  mayFork?(turn: Turn, machine: Machine): boolean;
  /** Programs besides those every machine has, by the name that a file's `program` carries. */
  readonly programs?: Readonly<Record<string, Program>>;
}
