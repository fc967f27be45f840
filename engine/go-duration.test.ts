import { describe, expect, it } from 'vitest';
import { durationProblem, parseDuration } from './go-duration.ts';

describe('parseDuration', () => {
  it('adds Go units up', () => {
    expect(parseDuration('1m30s')).toBe(90_000);
    expect(parseDuration('-1s')).toBe(-1000);
    expect(parseDuration('5')).toBeUndefined();
  });
});

it('what is no duration is refused in the words of Go', () => {
  expect(durationProblem('1h-5s')).toBe('time: unknown unit "h-" in duration "1h-5s"');
  expect(durationProblem('5x')).toBe('time: unknown unit "x" in duration "5x"');
  expect(durationProblem('5')).toBe('time: missing unit in duration "5"');
  expect(durationProblem('soon')).toBe('time: invalid duration "soon"');
  expect(durationProblem('-1.5h.5m')).toBeUndefined();
});
