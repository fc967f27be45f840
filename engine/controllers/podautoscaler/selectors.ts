import { isSelectorError, matchesLabels, parseLabelSelector } from '../../apiserver/selectors/labels.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { splitKey } from '../shared/owner.ts';

/** Remembers what an autoscaler's target selects (cell `selector/<key>`), so that others can see that it does. */
export function rememberSelector(turn: Turn, key: string, selector: string): void {
  if (turn.memory.get(`selector/${key}`) !== selector) turn.memory.set(`selector/${key}`, selector);
}

export function forgetSelector(turn: Turn, key: string): void {
  if (turn.memory.get(`selector/${key}`) !== undefined) turn.memory.delete(`selector/${key}`);
}

/**
 * The autoscalers of a namespace whose targets select any of the pods, as Go prints their keys: `{web default}`
 * (`hpasControllingPodsUnderSelector` in `pkg/controller/podautoscaler/horizontal.go`).
 */
export function rivalsFor(turn: Turn, key: string, pods: readonly KubeObject[]): readonly string[] {
  const [namespace] = splitKey(key);
  return turn.memory
    .keys(`selector/${namespace}/`)
    .filter((cell) => {
      const selector = parseLabelSelector(turn.memory.get<string>(cell) ?? '');
      return !isSelectorError(selector) && pods.some((pod) => matchesLabels(selector, pod.metadata.labels));
    })
    .map((cell) => `{${cell.slice(`selector/${namespace}/`.length)} ${namespace}}`);
}
