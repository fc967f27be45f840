import type { Moment } from '../sim/moment.ts';
import type { StepRecord } from '../sim/trace.ts';
import type { Decision } from './decision.ts';
import { explainScheduling, type SchedulingExplanation, schedulingDecision } from './explanation.ts';

/** What is needed of a session to look back at a decision. */
export interface DecisionHistory {
  readonly head: { readonly step: number };
  trace(from?: number, to?: number): readonly StepRecord[];
  moment(step?: number): Moment;
}

/** A decision found in history: when it was made, what came of it, and the whole table behind it. */
export interface DecisionRecord {
  readonly step: number;
  readonly decision: Decision;
  readonly explanation: SchedulingExplanation;
}

const SCHEDULER = 'kube-scheduler';

/** The last decision about a pod up to a step. Undefined when the scheduler had not come to it by then. */
export function decisionRecord(
  history: DecisionHistory,
  namespace: string,
  name: string,
  until: number = history.head.step,
): DecisionRecord | undefined {
  const trace = history.trace(1, until);
  for (let index = trace.length - 1; index >= 0; index--) {
    const record = trace[index] as StepRecord;
    if (record.component !== SCHEDULER || record.task.kind !== 'schedule') continue;
    if (!record.notes.some(({ about }) => about?.name === name && about.namespace === namespace)) continue;
    const before = history.moment(record.step - 1);
    const pod = before.cache(SCHEDULER, 'pods').get(namespace, name);
    const decision = pod && schedulingDecision(history.moment(record.step).memory(SCHEDULER), pod);
    if (!pod || !decision) return undefined;
    const caches = (resource: string) => before.cache(SCHEDULER, resource);
    return { step: record.step, decision, explanation: explainScheduling(before.memory(SCHEDULER), caches, pod) };
  }
  return undefined;
}
