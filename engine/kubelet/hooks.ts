import type { Turn } from '../sim/turn.ts';
import { type Container, cri, type PodCell, podCell, podEvent } from './pod.ts';

/** Starts a lifecycle hook. True: it goes on, and `hookEnded` will hear of its end. */
export function runHook(
  turn: Turn,
  cell: PodCell,
  container: Container,
  id: string,
  hook: 'postStart' | 'preStop',
): boolean {
  const { uid } = cell.pod.metadata;
  const handler = container.lifecycle[hook];
  const token = `hook|${uid}|${container.name}|${id}|${hook}`;
  if (handler.exec) {
    cri(turn, { call: 'ExecSync', id, command: handler.exec.command, token });
    return true;
  }
  if (handler.sleep) {
    turn.after(handler.sleep.seconds * 1000, { kind: 'execDone', token, status: 0, output: '' });
    return true;
  }
  const port = portOf(container, handler.httpGet?.port ?? handler.tcpSocket?.port);
  const text = handler.httpGet
    ? `GET ${handler.httpGet.path ?? '/'} HTTP/1.1\r\nHost: ${handler.httpGet.host ?? 'localhost'}\r\nConnection: close\r\n\r\n`
    : undefined;
  const answer = cri<{ isOpen: boolean }>(turn, {
    call: 'ProbePort',
    uid,
    port,
    ...(text === undefined ? {} : { text }),
  });
  if (!answer.isOpen) hookFailed(turn, cell, container, id, hook);
  return false;
}

/** A hook has ended: a failed postStart hook ends its container. */
export function hookEnded(turn: Turn, token: string, status: number): string | undefined {
  const [, uid = '', name = '', id = '', hook] = token.split('|');
  const cell = podCell(turn, uid);
  const container = cell?.pod.spec.containers.find((candidate: Container) => candidate.name === name);
  if (!cell || !container) return undefined;
  if (status !== 0) hookFailed(turn, cell, container, id, hook as 'postStart' | 'preStop');
  return hook === 'preStop' ? uid : undefined;
}

function hookFailed(turn: Turn, cell: PodCell, container: Container, id: string, hook: 'postStart' | 'preStop'): void {
  if (hook === 'preStop') {
    podEvent(turn, cell.pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', container);
    return;
  }
  podEvent(turn, cell.pod, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', container);
  podEvent(turn, cell.pod, 'Normal', 'Killing', 'FailedPostStartHook', container);
  cri(turn, { call: 'StopContainer', id, timeout: cell.pod.spec.terminationGracePeriodSeconds ?? 30 });
}

/** A port by number or by the name that the container gives it. */
export function portOf(container: Container, port: number | string | undefined): number {
  if (typeof port === 'number') return port;
  const named = (container.ports ?? []).find((candidate: { name?: string }) => candidate.name === port);
  return named ? named.containerPort : Number(port);
}
