import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalQuantity, nanoValue, quantitySum } from './quantity.ts';

test.each([
  ['0.5', '500m'],
  ['1000m', '1'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Ki', '512'],
  ['1073741824', '1073741824'],
  ['1e9', '1e9'],
  ['12E3', '12E3'],
  ['1e-1', '100e-3'],
  ['-1', '-1'],
  ['0', '0'],
  ['0m', '0'],
  ['1.0000000001', '1000000001n'],
  ['5000k', '5M'],
])('%s is written as %s', (given, canonical) => {
  expect(canonicalQuantity(given)).toBe(canonical);
});

test.each(['', 'abc', '1 core', '1.2.3', '1KiB', '.', 'm'])('%j is no quantity', (text) => {
  expect(canonicalQuantity(text)).toBeUndefined();
});

test('the canonical form keeps the value and is its own canonical form', () => {
  const suffix = fc.constantFrom('', 'm', 'u', 'n', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2');
  fc.assert(
    fc.property(fc.nat(), suffix, (number, unit) => {
      const canonical = canonicalQuantity(`${number}${unit}`) as string;
      expect(nanoValue(canonical)).toBe(nanoValue(`${number}${unit}`));
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});

test('sums', () => {
  expect(quantitySum(['100m', '0.9'])).toBe('1');
  expect(quantitySum(['512Mi', '512Mi'])).toBe('1Gi');
});
