import type { ContainerRecord, Sandbox } from '../cri.ts';
import { criLines } from '../logs.ts';
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
            () => containersOf(sandbox).filter((container) => container.name === name),
            ({ attempt }) => `${attempt}.log`,
            ({ id }) => file(logText(runtime, id), 0o640),
          ),
      ),
  );
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
function logText({ turn }: RuntimeState, id: string): string {
  return criLines(turn.memory, id)
    .map(({ time, stream, text }) => {
      const isWhole = text.endsWith('\n');
      return `${time} ${stream} ${isWhole ? 'F' : 'P'} ${isWhole ? text : `${text}\n`}`;
    })
    .join('');
}
