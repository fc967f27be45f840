import type { Host } from '../../process/host.ts';
import type { CatalogueImage } from '../../process/images/catalogue.ts';
import { createMachine, machineOf, processesOf, removeMachine, signal, spawn } from '../../process/machine.ts';
import { machineCellName } from '../../process/machine-cell.ts';
import { nextPidOf, openNamespace } from '../../process/pid-namespace.ts';
import type { Machine, Mount } from '../../process/process.ts';
import { workingSet } from '../../process/resources.ts';
import { say } from '../../sentence.ts';
import { hex } from '../../sim/identity.ts';
import type { Turn } from '../../sim/turn.ts';
import type { StreamReceiver } from '../api.ts';
import { containerCellName, podCellName, sandboxCellName } from './cell-names.ts';
import { kubeletOf } from './components.ts';
import { credentialsOf } from './credentials.ts';
import type { ContainerRecord, CreateContainer, RuntimeFailure, Sandbox, UpdateContainerResources } from './cri.ts';
import { NODE_MACHINE, networkOf, networkOfSandbox } from './host-network.ts';
import { localImage } from './images.ts';
import { endLog, removeLog } from './logs.ts';
import { untilRelist } from './relist.ts';
import { runtimeInfo } from './runtimes.ts';

/** The label of a container's main process; processes started by exec have labels of their own. */
export const MAIN = 'main';

/** Terminates a task start: what runc says, as containerd hands it on. */
const CREATE_FAILED =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

export function containerRecord(turn: Turn, id: string): ContainerRecord | undefined {
  return turn.memory.get<ContainerRecord>(containerCellName(id));
}

/** Numbers sandboxes and containers in the order in which this runtime makes them. */
export function nextSerial(turn: Turn): number {
  const serial = (turn.memory.get<number>('serial') ?? 0) + 1;
  turn.memory.set('serial', serial);
  return serial;
}

/** Every pod has its `pause`. */
const PAUSE_PROCESSES = 1;

/** From the oldest to the newest. */
export function containersOf(turn: Turn, uid: string): ContainerRecord[] {
  const ids = turn.memory.get<readonly string[]>(podCellName(uid)) ?? [];
  const containers: ContainerRecord[] = [];
  for (let at = 0; at < ids.length; at++) {
    const container = containerRecord(turn, ids[at] as string);
    if (container) containers.push(container);
  }
  return containers;
}

/** Makes a container from an image that is on the node. */
export function createContainer(turn: Turn, request: CreateContainer): ContainerRecord | RuntimeFailure {
  const image = localImage(turn, request.image);
  const sandbox = turn.memory.get<Sandbox>(sandboxCellName(request.uid));
  if (!image || !sandbox)
    return { error: `failed to create container: ${image ? 'sandbox' : 'image'} not found`, code: 'NotFound' };
  if (argvOf(image, request).length === 0)
    return { error: 'failed to generate container spec: no command specified', code: 'Unknown' };
  const pidNamespace = pidNamespaceOf(turn, request, sandbox);
  if (typeof pidNamespace === 'object') return pidNamespace;
  const id = hex(() => turn.random(), 64);
  const container = newRecord(turn, id, request, image, sandbox);
  const { hostname, address, naming, sysctls } = sandbox;
  createMachine(turn, {
    id,
    image: image.name,
    network: networkOfSandbox(sandbox),
    mounts: mountsOf(turn, id, request),
    readOnlyRoot: request.readOnlyRoot,
    pidNamespace,
    limits: request.limits,
    hostname,
    address,
    naming,
    sysctls,
  });
  turn.memory.set(containerCellName(id), container);
  const ofPod = podCellName(request.uid);
  turn.memory.set(ofPod, [...(turn.memory.get<readonly string[]>(ofPod) ?? []), id]);
  return container;
}

/** What there is to say of a container that was made and not started yet. */
function newRecord(
  turn: Turn,
  id: string,
  request: CreateContainer,
  image: CatalogueImage,
  sandbox: Sandbox,
): ContainerRecord {
  return {
    id,
    runtime: runtimeInfo(turn).name,
    uid: request.uid,
    name: request.name,
    attempt: request.attempt,
    image: request.image,
    imageName: image.name,
    imageId: image.id,
    state: 'created',
    createdAt: turn.now,
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    terminationLog: '',
    argv: argvOf(image, request),
    environment: environmentOf(image, sandbox, request),
    directory: request.workingDirectory || image.directory,
    credentials: credentialsOf(image, request.security ?? {}),
    limits: request.limits ?? {},
    requests: request.requests,
    stdin: request.stdin ?? false,
    tty: request.tty ?? false,
    pid: 0,
    serial: nextSerial(turn),
  };
}

/** A copy of the image's variables to begin with: what is put together from nothing is slow to make and to read. */
function environmentOf(image: CatalogueImage, { hostname }: Sandbox, request: CreateContainer): Record<string, string> {
  return Object.assign({ ...image.environment, HOSTNAME: hostname }, request.environment);
}

/** The words of the command: a `command` of the pod's replaces the image's entrypoint and with it the image's arguments. */
function argvOf(
  image: { readonly entrypoint: readonly string[]; readonly command: readonly string[] },
  { command, args }: CreateContainer,
): string[] {
  return (command ?? image.entrypoint).concat(args ?? (command ? [] : image.command));
}

/**
 * The PID namespace that a container joins: a target's, its pod's, the node's, or (nothing) one of its own.
 * Source of the errors: `validateTargetContainer` in containerd's `internal/cri/server`.
 */
function pidNamespaceOf(
  turn: Turn,
  { targetId }: CreateContainer,
  sandbox: Sandbox,
): string | RuntimeFailure | undefined {
  if (targetId === undefined) {
    if (sandbox.processNamespace === 'NODE') return NODE_MACHINE;
    return sandbox.processNamespace === 'POD' ? sandbox.id : undefined;
  }
  const target = containerRecord(turn, targetId);
  const machine = machineOf(turn.memory, targetId);
  const invalid = 'failed to generate container spec opts: invalid target container: container';
  if (!target || !machine) return { error: `${invalid} "${targetId}" does not exist: not found`, code: 'NotFound' };
  if (target.state === 'running') return openNamespace(turn.memory, machine);
  return { error: `${invalid} "${targetId}" is not running - in state CONTAINER_${target.state.toUpperCase()}` };
}

function mountsOf(turn: Turn, id: string, request: CreateContainer): Mount[] {
  const mounts: Mount[] = request.mounts.map((mount) =>
    mount.path.endsWith('/') ? { ...mount, path: mount.path.slice(0, -1) } : mount,
  );
  if (request.terminationMessagePath) {
    const source = `termination/${id}`;
    turn.memory.set(source, { type: 'file', text: '', mode: 0o666 });
    mounts.push({ path: request.terminationMessagePath, source });
  }
  return mounts;
}

/** Starts a container's process. A program that cannot be executed leaves a container that has exited with 128. */
export function startContainer(turn: Turn, host: Host, id: string): RuntimeFailure | undefined {
  const container = containerRecord(turn, id);
  const machine = machineOf(turn.memory, id);
  if (!container || !machine) return { error: `container "${id}" not found`, code: 'NotFound' };
  const first = nextPidOf(turn.memory, machine);
  turn.memory.set(containerCellName(id), { ...container, state: 'running', startedAt: turn.now, pid: first });
  const pid = spawn(turn, host, id, {
    argv: container.argv,
    environment: container.environment,
    directory: container.directory,
    label: MAIN,
    credentials: container.credentials,
    stdin: container.stdin,
    ...(container.tty ? { terminal: { columns: 80, rows: 24 } } : {}),
  });
  report(turn, container.uid);
  if (typeof pid === 'number') return undefined;
  const error = `${CREATE_FAILED}${pid.error}: unknown`;
  // Source: `internal/cri/server/container_start.go` in containerd: exit code 128, reason StartError, no start time.
  turn.memory.set(containerCellName(id), {
    ...container,
    state: 'exited',
    finishedAt: turn.now,
    exitCode: 128,
    reason: 'StartError',
    message: error,
  });
  return { error };
}

/** The main process has ended, and with it everything else in the container. */
export function containerExited(
  turn: Turn,
  id: string,
  status: number,
  finish: (receiver: StreamReceiver, isAttached: boolean) => void,
): void {
  const container = containerRecord(turn, id);
  if (!container || container.state === 'exited') return;
  const written = turn.memory.get<{ text?: string }>(`termination/${id}`)?.text ?? '';
  turn.memory.set(containerCellName(id), {
    ...container,
    state: 'exited',
    finishedAt: turn.now,
    exitCode: status,
    reason: machineOf(turn.memory, id)?.isOutOfMemory ? 'OOMKilled' : status === 0 ? 'Completed' : 'Error',
    terminationLog: written,
    pid: 0,
  });
  for (const key of turn.memory.keys(`listen/${networkOf(turn, container.uid)}/`)) {
    if (turn.memory.get<{ machine: string }>(key)?.machine === id) turn.memory.delete(key);
  }
  endLog(turn, id, finish);
  turn.note(say`container ${container.name} of ${container.uid} exited with ${status}`);
  // The kubelet waits for the end of a container that it stops; of any other it hears at its next relist.
  if (turn.memory.get(`stopping/${id}`)) {
    cancelKill(turn, id);
    turn.send(kubeletOf(turn.instance), 1, { kind: 'sync', uid: container.uid });
  } else {
    report(turn, container.uid);
  }
}

/** TERM now, KILL after `timeout` seconds. A container that was never started just ends. */
export function stopContainer(turn: Turn, host: Host, id: string, timeout: number): void {
  const container = containerRecord(turn, id);
  if (container?.state !== 'running') return;
  cancelKill(turn, id);
  turn.memory.set(`stopping/${id}`, {
    kill: timeout > 0 ? turn.after(timeout * 1000, { kind: 'killContainer', id }) : null,
  });
  signal(turn, host, id, container.pid, timeout > 0 ? 'TERM' : 'KILL');
}

/** Calls off the KILL that an earlier stop has announced. */
function cancelKill(turn: Turn, id: string): void {
  const kill = turn.memory.get<{ kill: number | null }>(`stopping/${id}`)?.kill;
  if (typeof kill === 'number') turn.cancel(kill);
}

/** Changes what the control group of a container allows. */
export function updateContainerResources(
  turn: Turn,
  { id, limits, requests }: UpdateContainerResources,
): RuntimeFailure | undefined {
  const container = containerRecord(turn, id);
  const machine = machineOf(turn.memory, id);
  if (!container || !machine) return { error: `container "${id}" not found`, code: 'NotFound' };
  const used = workingSet(processesOf(turn.memory, id), 0);
  if (limits.memory !== undefined && limits.memory < used)
    return { error: `attempting to set pod memory limit (${limits.memory}) below current usage (${used})` };
  const { requests: _, ...rest } = container;
  const updated: ContainerRecord = { ...rest, limits, ...(requests ? { requests } : {}) };
  turn.memory.set(containerCellName(id), updated);
  turn.memory.set(machineCellName(id), { ...machine, limits });
  return undefined;
}

export function killContainer(turn: Turn, host: Host, id: string): void {
  const container = containerRecord(turn, id);
  if (container?.state === 'running') signal(turn, host, id, container.pid, 'KILL');
}

export function removeContainer(turn: Turn, id: string): void {
  const container = containerRecord(turn, id);
  if (!container) return;
  removeMachine(turn, id);
  removeLog(turn, id);
  turn.memory.delete(`termination/${id}`);
  turn.memory.delete(`stopping/${id}`);
  turn.memory.delete(containerCellName(id));
  const ids = turn.memory.get<readonly string[]>(podCellName(container.uid)) ?? [];
  turn.memory.set(
    podCellName(container.uid),
    ids.filter((other) => other !== id),
  );
}

/** A pod has changed: the kubelet sees it at its next relist. One task a pod and relist. */
export function report(turn: Turn, uid: string): void {
  const due = turn.now + untilRelist(turn.now);
  const cell = `relist/${uid}`;
  if (turn.memory.get<number>(cell) === due) return;
  turn.memory.set(cell, due);
  turn.send(kubeletOf(turn.instance), due - turn.now, { kind: 'relist', uid });
}

/** Whether the control group of a container's pod has room for one more process. */
export function mayFork(turn: Turn, { id, pids }: Machine): boolean {
  const container = containerRecord(turn, id);
  const maximum = container && turn.memory.get<Sandbox>(sandboxCellName(container.uid))?.maximumProcesses;
  if (container === undefined || maximum === undefined) return true;
  const others = containersOf(turn, container.uid).filter((other) => other.id !== id);
  const used = others.reduce((sum, other) => sum + (machineOf(turn.memory, other.id)?.pids.length ?? 0), pids.length);
  return used + PAUSE_PROCESSES < maximum;
}
