import { describe, expect, it } from 'vitest';
import { shell } from '../testing.ts';

describe('a container shell', () => {
  it('runs pipelines, lists and subshells', () => {
    expect(shell('echo hi | cat; (echo sub; exit 4); echo $?; nosuch; echo $?')).toEqual({ out: 'hi\nsub\n4\n127\n', err: 'sh: nosuch: not found\n', status: 0 });
  });
});
