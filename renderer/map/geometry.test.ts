import { expect, test } from 'vitest';
import { LABEL_HEIGHT, placeLabels } from './geometry.ts';

test('labels at one place stand one below the other', () => {
  const at = { x: 200, y: 40 };
  const labels = placeLabels(
    [
      { text: 'GET /api', at },
      { text: 'GET /apis', at },
      { text: 'POST pods', at },
    ],
    600,
  );
  const tops = labels.map(({ y }) => y);
  expect(tops[0]).toBe(40);
  for (let index = 1; index < tops.length; index++) {
    expect((tops[index] ?? 0) - (tops[index - 1] ?? 0)).toBeGreaterThanOrEqual(LABEL_HEIGHT);
  }
});

test('labels beside each other keep their height', () => {
  const labels = placeLabels(
    [
      { text: 'one', at: { x: 100, y: 40 } },
      { text: 'two', at: { x: 300, y: 40 } },
    ],
    600,
  );
  expect(labels.map(({ y }) => y)).toEqual([40, 40]);
});

test('no label leaves the canvas', () => {
  const text = 'watch endpointslices.discovery';
  for (const x of [-20, 0, 390, 500]) {
    const [label] = placeLabels([{ text, at: { x, y: 0 } }], 400);
    expect((label?.x ?? 0) - (label?.width ?? 0) / 2).toBeGreaterThanOrEqual(0);
    expect((label?.x ?? 0) + (label?.width ?? 0) / 2).toBeLessThanOrEqual(400);
    expect(label?.y).toBeGreaterThanOrEqual(LABEL_HEIGHT / 2);
  }
});
