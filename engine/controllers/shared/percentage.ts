/**
 * A number, or a percentage of a total that is rounded up or down (`GetScaledValueFromIntOrPercent` in
 * `k8s.io/apimachinery/pkg/util/intstr`). `scaled('25%', 3, Math.ceil)` is 1.
 */
export function scaled(limit: number | string, total: number, round: (value: number) => number): number {
  return typeof limit === 'number' ? limit : round((Number.parseInt(limit, 10) * total) / 100);
}
