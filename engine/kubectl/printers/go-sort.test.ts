import { describe, expect, it } from 'vitest';
import { goSorted } from './go-sort.ts';

const less = (one: number, other: number) => one < other;

describe('goSorted', () => {
  it('sorts whatever comes', () => {
    for (const length of [0, 1, 12, 13, 49, 50, 51, 200, 1000]) {
      const up = Array.from({ length }, (_, index) => index);
      const mixed = up.map((index) => (index * 7919) % 1009);
      for (const items of [up, [...up].reverse(), mixed, up.map((index) => index % 3)]) {
        expect(goSorted(items, less)).toEqual([...items].sort((one, other) => one - other));
      }
    }
  });

  it('keeps the order of up to twelve that are equal', () => {
    const items = Array.from({ length: 12 }, (_, index) => ({ key: index % 2, index }));
    const sorted = goSorted(items, (one, other) => one.key < other.key);
    expect(sorted.map(({ index }) => index)).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
  });

  it('always gives the same order of more', () => {
    const items = Array.from({ length: 70 }, (_, index) => ({ key: (index * 31) % 3, index }));
    const sort = () => goSorted(items, (one, other) => one.key < other.key).map(({ index }) => index);
    expect(sort()).toEqual(sort());
    expect(sort()).not.toEqual([...items].sort((one, other) => one.key - other.key).map(({ index }) => index));
  });
});
