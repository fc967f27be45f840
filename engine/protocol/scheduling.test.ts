import { expect, test } from 'vitest';
import { createSession, loadSession } from '../cluster.ts';
import { EngineHost } from './engine-host.ts';
import type { EngineMessage, MethodName, Params, Result, Update } from './messages.ts';

/** A host with a whole cluster, and every row there is. */
function openWindow() {
  const messages: EngineMessage[] = [];
  const emit = (message: EngineMessage) => messages.push(JSON.parse(JSON.stringify(message)) as EngineMessage);
  const host = new EngineHost({ create: createSession, load: loadSession, lessons: [], emit });
  let id = 0;
  const ask = <M extends MethodName>(method: M, params: Params<M>): Result<M> => {
    host.receive({ id: ++id, method, params });
    const answer = messages.find((message) => 'id' in message && message.id === id);
    if (!answer || !('result' in answer)) throw new Error(JSON.stringify(answer));
    return answer.result as Result<M>;
  };
  ask('session.create', { options: { nodes: 2 } });
  ask('rows.subscribe', { resources: 'all' });
  return { ask, messages };
}

test("the scheduler's table of a pod can be read at any moment after the decision, and not before", () => {
  const { ask } = openWindow();
  const object = { resource: 'pods', namespace: 'default', name: 'web' };
  ask('move', { kind: 'advance', milliseconds: 5_000 });
  ask('terminal.type', { text: 'kubectl run web --image=nginx\n' });
  expect(ask('scheduling.explain', { object })).toBeNull();
  ask('move', { kind: 'settle' });
  const record = ask('scheduling.explain', { object });
  expect(record?.decision).toMatchObject({ feasible: 2, evaluated: 2 });
  expect(record?.explanation.nodes.map(({ node, outcome }) => [node, outcome])).toEqual([
    ['node-1', 'feasible'],
    ['node-2', 'feasible'],
  ]);
  expect(record?.explanation.best).toContain(record?.decision.node);
  ask('seek', { kind: 'step', step: (record?.step ?? 0) - 1 });
  expect(ask('scheduling.explain', { object })).toBeNull();
});

test('a window that wants all rows is told of every kind', () => {
  const { ask, messages } = openWindow();
  ask('move', { kind: 'advance', milliseconds: 5_000 });
  const updates = messages.flatMap((message): Update[] =>
    'event' in message && message.event === 'update' ? [message.update] : [],
  );
  const kinds = new Set(updates.flatMap(({ rows }) => rows.changed.map(({ kind }) => kind)));
  expect([...kinds]).toEqual(expect.arrayContaining(['Namespace', 'Node', 'Lease', 'ServiceAccount', 'PriorityClass']));
});
