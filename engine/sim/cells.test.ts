import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cells } from './cells.ts';

const write = fc.record({
  group: fc.constantFrom('pod/', 'node/', 'other/'),
  id: fc.constantFrom('a', 'b', 'c/d'),
  value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  isByMember: fc.boolean(),
  isLookedAt: fc.boolean(),
});

describe('cells', () => {
  it('are the same ones whether they are asked for by key or as members of a group', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        let step = 0;
        const cells = new Cells();
        const memory = cells.memory('kubelet', () => step);
        const expected = new Map<string, number>();
        const states: Map<string, number>[] = [new Map()];
        for (const { group, id, value, isByMember, isLookedAt } of writes) {
          step++;
          const key = group + id;
          if (isByMember) memory.setMember(group, id, value);
          else memory.set(key, value);
          if (value === undefined) expected.delete(key);
          else expected.set(key, value);
          states.push(new Map(expected));
          if (isLookedAt) expect(memory.member(group, id)).toBe(value);
          expect(memory.get(key)).toBe(value);
        }
        // A key that died and came back stands where it came back: as in a Map.
        expect(memory.keys('pod/')).toEqual([...expected.keys()].filter((key) => key.startsWith('pod/')));
        const middle = Math.floor(step / 2);
        const forked = cells.fork(middle).memory('kubelet', () => middle);
        const before = cells.memoryAt('kubelet', middle);
        for (const [group, id] of [['pod/', 'a'] as const, ['node/', 'b'] as const, ['other/', 'c/d'] as const]) {
          const then = states[middle]?.get(group + id);
          expect([forked.member(group, id), before.member(group, id), before.get(group + id)]).toEqual([
            then,
            then,
            then,
          ]);
        }
      }),
    );
  });
});
