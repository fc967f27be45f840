import { expect, it } from 'vitest';
import { shell } from '../testing.ts';
import { pi } from './perl.ts';

it('computes pi, rounded in its last digit', () => {
  expect(pi(1)).toBe('3');
  expect(pi(5)).toBe('3.1416');
  expect(pi(2000)).toMatch(/^3\.14159265358979323846264338327950288.{1936}8658326459958133904780275901$/);
});

it('refuses all else that Perl can', () => {
  const image = 'docker.io/library/perl:5.34.0';
  expect(shell("perl -Mbignum=bpi -wle 'print bpi(10)'", image).out).toBe('3.141592654\n');
  expect(shell("perl -e 'print 1'", image)).toEqual({
    out: '',
    err: "perl: not simulated, but for: perl -Mbignum=bpi -wle 'print bpi(DIGITS)' with up to 10000 digits\n",
    status: 2,
  });
});
