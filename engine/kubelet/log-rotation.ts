import { say } from '../sentence.ts';
import type { Turn } from '../sim/turn.ts';
import { configuration } from './configuration.ts';
import { cri } from './pod.ts';

/**
 * A container whose log file has grown too big gets a new one; `kubectl logs` reads only that. Looked at every ten seconds
 * (`containerLogMonitorInterval`). Source: `pkg/kubelet/logs/container_log_manager.go`.
 */
export function rotateLogs(turn: Turn): void {
  const bytes = configuration(turn).containerLogMaxSize;
  for (const id of cri<readonly string[]>(turn, { call: 'ListLogsAbove', bytes })) {
    cri(turn, { call: 'ReopenContainerLog', id });
    turn.note(say`Log of container ${id.slice(0, 13)} rotated`);
  }
}
