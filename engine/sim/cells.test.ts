import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cells } from './cells.ts';

const write = fc.record({
  group: fc.constantFrom('pod/', 'node/', 'other/'),
  id: fc.constantFrom('a', 'b', 'c/d'),
  value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});

describe('cells', () => {
  it('hold what was set last, at every step, and list their keys in the order in which they came to life', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        let step = 0;
        const cells = new Cells();
        const memory = cells.memory('kubelet', () => step);
        const expected = new Map<string, number>();
        const states: Map<string, number>[] = [new Map()];
        for (const { group, id, value } of writes) {
          step++;
          const key = group + id;
          memory.set(key, value);
          if (value === undefined) expected.delete(key);
          else expected.set(key, value);
          states.push(new Map(expected));
          expect(memory.get(key)).toBe(value);
        }
        // A key that died and came back stands where it came back: as in a Map.
        expect(memory.keys('pod/')).toEqual([...expected.keys()].filter((key) => key.startsWith('pod/')));
        const middle = Math.floor(step / 2);
        const forked = cells.fork(middle).memory('kubelet', () => middle);
        const before = cells.memoryAt('kubelet', middle);
        for (const key of ['pod/a', 'node/b', 'other/c/d']) {
          const then = states[middle]?.get(key);
          expect([forked.get(key), before.get(key)]).toEqual([then, then]);
        }
      }),
    );
  });
});
