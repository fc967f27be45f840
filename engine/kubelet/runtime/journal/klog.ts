import { microTimestamp } from '../../../sim/time.ts';
import { ERROR, INFORMATION, WARNING } from './entry.ts';

/** `default/web`, as klog names an object. */
export function objectName({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** Values as klog's structured logging writes them: texts quoted, structures as JSON. */
export type Values = Readonly<Record<string, string | number | boolean | object>>;

const LETTERS: Readonly<Record<number, string>> = { [ERROR]: 'E', [WARNING]: 'W', [INFORMATION]: 'I' };

/** `"SyncLoop ADD" source="api" pods=["default/web"]`. Source: `k8s.io/klog/v2/internal/serialize`. */
export function structured(message: string, values: Values = {}): string {
  const fields = Object.entries(values).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return JSON.stringify(message) + fields.join('');
}

/** `I1121 10:00:00.250000     650 kubelet.go:2537] …`: the header that klog puts before a line. */
export function klogLine(priority: number, time: number, pid: number, place: string, text: string): string {
  const stamp = microTimestamp(time);
  const date = stamp.slice(5, 7) + stamp.slice(8, 10);
  return `${LETTERS[priority] ?? 'I'}${date} ${stamp.slice(11, 26)} ${String(pid).padStart(7)} ${place}] ${text}`;
}
