import { expect, test } from 'vitest';
import type { Update } from '../../engine/protocol/messages.ts';
import type { ObjectRow, StateView } from '../../engine/protocol/views.ts';
import { applyUpdate, rowsOf, type SessionState, useSession } from './session-store.ts';

const row = (name: string, revision = 1): ObjectRow => ({
  resource: 'pods',
  namespace: 'default',
  name,
  kind: 'Pod',
  uid: name,
  revision,
  created: 0,
  tone: 'good',
  status: 'Running',
  labels: {},
});

const update = (rows: Update['rows']): Update => ({
  state: {} as StateView,
  branches: [],
  processes: [],
  rows,
  steps: [],
});

function after(...deltas: Update['rows'][]): SessionState {
  return deltas.reduce((state, delta) => ({ ...state, ...applyUpdate(state, update(delta)) }), useSession.getState());
}

test('deltas add, replace and remove rows', () => {
  const state = after(
    { reset: true, changed: [row('b'), row('a')], removed: [] },
    { reset: false, changed: [row('a', 2)], removed: [{ resource: 'pods', namespace: 'default', name: 'b' }] },
  );
  expect(rowsOf(state.rows, 'pods').map(({ name, revision }) => [name, revision])).toEqual([['a', 2]]);
});

test('a reset forgets what was known', () => {
  const state = after(
    { reset: true, changed: [row('a')], removed: [] },
    { reset: true, changed: [row('c')], removed: [] },
  );
  expect(rowsOf(state.rows, 'pods').map(({ name }) => name)).toEqual(['c']);
});

test('rows keep their identity when nothing changed', () => {
  const before = after({ reset: true, changed: [row('a')], removed: [] });
  expect(applyUpdate(before, update({ reset: false, changed: [], removed: [] })).rows).toBe(before.rows);
});
