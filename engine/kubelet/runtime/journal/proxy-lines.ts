import type { History } from '../../../sim/history.ts';
import { INFORMATION, type Line } from './entry.ts';
import { klogLine, structured } from './klog.ts';

/** What kube-proxy has written since a step. */
export function proxyLines(
  history: History,
  node: string,
  after: number,
  pidAt: (step: number) => number,
): readonly Line[] {
  const component = `kube-proxy/${node}`;
  const line = (time: number, step: number, place: string, text: string): Line => ({
    time,
    step,
    priority: INFORMATION,
    message: klogLine(INFORMATION, time, pidAt(step), place, text),
  });
  const started = history
    .runs(component, after)
    .filter(({ isStart }) => isStart)
    .map(({ time, step }) => line(time, step, 'server.go:677', structured('Version info', { version: 'v1.36.2' })));
  const synced = history
    .changes(component, 'synced', after)
    .filter((change) => change.after !== undefined)
    .map(({ time, step }) => line(time, step, 'proxier.go:822', structured('SyncProxyRules complete')));
  return [...started, ...synced];
}
