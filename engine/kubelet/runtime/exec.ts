import type { Status } from '../../apiserver/request.ts';
import type { Host } from '../../process/host.ts';
import { closeInput, signal, spawn, writeInput } from '../../process/machine.ts';
import { hex } from '../../sim/identity.ts';
import type { Turn } from '../../sim/turn.ts';
import type { StreamReceiver } from '../api.ts';
import { kubeletOf } from './components.ts';
import { containerRecord } from './containers.ts';
import type { Exec, ExecSync } from './cri.ts';
import { attachLog, removeFollower, sendChunk } from './logs.ts';

/** Output of a probe that is kept (`maxRespBodyLength` is 10 KiB in `pkg/probe/exec`). */
const PROBE_OUTPUT = 10 * 1024;

/** A process in a container besides its main one: the cell `exec/<label>`. */
interface ExecSession {
  readonly container: string;
  readonly pid: number;
  readonly receiver?: StreamReceiver;
  readonly token?: string;
  readonly output: string;
  readonly status?: number;
}

/** Who a stream belongs to: the cell `stream-owner/<component>/<stream>`. `label` is absent for attach. */
interface StreamOwner {
  readonly container: string;
  readonly pid: number;
  readonly label?: string;
}

/** Runs a command whose output goes to a stream. Source of the error text: containerd's `execInContainer`. */
export function exec(turn: Turn, host: Host, request: Exec): void {
  const { id, receiver } = request;
  const label = `exec-${hex(() => turn.random(), 16)}`;
  const failure = joinProcess(turn, id, label, receiver, () => start(turn, host, id, label, request));
  if (failure === undefined) return;
  const execId = hex(() => turn.random(), 64);
  const why = `failed to exec in container: failed to start exec "${execId}": OCI runtime exec failed: exec failed: unable to start container process: ${failure}: unknown`;
  finish(turn, receiver, internalError(`error executing command in container: ${why}`));
}

/** Joins a stream to a process that `begin` starts in a machine. Answers why it could not be started. */
export function joinProcess(
  turn: Turn,
  machine: string,
  label: string,
  receiver: StreamReceiver,
  begin: () => number | string,
): string | undefined {
  turn.memory.set(`exec/${label}`, { container: machine, pid: 0, receiver, output: '' } satisfies ExecSession);
  const started = begin();
  if (typeof started === 'string') {
    turn.memory.delete(`exec/${label}`);
    return started;
  }
  const session = turn.memory.get<ExecSession>(`exec/${label}`) as ExecSession;
  if (session.status !== undefined) {
    turn.memory.delete(`exec/${label}`);
    return undefined;
  }
  turn.memory.set(`exec/${label}`, { ...session, pid: started });
  turn.memory.set(ownerCell(receiver), { container: machine, pid: started, label } satisfies StreamOwner);
  return undefined;
}

/** Runs a command for the kubelet; it hears `{ kind: 'execDone', token, status, output }`. */
export function execSync(turn: Turn, host: Host, request: ExecSync): void {
  const label = `exec-${hex(() => turn.random(), 16)}`;
  turn.memory.set(`exec/${label}`, {
    container: request.id,
    pid: 0,
    token: request.token,
    output: '',
  } satisfies ExecSession);
  const started = start(turn, host, request.id, label, request);
  if (typeof started !== 'string') return;
  turn.memory.delete(`exec/${label}`);
  const error = `failed to exec in container: failed to start exec "${hex(() => turn.random(), 64)}": OCI runtime exec failed: exec failed: unable to start container process: ${started}: unknown`;
  turn.send(kubeletOf(turn.instance), 1, { kind: 'execDone', token: request.token, status: -1, output: error });
}

/** Joins the main process of a container. */
export function attach(turn: Turn, id: string, receiver: StreamReceiver): void {
  attachLog(turn, id, receiver);
  const pid = containerRecord(turn, id)?.pid ?? 1;
  turn.memory.set(ownerCell(receiver), { container: id, pid } satisfies StreamOwner);
}

export function execOutput(turn: Turn, label: string, stream: 'stdout' | 'stderr', text: string): void {
  const session = turn.memory.get<ExecSession>(`exec/${label}`);
  if (!session) return;
  if (session.receiver) sendChunk(turn, session.receiver, stream, text);
  else turn.memory.set(`exec/${label}`, { ...session, output: (session.output + text).slice(0, PROBE_OUTPUT) });
}

/** A process that was joined to a stream has ended; `words` are its last, its exit status when omitted. */
export function execExited(turn: Turn, label: string, status: number, words = exitStatus(status)): void {
  const session = turn.memory.get<ExecSession>(`exec/${label}`);
  if (!session) return;
  if (session.receiver) {
    finish(turn, session.receiver, words);
    turn.memory.set(`exec/${label}`, { ...session, status });
    if (session.pid !== 0) turn.memory.delete(`exec/${label}`);
    return;
  }
  turn.memory.delete(`exec/${label}`);
  turn.send(kubeletOf(turn.instance), 1, { kind: 'execDone', token: session.token, status, output: session.output });
}

/** Input for an exec or attach stream. */
export function streamInput(
  turn: Turn,
  host: Host,
  receiver: StreamReceiver,
  text: string | undefined,
  close: boolean,
): void {
  const owner = turn.memory.get<StreamOwner>(ownerCell(receiver));
  if (!owner) return;
  if (text) writeInput(turn, host, owner.container, owner.pid, text);
  const isOnce = owner.label !== undefined || containerRecord(turn, owner.container)?.stdin === true;
  if (close && isOnce) closeInput(turn, host, owner.container, owner.pid);
}

/** The client hung up: an exec'd process loses its terminal, a container lives on. */
export function closeStream(turn: Turn, host: Host, receiver: StreamReceiver): void {
  const owner = turn.memory.get<StreamOwner>(ownerCell(receiver));
  if (!owner) return;
  turn.memory.delete(ownerCell(receiver));
  if (owner.label === undefined) {
    removeFollower(turn, owner.container, receiver);
    return;
  }
  turn.memory.delete(`exec/${owner.label}`);
  signal(turn, host, owner.container, owner.pid, 'HUP');
}

/** The last words on a stream. */
export function finish(turn: Turn, receiver: StreamReceiver, status: Status): void {
  turn.memory.delete(ownerCell(receiver));
  turn.send(receiver.component, 1, {
    kind: 'stream',
    stream: receiver.stream,
    chunk: { channel: 'error', status: status as never },
  });
  turn.send(receiver.component, 1, { kind: 'stream', stream: receiver.stream, closed: true });
}

/** How a process ended, for the error channel (`k8s.io/apimachinery/pkg/util/remotecommand`). */
export function exitStatus(status: number): Status {
  if (status === 0) return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: error executing command in container: exit status ${status}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(status) }] },
  };
}

function internalError(why: string): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    // Said twice: by the runtime's stream and by the kubelet that hands it on.
    message: `Internal error occurred: Internal error occurred: ${why}`,
    reason: 'InternalError',
    details: { causes: [{ message: why }] },
    code: 500,
  };
}

function start(turn: Turn, host: Host, id: string, label: string, request: Exec | ExecSync): number | string {
  const container = containerRecord(turn, id);
  if (container?.state !== 'running') return 'container is not running';
  const isExec = request.call === 'Exec';
  const pid = spawn(turn, host, id, {
    argv: request.command,
    environment: container.environment,
    directory: container.directory,
    label,
    credentials: container.credentials,
    stdin: isExec && request.stdin === true,
    ...(isExec && request.tty ? { terminal: { columns: 80, rows: 24 } } : {}),
  });
  return typeof pid === 'number' ? pid : pid.error;
}

function ownerCell({ component, stream }: StreamReceiver): string {
  return `stream-owner/${component}/${stream}`;
}
