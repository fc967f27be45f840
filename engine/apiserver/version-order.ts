const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

const STAGES: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

/**
 * Orders names of versions as Kubernetes does: stable after beta after alpha, higher numbers after lower ones, and names
 * of another form before all these. Positive where `one` is the later. Source: `k8s.io/apimachinery/pkg/version`.
 */
export function compareVersions(one: string, other: string): number {
  const first = VERSION.exec(one);
  const second = VERSION.exec(other);
  if (first === null && second === null) return one < other ? 1 : one > other ? -1 : 0;
  if (first === null || second === null) return first === null ? -1 : 1;
  const stage = (match: RegExpExecArray): number => (match[2] === undefined ? 2 : (STAGES[match[2]] as number));
  return (
    stage(first) - stage(second) ||
    Number(first[1]) - Number(second[1]) ||
    Number(first[3] ?? 0) - Number(second[3] ?? 0)
  );
}
