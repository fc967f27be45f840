import { BASELINE_CHECKS } from './baseline.ts';
import type { Check, CheckedPod, CheckVersion, Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { RESTRICTED_CHECKS } from './restricted.ts';

/** The newest release that there are rules of; `latest` and all later ones mean this one. */
const NEWEST = 36;

/** What a pod has against it under a level, in the order of the checks' ids, baseline first. */
export function violations({ level, version }: LevelVersion, pod: CheckedPod): readonly Violation[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? NEWEST : Math.min(Number(version.slice('v1.'.length)), NEWEST);
  const restricted = level === 'restricted' ? activeChecks(RESTRICTED_CHECKS, minor) : [];
  const overridden = restricted.flatMap(({ overrides }) => overrides ?? []);
  const baseline = activeChecks(
    BASELINE_CHECKS.filter(({ id }) => !overridden.includes(id)),
    minor,
  );
  return [...baseline, ...restricted].map(({ check }) => check(pod)).filter((violation) => violation !== undefined);
}

function activeChecks(checks: readonly Check[], minor: number): readonly CheckVersion[] {
  return checks
    .map(({ versions }) => versions.filter(({ since }) => since <= minor).at(-1))
    .filter((active) => active !== undefined);
}

/** `hostPort (container "c" uses hostPort 80), privileged (…)`. */
export function formatViolations(list: readonly Violation[]): string {
  return list.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
}

/** `hostPort, privileged`. */
export function formatReasons(list: readonly Violation[]): string {
  return list.map(({ reason }) => reason).join(', ');
}
