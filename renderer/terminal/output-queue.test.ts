import { expect, test } from 'vitest';
import { OutputQueue } from './output-queue.ts';

/** A terminal that takes so many milliseconds for a slice, and a window whose frames come when the test says so. */
function queue(millisecondsPerSlice: number) {
  let now = 0;
  let frame: (() => void) | undefined;
  const slices: string[] = [];
  const drained: number[] = [];
  const terminal = {
    write: (text: string, taken: () => void) => {
      slices.push(text);
      now += millisecondsPerSlice;
      taken();
    },
  };
  const pace = {
    now: () => now,
    nextFrame: (work: () => void) => {
      frame = work;
    },
  };
  const output = new OutputQueue(terminal, () => drained.push(slices.length), pace);
  const nextFrame = () => {
    const work = frame;
    frame = undefined;
    work?.();
    return work !== undefined;
  };
  return { output, slices, drained, nextFrame };
}

const LINES = Array.from({ length: 10_000 }, (_, line) => `${line}\n`).join('');

test('a prompt is written where it arrives', () => {
  const { output, slices, drained } = queue(1);
  output.push('$ ');
  expect(slices).toEqual(['$ ']);
  expect(drained).toEqual([1]);
  expect(output.isWriting).toBe(false);
});

test('long output is written line by line over many frames, each within its time, every second one left to drawing', () => {
  const { output, slices, drained, nextFrame } = queue(1);
  output.push(LINES);
  expect(slices).toEqual([]);
  const perFrame: number[] = [];
  for (let before = 0; nextFrame(); before = slices.length) perFrame.push(slices.length - before);
  expect(slices.join('')).toBe(LINES);
  expect(slices.every((slice) => slice.length <= 512 && slice.endsWith('\n'))).toBe(true);
  expect(perFrame.slice(0, 5)).toEqual([4, 0, 4, 0, 4]);
  expect(drained).toEqual([slices.length]);
});

test('what arrives while output is written comes behind it, and the queue is drained once', () => {
  const { output, slices, drained, nextFrame } = queue(1);
  output.push(LINES);
  nextFrame();
  output.push('$ ');
  while (nextFrame());
  expect(slices.join('')).toBe(`${LINES}$ `);
  expect(drained).toHaveLength(1);
});

test('what is replaced is not written any more', () => {
  const { output, slices, nextFrame } = queue(1);
  output.push(LINES);
  nextFrame();
  const before = slices.length;
  output.forget();
  output.push('anew\n');
  while (nextFrame());
  expect(slices.slice(before).join('')).toBe('anew\n');
});

test('a character outside of the basic plane is never cut', () => {
  const { output, slices, nextFrame } = queue(1);
  const text = `x${'🚀'.repeat(1000)}`;
  output.push(text);
  while (nextFrame());
  expect(slices.join('')).toBe(text);
  expect(slices.every((slice) => !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(slice))).toBe(true);
});
