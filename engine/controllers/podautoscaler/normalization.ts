import type { Turn } from '../../sim/turn.ts';
import {
  changeWithin,
  type Direction,
  recommendationsOf,
  recordRecommendation,
  recordScaleEvent,
} from './recommendations.ts';

/** `--horizontal-pod-autoscaler-downscale-stabilization`: 5 minutes. */
const DOWNSCALE_WINDOW = 300;
/** Without `behavior` a step up at most doubles the replicas, but may always reach 4. */
const SCALE_UP_FACTOR = 2;
const SCALE_UP_MINIMUM = 4;

/** `spec.behavior.scaleUp` and `scaleDown`. */
interface ScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled';
  readonly policies?: readonly { readonly type: string; readonly value: number; readonly periodSeconds: number }[];
}

export interface Behavior {
  readonly scaleUp: ScalingRules & { readonly tolerance?: string };
  readonly scaleDown: ScalingRules & { readonly tolerance?: string };
}

/** What is to be made of the proposal of the metrics. */
export interface Normalization {
  readonly turn: Turn;
  readonly key: string;
  readonly current: number;
  readonly desired: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** A step with its reason and message for a condition. */
interface Step {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

/** First the recent past is looked at, then limits apply: each has a condition of its own. */
export interface Normalized {
  readonly replicas: number;
  readonly stabilized: Step;
  readonly limited: Step & { readonly isLimited: boolean };
}

const HIGHER = 'recent recommendations were higher than current one, applying the highest recent recommendation';
const LOWER = 'recent recommendations were lower than current one, applying the lowest recent recommendation';
const TOO_FAST_UP = 'the desired replica count is increasing faster than the maximum scale rate';
const TOO_FAST_DOWN = 'the desired replica count is decreasing faster than the maximum scale rate';
const TOO_MANY = 'the desired replica count is more than the maximum replica count';
const TOO_FEW = 'the desired replica count is less than the minimum replica count';

/** `normalizeDesiredReplicas` and, with `behavior`, `normalizeDesiredReplicasWithBehaviors` in `horizontal.go`. */
export function normalize(input: Normalization, behavior: Behavior | undefined): Normalized {
  const stabilized = behavior === undefined ? stabilizeDown(input) : stabilize(input, behavior);
  const calm = { ...input, desired: stabilized.replicas };
  const limited = behavior === undefined ? limitPlainly(calm) : limitByRates(calm, behavior);
  return {
    replicas: limited.replicas,
    stabilized,
    limited: { ...limited, isLimited: limited.replicas !== stabilized.replicas },
  };
}

function settled(replicas: number): Step {
  return { replicas, reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
}

/** The highest recommendation of the last five minutes (`stabilizeRecommendation`). */
function stabilizeDown({ turn, key, desired }: Normalization): Step {
  let highest = desired;
  for (const { replicas, at } of recommendationsOf(turn, key))
    if (at >= turn.now - DOWNSCALE_WINDOW * 1000) highest = Math.max(highest, replicas);
  recordRecommendation(turn, key, desired, DOWNSCALE_WINDOW * 1000);
  if (highest === desired) return settled(desired);
  return { replicas: highest, reason: 'ScaleDownStabilized', message: HIGHER };
}

/** As little change as the windows of both directions ask for (`stabilizeRecommendationWithBehaviors`). */
function stabilize({ turn, key, current, desired }: Normalization, { scaleUp, scaleDown }: Behavior): Step {
  const upWindow = (scaleUp.stabilizationWindowSeconds ?? 0) * 1000;
  const downWindow = (scaleDown.stabilizationWindowSeconds ?? DOWNSCALE_WINDOW) * 1000;
  let lowest = desired;
  let highest = desired;
  for (const { replicas, at } of recommendationsOf(turn, key)) {
    if (at > turn.now - upWindow) lowest = Math.min(lowest, replicas);
    if (at > turn.now - downWindow) highest = Math.max(highest, replicas);
  }
  const replicas = Math.min(Math.max(current, lowest), highest);
  recordRecommendation(turn, key, desired, Math.max(upWindow, downWindow));
  if (replicas === desired) return settled(desired);
  return desired >= current
    ? { replicas, reason: 'ScaleUpStabilized', message: LOWER }
    : { replicas, reason: 'ScaleDownStabilized', message: HIGHER };
}

function inRange(replicas: number): Step {
  return { replicas, reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
}

function limitPlainly({ current, desired, minimum, maximum }: Normalization): Step {
  const fastest = Math.max(SCALE_UP_FACTOR * current, SCALE_UP_MINIMUM);
  if (desired < minimum) return { replicas: minimum, reason: 'TooFewReplicas', message: TOO_FEW };
  if (desired <= Math.min(fastest, maximum)) return inRange(desired);
  if (maximum > fastest) return { replicas: fastest, reason: 'ScaleUpLimit', message: TOO_FAST_UP };
  return { replicas: maximum, reason: 'TooManyReplicas', message: TOO_MANY };
}

/** `convertDesiredReplicasWithBehaviorRate`. */
function limitByRates(input: Normalization, { scaleUp, scaleDown }: Behavior): Step {
  const { current, desired, minimum, maximum } = input;
  if (desired > current) {
    const fastest = Math.max(current, scaleUpLimit(input, scaleUp));
    if (desired <= Math.min(fastest, maximum)) return inRange(desired);
    if (maximum > fastest) return { replicas: fastest, reason: 'ScaleUpLimit', message: TOO_FAST_UP };
    return { replicas: maximum, reason: 'TooManyReplicas', message: TOO_MANY };
  }
  if (desired < current) {
    const fastest = Math.min(current, scaleDownLimit(input, scaleDown));
    if (desired >= Math.max(fastest, minimum)) return inRange(desired);
    if (minimum < fastest) return { replicas: fastest, reason: 'ScaleDownLimit', message: TOO_FAST_DOWN };
    return { replicas: minimum, reason: 'TooFewReplicas', message: TOO_FEW };
  }
  return inRange(desired);
}

/** Replicas at the beginning of a policy's period. */
function startReplicas({ turn, key, current }: Normalization, seconds: number): number {
  const added = changeWithin(turn, key, 'scale-up', seconds);
  const removed = changeWithin(turn, key, 'scale-down', seconds);
  return current - added + removed;
}

/** `calculateScaleUpLimitWithScalingRules`. */
function scaleUpLimit(input: Normalization, { selectPolicy, policies = [] }: ScalingRules): number {
  if (selectPolicy === 'Disabled') return input.current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = startReplicas(input, periodSeconds);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

/** `calculateScaleDownLimitWithBehaviors`: the policy that allows most leaves fewest. */
function scaleDownLimit(input: Normalization, { selectPolicy, policies = [] }: ScalingRules): number {
  if (selectPolicy === 'Disabled') return input.current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = startReplicas(input, periodSeconds);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

/** Remembers a change for as long as the longest period of its policies (`storeScaleEvent`). */
export function rememberScaling(turn: Turn, key: string, behavior: Behavior, from: number, to: number): void {
  if (from === to) return;
  const direction: Direction = to > from ? 'scale-up' : 'scale-down';
  const { policies = [] } = to > from ? behavior.scaleUp : behavior.scaleDown;
  const longest = Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds));
  recordScaleEvent(turn, key, direction, Math.abs(to - from), longest * 1000);
}
