import type { Status } from '../../apiserver/request.ts';
import type { Host } from '../../process/host.ts';
import { createMachine, removeMachine, spawn } from '../../process/machine.ts';
import { hex } from '../../sim/identity.ts';
import type { Task } from '../../sim/task.ts';
import type { Turn } from '../../sim/turn.ts';
import { sandboxCellName } from './cell-names.ts';
import type { PortForward, Sandbox } from './cri.ts';
import { execExited, exitStatus, finish, joinProcess } from './exec.ts';
import { networkOf } from './host-network.ts';

/** Labels of the processes that carry connections into pods. */
const FORWARD = 'forward-';

export function isForward(label: string): boolean {
  return label.startsWith(FORWARD);
}

/**
 * Connects a stream to a port inside a pod's network. The runtime enters the network by itself, so that the pod's images
 * need nothing for it; here that is a machine for as long as the connection lasts, with a program that carries text.
 */
export function portForward(turn: Turn, host: Host, { uid, port, receiver }: PortForward): void {
  const sandbox = turn.memory.get<Sandbox>(sandboxCellName(uid));
  if (sandbox?.state !== 'ready') {
    finish(
      turn,
      receiver,
      failure(`error forwarding port ${port} to pod: sandbox container "${sandbox?.id}" is not running`),
    );
    return;
  }
  const label = `${FORWARD}${hex(() => turn.random(), 16)}`;
  const { hostname, address } = sandbox;
  createMachine(turn, {
    id: label,
    hostname,
    image: 'docker.io/library/busybox:1.36',
    network: networkOf(turn, uid),
    address,
  });
  turn.memory.set(`forward/${label}`, { uid, port } satisfies Pick<PortForward, 'uid' | 'port'>);
  joinProcess(turn, label, label, receiver, () => {
    const argv = ['nc', '127.0.0.1', String(port)];
    const started = spawn(turn, host, label, { argv, environment: {}, directory: '/', label, stdin: true });
    return typeof started === 'number' ? started : started.error;
  });
}

/** The connection has ended: by either side, or because nobody listens. */
export function forwardExited(turn: Turn, label: string, status: number): void {
  const about = turn.memory.get<Pick<PortForward, 'uid' | 'port'>>(`forward/${label}`);
  execExited(turn, label, status, status === 1 && about ? refused(turn, about) : exitStatus(0));
  turn.memory.delete(`forward/${label}`);
  // The machine has not come to rest yet.
  turn.after(0, { kind: 'forwardEnded', machine: label }, { background: true });
}

export function forwardEnded(turn: Turn, task: Task): void {
  removeMachine(turn, task.machine as string);
}

/** Source: `pkg/cri/sbserver/sandbox_portforward_linux.go` in containerd. */
function refused(turn: Turn, { uid, port }: Pick<PortForward, 'uid' | 'port'>): Status {
  const id = turn.memory.get<Sandbox>(sandboxCellName(uid))?.id ?? '';
  const connection = `failed to connect to localhost:${port} inside namespace "${id}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address`;
  return failure(
    `error forwarding port ${port} to pod ${id}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${uid}": ${connection}`,
  );
}

function failure(message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}
