import type { ApiResponse } from '../../apiserver/request.ts';
import type { Host } from '../../process/host.ts';
import { spawn } from '../../process/machine.ts';
import type { RequestAnswer } from '../../process/program.ts';
import { hex } from '../../sim/identity.ts';
import type { Turn } from '../../sim/turn.ts';
import { kubeletOf } from './components.ts';
import type { Shell } from './cri.ts';
import { crictl } from './crictl.ts';
import type { ExecQuestion } from './crictl-exec.ts';
import { closeStream, exitStatus, finish, joinProcess, streamInput } from './exec.ts';
import { askFromContainer, containerHost } from './host.ts';
import { NODE_MACHINE } from './host-network.ts';
import { journalctl } from './journal/journalctl.ts';
import { KERNEL } from './network/network-state.ts';
import { networkTools } from './network/network-tools.ts';
import { execForNode, nodeStream } from './node-exec.ts';
import { nodeMachine } from './node-machine.ts';
import { shutdown } from './power-tools.ts';
import { runtimeClients } from './runtime-clients.ts';
import { runtimeInfo } from './runtimes.ts';
import { answerServices } from './service-manager.ts';
import { SERVICES, systemctl } from './services.ts';
import { answerCrictl, CRI_SOCKET } from './socket.ts';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: '/root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  USER: 'root',
  SHELL: '/bin/sh',
  PS1: '# ',
};

/** What the runtime does for its containers, and for the processes of the node itself. */
export const nodeHost: Host = {
  ...containerHost,
  output(turn, process, stream, text) {
    containerHost.output(turn, process, stream, text);
    if (process.machine === NODE_MACHINE) noticeFiles(turn);
  },
  exited(turn, process, status, signal) {
    containerHost.exited(turn, process, status, signal);
    if (process.machine === NODE_MACHINE) noticeFiles(turn);
  },
  request(turn, machine, server, { path, body }): RequestAnswer {
    if (machine !== NODE_MACHINE || server === KERNEL) return askFromContainer(turn, machine, server);
    if (server === SERVICES) return { code: 200, body: answerServices(turn, path, body as object) } as ApiResponse;
    if (server !== CRI_SOCKET) return { unreachable: `dial ${server}: connect: connection refused` };
    if (!turn.isRunning(turn.component))
      return {
        unreachable: `dial unix ${runtimeInfo(turn).socket.slice('unix://'.length)}: connect: connection refused`,
      };
    if (path === '/exec') return execForNode(turn, body as unknown as ExecQuestion);
    return answerCrictl(turn, path, body as object);
  },
  sendToStream(turn, stream, { text, closeInput, close }) {
    const receiver = nodeStream(turn, stream);
    if (close) closeStream(turn, nodeHost, receiver);
    else streamInput(turn, nodeHost, receiver, text, closeInput ?? false);
  },
  programs: {
    ...containerHost.programs,
    crictl: { script: crictl },
    systemctl: { script: systemctl },
    journalctl: { script: journalctl },
    shutdown: { script: shutdown },
    ...networkTools,
    ...runtimeClients,
  },
};

/** The kubelet is told at once when somebody at the node may have changed its manifests (inotify). */
function noticeFiles(turn: Turn): void {
  turn.send(kubeletOf(turn.instance), 0, { kind: 'manifests' });
}

/** Opens a shell on the node, or runs one command there. */
export function openShell(turn: Turn, host: Host, { command, isTerminal, receiver }: Shell): void {
  nodeMachine(turn);
  const label = `ssh-${hex(() => turn.random(), 8)}`;
  const argv = command === '' ? ['sh', ...(isTerminal ? ['-i'] : [])] : ['sh', '-c', command];
  const failure = joinProcess(turn, NODE_MACHINE, label, receiver, () => {
    const terminal = isTerminal ? { terminal: { columns: 80, rows: 24 } } : {};
    const started = spawn(turn, host, NODE_MACHINE, {
      argv,
      environment: ENVIRONMENT,
      directory: '/root',
      label,
      stdin: true,
      ...terminal,
    });
    return typeof started === 'number' ? started : started.error;
  });
  if (failure !== undefined) finish(turn, receiver, exitStatus(127));
}
