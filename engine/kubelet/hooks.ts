import type { Turn } from '../sim/turn.ts';
import { dial, httpText, unsealed, urlOf } from './dialing.ts';
import { type Container, containerNamed, cri, type PodCell, podCell, podEvent, podName, runtimeStatus } from './pod.ts';

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
  const message = httpHook(turn, cell, container, handler.httpGet);
  return message === undefined ? end : { ...end, message };
}

/** Asks what an HTTP hook names. Answers how it failed; what the server says does not matter. */
function httpHook(turn: Turn, cell: PodCell, container: Container, handler: Container): string | undefined {
  const { uid } = cell.pod.metadata;
  const address = runtimeStatus(turn, uid).sandbox?.address ?? '';
  const host: string = handler.host || address;
  const port = handler.port === '' ? 80 : portOf(container, handler.port);
  const text = httpText(host, port, handler, 'kube-lifecycle/1.36');
  const { reply, error } = dial(turn, { uid, address }, host, port, text);
  if (error === undefined) {
    if (handler.scheme === 'HTTPS' && reply !== '' && !unsealed(reply).isSecure) {
      const told = `request to HTTPS lifecycle hook ${host}:${port} got HTTP response, retry with HTTP succeeded`;
      podEvent(turn, cell.pod, 'Warning', 'LifecycleHTTPFallback', told);
    }
    return undefined;
  }
  return `HTTP lifecycle hook (${handler.path ?? ''}) for Container "${container.name}" in Pod "${podName(cell.pod)}" failed - error: Get "${urlOf(host, port, handler)}": ${error}`;
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
