import { timestamp } from '../../../sim/time.ts';
import type { ContainerRecord, Sandbox } from '../cri.ts';
import { criLines, rotationTime } from '../logs.ts';
import { type Branch, file, folderOf, link } from './branch.ts';
import type { RuntimeState } from './layout.ts';

/** `/var/log/pods/<namespace>_<name>_<uid>/<container>/<attempt>.log`: CRI's format, a tag tells whole lines from parts. */
export function podLogs(runtime: RuntimeState): Branch {
  const containersOf = ({ uid }: Sandbox): ContainerRecord[] =>
    runtime.containers().filter((container) => container.uid === uid);
  return folderOf(
    () => runtime.sandboxes().filter((sandbox) => containersOf(sandbox).length > 0),
    podLogFolder,
    (sandbox) =>
      folderOf(
        () => [...new Set(containersOf(sandbox).map(({ name }) => name))],
        (name) => name,
        (name) =>
          folderOf(
            () =>
              filesOf(
                runtime,
                containersOf(sandbox).filter((container) => container.name === name),
              ),
            ({ name: fileName }) => fileName,
            ({ id, isRotated }) => file(logText(runtime, id, isRotated), 0o640),
          ),
      ),
  );
}

interface LogFile {
  readonly name: string;
  readonly id: string;
  readonly isRotated: boolean;
}

/** `0.log`, and beside it `0.log.20260101-000130` that was put aside at that time (`rotateLatestLog` in `pkg/kubelet/logs`). */
function filesOf({ turn }: RuntimeState, containers: readonly ContainerRecord[]): LogFile[] {
  return containers.flatMap(({ id, attempt }) => {
    const name = `${attempt}.log`;
    const time = rotationTime(turn.memory, id);
    const current = { name, id, isRotated: false };
    if (time === undefined) return [current];
    const suffix = timestamp(time).replace(/[-:Z]/g, '').replace('T', '-');
    return [current, { name: `${name}.${suffix}`, id, isRotated: true }];
  });
}

/** `/var/log/containers`: a link for each log, as agents that collect logs look for them. */
export function containerLogs(runtime: RuntimeState): Branch {
  return folderOf(
    runtime.containers,
    (container) => {
      const sandbox = runtime.sandboxOf(container);
      return `${sandbox?.name}_${sandbox?.namespace}_${container.name}-${container.id}.log`;
    },
    (container) => {
      const sandbox = runtime.sandboxOf(container);
      return sandbox && link(logPath(sandbox, container));
    },
  );
}

/** Where the log of a container is. */
export function logPath(sandbox: Sandbox, { name, attempt }: ContainerRecord): string {
  return `/var/log/pods/${podLogFolder(sandbox)}/${name}/${attempt}.log`;
}

function podLogFolder({ namespace, name, uid }: Sandbox): string {
  return `${namespace}_${name}_${uid}`;
}

/** Source: `docs` of CRI's log format: time, stream, `F` for a whole line or `P` for a part, text. */
function logText({ turn }: RuntimeState, id: string, isRotated: boolean): string {
  return criLines(turn.memory, id, isRotated)
    .map(({ time, stream, text }) => {
      const isWhole = text.endsWith('\n');
      return `${time} ${stream} ${isWhole ? 'F' : 'P'} ${isWhole ? text : `${text}\n`}`;
    })
    .join('');
}
