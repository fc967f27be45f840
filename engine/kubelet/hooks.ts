import type { Turn } from '../sim/turn.ts';
import { type Container, containerNamed, cri, type PodCell, podCell, podName } from './pod.ts';

type HookName = 'postStart' | 'preStop';

/** A hook that is over, or never began: `message` says how it failed. */
export interface HookEnd {
  readonly cell: PodCell;
  readonly container: Container;
  readonly id: string;
  readonly hook: HookName;
  readonly message?: string;
}

/**
 * Starts a lifecycle hook. Undefined: it goes on, and an `execDone` task will tell of its end (`hookEnded`). Source of
 * rules and messages: `pkg/kubelet/lifecycle/handlers.go`.
 */
export function runHook(
  turn: Turn,
  cell: PodCell,
  container: Container,
  id: string,
  hook: HookName,
): HookEnd | undefined {
  const { uid } = cell.pod.metadata;
  const handler = container.lifecycle[hook];
  const token = `hook|${uid}|${container.name}|${id}|${hook}`;
  if (handler.exec) {
    cri(turn, { call: 'ExecSync', id, command: handler.exec.command, token });
    return undefined;
  }
  if (handler.sleep) {
    turn.after(handler.sleep.seconds * 1000, { kind: 'execDone', token, status: 0, output: '' });
    return undefined;
  }
  const end = { cell, container, id, hook };
  if (!handler.httpGet) return { ...end, message: `Cannot run handler: invalid handler: ${JSON.stringify(handler)}` };
  const { httpGet } = handler;
  const port = portOf(container, httpGet.port);
  const text = `GET ${httpGet.path ?? '/'} HTTP/1.1\r\nHost: ${httpGet.host ?? 'localhost'}\r\nConnection: close\r\n\r\n`;
  const { isOpen } = cri<{ isOpen: boolean }>(turn, { call: 'ProbePort', uid, port, text });
  if (isOpen) return end;
  const url = `http://${httpGet.host ?? cell.status?.podIP ?? ''}:${port}${httpGet.path ?? '/'}`;
  const error = `Get "${url}": dial tcp ${httpGet.host ?? cell.status?.podIP ?? ''}:${port}: connect: connection refused`;
  return {
    ...end,
    message: `HTTP lifecycle hook (${httpGet.path ?? ''}) for Container "${container.name}" in Pod "${podName(cell.pod)}" failed - error: ${error}`,
  };
}

/** The command or the sleep of a hook is over. */
export function hookEnded(turn: Turn, token: string, status: number, output: string): HookEnd | undefined {
  const [, uid = '', name = '', id = '', hook] = token.split('|');
  const cell = podCell(turn, uid);
  const container = cell && containerNamed(cell, name);
  if (!cell || !container) return undefined;
  const end: HookEnd = { cell, container, id, hook: hook as HookName };
  if (status === 0) return end;
  const command: readonly string[] = container.lifecycle?.[end.hook]?.exec?.command ?? [];
  const error = status < 0 ? output : `command '${command.join(' ')}' exited with ${status}: ${output}`;
  const message = `Exec lifecycle hook ([${command.join(' ')}]) for Container "${name}" in Pod "${podName(cell.pod)}" failed - error: ${error}, message: ${JSON.stringify(output)}`;
  return { ...end, message };
}

/** A port by number or by the name that the container gives it. */
export function portOf(container: Container, port: number | string | undefined): number {
  if (typeof port === 'number') return port;
  const named = (container.ports ?? []).find((candidate: { name?: string }) => candidate.name === port);
  return named ? named.containerPort : Number(port);
}
