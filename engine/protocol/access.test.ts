import { expect, test } from 'vitest';
import { createSession, loadSession } from '../cluster.ts';
import { EngineHost } from './engine-host.ts';
import type { EngineMessage, MethodName, Params, Result } from './messages.ts';
import type { ObjectReference } from './views.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A window whose learner has typed some lines and waited until they had run. */
function afterTyping(...lines: readonly string[]) {
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
  ask('session.create', { options: { nodes: 1 } });
  ask('move', { kind: 'advance', milliseconds: 5_000 });
  for (const line of lines) {
    ask('terminal.type', { text: `${line}\n` });
    ask('move', { kind: 'advance', milliseconds: 5_000 });
  }
  return (object: ObjectReference) => ask('access.explain', { object }).decisions;
}

const reader = { resource: `roles.${RBAC}`, namespace: 'default', name: 'reader' };
const reads = { resource: `rolebindings.${RBAC}`, namespace: 'default', name: 'reads' };
const CREATE_ROLE = 'kubectl create role reader --verb=get,list --resource=pods';
const BIND_BOT = 'kubectl create rolebinding reads --role=reader --serviceaccount=default:bot';
const AS_BOT = '--as=system:serviceaccount:default:bot';

test('an account, its role and its binding show what the rule allowed, and where it fell short', () => {
  const decisions = afterTyping(
    'kubectl create serviceaccount bot',
    CREATE_ROLE,
    BIND_BOT,
    `kubectl get pods ${AS_BOT}; kubectl get pods ${AS_BOT}; kubectl get pods -n kube-system ${AS_BOT}`,
    `kubectl delete pod web ${AS_BOT}`,
  );
  const bot = { resource: 'serviceaccounts', namespace: 'default', name: 'bot' };
  const ofResources = decisions(bot).filter(
    ({ explanation: { attributes } }) => attributes.path === undefined && attributes.user.name.endsWith(':bot'),
  );
  expect(
    ofResources.map(({ count, explanation: { attributes, decision, allowedBy, nearest } }) => [
      `${attributes.verb} ${attributes.resource} ${attributes.namespace} ×${count}`,
      decision.decision,
      allowedBy?.role.name ?? nearest[0]?.lacks,
    ]),
  ).toEqual([
    ['delete pods default ×1', 'NoOpinion', ['verb']],
    ['list pods kube-system ×1', 'NoOpinion', ['binding']],
    ['list pods default ×2', 'Allow', 'reader'],
  ]);
  const verbs = (object: ObjectReference) =>
    decisions(object)
      .filter(({ explanation }) => explanation.attributes.resource === 'pods')
      .map(({ explanation }) => explanation.attributes.verb);
  expect(verbs(reads)).toEqual(['delete', 'list']);
  expect(verbs(reader)).toEqual(['delete', 'list', 'list']);
});

test('a role that nobody is bound to shows who it would have helped; a question about access counts as what it asks', () => {
  const decisions = afterTyping(CREATE_ROLE, 'kubectl auth can-i list pods --as=jane');
  const [latest] = decisions(reader);
  expect(latest).toMatchObject({
    request: 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    explanation: {
      attributes: { user: { name: 'jane' }, verb: 'list', resource: 'pods', namespace: 'default' },
      nearest: expect.arrayContaining([
        expect.objectContaining({ role: expect.objectContaining({ name: 'reader' }), lacks: ['binding'] }),
      ]),
    },
  });
});

test('any object shows who asked for it, from its creation on; a node shows what its kubelet may', () => {
  const decisions = afterTyping('kubectl run web --image=nginx');
  const pod = decisions({ resource: 'pods', namespace: 'default', name: 'web' });
  const first = pod.at(-1)?.explanation;
  expect(first).toMatchObject({
    attributes: { user: { name: 'kubernetes-admin' }, verb: 'create' },
    decision: { decision: 'Allow' },
  });
  expect(pod.map(({ explanation }) => explanation.attributes.user.name)).toContain('system:node:node-1');
  const node = decisions({ resource: 'nodes', namespace: '', name: 'node-1' });
  expect(node.some(({ explanation }) => explanation.authorizers.at(-1)?.mode === 'Node')).toBe(true);
});
