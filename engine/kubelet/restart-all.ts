import type { KubeObject } from '../object.ts';
import type { Turn } from '../sim/turn.ts';
import { newest, terminatedState } from './container-status.ts';
import {
  type Container,
  containerNamed,
  containersOfPod,
  cri,
  initContainersOf,
  type PodCell,
  runtimeStatus,
  setPodCell,
} from './pod.ts';
import { mayRestartAll, restartRule } from './restart-policy.ts';
import type { RuntimePod } from './runtime/cri.ts';
import { writeStatus } from './status-writer.ts';
import { stopContainer } from './stopping.ts';

function containersThatRestart(pod: KubeObject): Container[] {
  return [...initContainersOf(pod), ...containersOfPod(pod)];
}

/** Whether the whole pod is to begin anew in its sandbox (`ShouldAllContainersRestart` in `pkg/kubelet/container/helpers.go`). */
export function isRestartOfAllDue({ pod, isRestartingAll }: PodCell, runtime: RuntimePod): boolean {
  if (!mayRestartAll(pod)) return false;
  return (
    isRestartingAll === true ||
    containersThatRestart(pod).some((container) => {
      const record = newest(runtime, container.name);
      return record?.state === 'exited' && restartRule(container, record.exitCode)?.action === 'RestartAllContainers';
    })
  );
}

/**
 * Ends every container of a pod without hooks and without the pod's grace period; once none runs, forgets them all, so that
 * the pod starts again from its first init container. Sandbox, address and volumes stay, restarts are counted.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-all-containers
 */
export function restartAll(turn: Turn, before: PodCell, runtime: RuntimePod): void {
  const running = runtime.containers.filter(({ state, name }) => state === 'running' && isReset(before, name));
  const cell = setPodCell(turn, before, { isRestartingAll: true });
  if (running.length === 0) {
    reset(turn, cell, runtime);
    return;
  }
  if (!before.isRestartingAll)
    for (const { id, name } of running) {
      const container = containerNamed(cell, name);
      if (container) stopContainer(turn, cell, container, id, `Stopping container ${name}`, 0);
    }
  writeStatus(turn, cell);
}

function isReset({ pod }: PodCell, name: string): boolean {
  return containersThatRestart(pod).some((container) => container.name === name);
}

function reset(turn: Turn, cell: PodCell, runtime: RuntimePod): void {
  const last: Record<string, object> = { ...cell.last };
  const resets: Record<string, number> = { ...cell.resets };
  for (const container of containersThatRestart(cell.pod)) {
    const record = newest(runtime, container.name);
    if (!record) continue;
    last[container.name] = terminatedState(record, container, () => '');
    resets[container.name] = record.attempt;
  }
  for (const { id, name } of runtime.containers) if (isReset(cell, name)) cri(turn, { call: 'RemoveContainer', id });
  const { uid } = cell.pod.metadata;
  const fresh = setPodCell(turn, cell, {
    last,
    resets,
    isRestartingAll: undefined,
    probes: {},
    waiting: {},
    backOffs: {},
  });
  writeStatus(turn, fresh, runtimeStatus(turn, uid));
  turn.after(0, { kind: 'sync', uid });
}
