import type { KubeObject } from '../../object.ts';

const MASK = '***';

/** A Secret before and after with its values hidden; where one changes, that can still be seen. */
export function maskedSecrets(
  from: KubeObject | undefined,
  to: KubeObject | undefined,
): readonly [KubeObject | undefined, KubeObject | undefined] {
  const [before, after] = [data(from), data(to)];
  const isChanged = (key: string) => key in before && key in after && before[key] !== after[key];
  return [
    masked(from, (key) => (isChanged(key) ? `${MASK} (before)` : MASK)),
    masked(to, (key) => (isChanged(key) ? `${MASK} (after)` : MASK)),
  ];
}

function data(secret: KubeObject | undefined): Readonly<Record<string, string>> {
  return (secret?.data ?? {}) as Record<string, string>;
}

function masked(secret: KubeObject | undefined, mask: (key: string) => string): KubeObject | undefined {
  if (!secret?.data) return secret;
  return { ...secret, data: Object.fromEntries(Object.keys(data(secret)).map((key) => [key, mask(key)])) };
}
