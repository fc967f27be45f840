/** The seed of the next step of a random stream. The stream is SplitMix32. */
export function nextSeed(seed: number): number {
  return (seed + 0x9e3779b9) | 0;
}

/** The number in [0, 1) that a seed stands for. */
export function numberOf(seed: number): number {
  let mixed = seed ^ (seed >>> 16);
  mixed = Math.imul(mixed, 0x21f0aaad);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x735a2d97);
  mixed ^= mixed >>> 15;
  return (mixed >>> 0) / 0x100000000;
}

/** One step of a random stream: a number in [0, 1) and the seed of the next step. */
export function nextRandom(seed: number): { readonly value: number; readonly seed: number } {
  const next = nextSeed(seed);
  return { value: numberOf(next), seed: next };
}

/** FNV-1a, 32 bits, over UTF-16 code units: spreads names over seeds. */
export function hash32(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The first seed of a component's own stream, so that adding a component does not disturb the others. */
export function streamSeed(seed: number, component: string): number {
  return hash32(component, hash32(String(seed)));
}
