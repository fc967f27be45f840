import { describe, expect, it } from 'vitest';
import { schemaFor } from '../../apiserver/schema/schemas.ts';
import { threeWayMergePatch, threeWayPatch } from './three-way.ts';

const schema = schemaFor('apps/v1', 'Deployment');
const spec = (containers: object[], more: object = {}) => ({ spec: { ...more, template: { spec: { containers } } } });

describe('threeWayPatch', () => {
  it('sets what differs, removes what was applied before and leaves the rest', () => {
    expect(threeWayPatch({ a: 1, b: 1 }, { a: 2 }, { a: 1, b: 1, c: 1 }, schema)).toEqual({ a: 2, b: null });
  });

  it('is empty when nothing differs, defaults of the server included', () => {
    const applied = spec([{ name: 'c', image: 'nginx' }]);
    const live = spec([{ name: 'c', image: 'nginx', imagePullPolicy: 'Always' }], { replicas: 3 });
    expect(threeWayPatch(applied, applied, live, schema)).toEqual({});
  });

  it('takes a key without a value for a missing one', () => {
    expect(threeWayPatch({ a: undefined }, { a: undefined }, { a: undefined }, schema)).toEqual({});
  });

  it('merges containers by name and says in which order they stand', () => {
    const before = spec([
      { name: 'a', image: 'x' },
      { name: 'b', image: 'y' },
    ]);
    const after = spec([
      { name: 'a', image: 'z' },
      { name: 'c', image: 'w' },
    ]);
    expect(threeWayPatch(before, after, before, schema)).toEqual({
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'a' }, { name: 'c' }],
            containers: [
              { image: 'z', name: 'a' },
              { name: 'c', image: 'w' },
              { $patch: 'delete', name: 'b' },
            ],
          },
        },
      },
    });
  });

  it('compares items of the same name in pairs from the end, as kubectl debug brings them about', () => {
    const before = spec([{ name: 'a', image: 'x' }]);
    const after = spec([
      { name: 'a', image: 'x' },
      { name: 'a', image: 'y' },
    ]);
    expect(threeWayPatch(before, after, before, schema)).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'a', image: 'y' },
              { name: 'a', image: 'x' },
            ],
          },
        },
      },
    });
  });

  it('replaces lists that have no merge key', () => {
    const args = (...list: string[]) => spec([{ name: 'a', args: list }]);
    expect(threeWayPatch(args('x'), args('y'), args('x'), schema)).toMatchObject({
      spec: { template: { spec: { containers: [{ name: 'a', args: ['y'] }] } } },
    });
  });

  it('keeps only the fields of the new strategy', () => {
    const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const recreate = { spec: { strategy: { type: 'Recreate' } } };
    expect(threeWayPatch(rolling, recreate, rolling, schema)).toEqual({
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } },
    });
  });

  it('replaces every list where there is no schema', () => {
    expect(threeWayMergePatch({}, { l: [{ name: 'a' }] }, { l: [{ name: 'b' }] })).toEqual({ l: [{ name: 'a' }] });
  });
});
