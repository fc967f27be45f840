import { expect, test } from 'vitest';
import { age, elapsed } from './format.ts';

test.each([
  [0, '0:00:00.000'],
  [67_250, '0:01:07.250'],
  [3_600_000 * 25 + 1, '25:00:00.001'],
])('%i ms have elapsed: %s', (milliseconds, text) => expect(elapsed(milliseconds)).toBe(text));

test.each([
  [0, '0s'],
  [119_999, '119s'],
  [120_000, '2m'],
  [7_200_000, '2h'],
  [172_800_000, '2d'],
])('%i ms old: %s', (milliseconds, text) => expect(age(milliseconds)).toBe(text));
