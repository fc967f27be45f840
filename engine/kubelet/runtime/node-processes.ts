import { ROOT } from '../../process/credentials.ts';
import { processesOf } from '../../process/machine.ts';
import type { Neighbour } from '../../process/pid-namespace.ts';
import type { Machine, Process } from '../../process/process.ts';
import type { Turn } from '../../sim/turn.ts';
import { containersOf } from './containers.ts';
import type { Sandbox } from './cri.ts';
import { NODE_MACHINE } from './host-network.ts';
import { runningSince } from './journal/journal.ts';
import { unitsOf } from './journal/units.ts';
import { nodePid } from './node-files/runtime-spec.ts';
import { nodeMachine } from './node-machine.ts';
import { runtimeInfo } from './runtimes.ts';
import { PAUSE } from './sandboxes.ts';

/**
 * What a machine in the node's PID namespace (the node itself, containers with `hostPID`) sees besides those that are in it:
 * the services of the node, and the processes of all other containers, which have another number in their own namespace.
 */
export function nodeProcesses(turn: Turn, machine: Machine): Neighbour[] {
  if (machine.id !== NODE_MACHINE && machine.pidNamespace !== NODE_MACHINE) return [];
  return [...services(turn), ...turn.memory.keys('sandbox/').flatMap((key) => processesOfPod(turn, key))];
}

function services(turn: Turn): Neighbour[] {
  const units = unitsOf(runtimeInfo(turn).name).flatMap((unit) => {
    const run = runningSince(turn, unit);
    return run ? [service(turn, run.pid, run.time, unit.command.split(' '))] : [];
  });
  return [service(turn, 1, 0, ['/sbin/init']), ...units];
}

function service(turn: Turn, pid: number, started: number, argv: readonly string[]): Neighbour {
  return { machine: nodeMachine(turn), process: processLike(pid, argv, started), isService: true };
}

/** A process of which nothing more is simulated than that it is there. */
function processLike(pid: number, argv: readonly string[], started: number): Process {
  return {
    pid,
    parent: pid === 1 ? 0 : 1,
    group: pid,
    credentials: ROOT,
    started,
    invocation: { argv, environment: {}, directory: '/' },
    descriptors: {},
    state: { kind: 'script', program: 'pause', begun: true, answers: null },
    caught: [],
    ignored: [],
    pending: [],
  };
}

function processesOfPod(turn: Turn, key: string): Neighbour[] {
  const sandbox = turn.memory.get<Sandbox>(key) as Sandbox;
  if (sandbox.state !== 'ready') return [];
  const pause = service(turn, nodePid(sandbox), sandbox.createdAt, [`/${PAUSE}`]);
  const isShared = sandbox.processNamespace === 'POD';
  if (sandbox.processNamespace === 'NODE') return [pause];
  const containers = containersOf(turn, sandbox.uid).filter(({ state }) => state === 'running');
  const seen = containers.flatMap((container) => seenFromNode(turn, container.id, isShared ? sandbox : container));
  return isShared ? [...seenFromNode(turn, sandbox.id, sandbox), ...seen] : [pause, ...seen];
}

/** Numbers in a namespace that still fit between the first processes of two namespaces. */
const ROOM = 20;
const FAR = 1_000_000;

/** The processes of a machine under the numbers that the node has for them. */
function seenFromNode(turn: Turn, id: string, namespace: { readonly serial: number }): Neighbour[] {
  const machine = turn.memory.get<Machine>(`machine/${id}`);
  if (machine === undefined) return [];
  const numberOf = (pid: number): number =>
    pid <= ROOM ? nodePid(namespace) + pid - 1 : FAR + namespace.serial * 1000 + pid;
  return processesOf(turn.memory, id).map((process) => ({
    machine,
    process: { ...process, pid: numberOf(process.pid), parent: process.parent === 0 ? 1 : numberOf(process.parent) },
    own: process.pid,
  }));
}
