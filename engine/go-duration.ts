const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's `time.ParseDuration` in milliseconds; undefined for what is none. `1m30s` is 90000. */
export function parseDuration(text: string): number | undefined {
  if (durationProblem(text) !== undefined) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)([^.\d]+)/g)) {
    total += Number(amount) * (MILLISECONDS[unit as string] as number);
  }
  return text.startsWith('-') ? -total : total;
}

/** What `time.ParseDuration` finds wrong, in its words. */
export function durationProblem(text: string): string | undefined {
  const quoted = JSON.stringify(text);
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return undefined;
  do {
    const [amount] = /^(\d+\.?\d*|\.\d+)/.exec(rest) ?? [];
    if (amount === undefined) return `time: invalid duration ${quoted}`;
    const [unit = ''] = /^[^.\d]*/.exec(rest.slice(amount.length)) ?? [];
    if (unit === '') return `time: missing unit in duration ${quoted}`;
    if (!Object.hasOwn(MILLISECONDS, unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    rest = rest.slice(amount.length + unit.length);
  } while (rest !== '');
  return undefined;
}
