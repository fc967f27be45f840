const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(m|n|u|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;

const SUFFIX_FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A resource quantity as a plain number: `'1500m'` is 1.5, `'1Gi'` is 1073741824. Numbers pass as they are; what is no
 * quantity is NaN. Source: `k8s.io/apimachinery/pkg/api/resource/quantity.go`.
 */
export function quantityValue(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  if (typeof quantity === 'number') return quantity;
  const plain = Number(quantity);
  if (quantity !== '' && !Number.isNaN(plain)) return plain;
  const match = QUANTITY.exec(quantity);
  if (!match) return Number.NaN;
  return Number(match[1]) * (SUFFIX_FACTORS[match[2] ?? ''] ?? 1);
}

/** A quantity in whole units, rounded up: Go's `Quantity.Value()`. */
export function wholeValue(quantity: string | number | undefined): number {
  return roundUp(quantityValue(quantity));
}

/** A quantity in thousandths, rounded up: Go's `Quantity.MilliValue()`. `'0.1'` and `'100m'` are both 100. */
export function milliValue(quantity: string | number | undefined): number {
  return roundUp(quantityValue(quantity) * 1000);
}

/** Rounds up, but lets pass what binary fractions add: 0.07 × 1000 is 70, not 71. */
function roundUp(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-6 * Math.max(1, Math.abs(value)) ? nearest : Math.ceil(value);
}
