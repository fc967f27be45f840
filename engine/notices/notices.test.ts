import { expect, test } from 'vitest';
import { createSession } from '../cluster.ts';

const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
};

function eventsAfterAnIngress(notices: boolean): readonly string[] {
  const session = createSession({ notices });
  session.advance(5_000);
  const request = {
    method: 'POST',
    path: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
    user: { name: 'admin', groups: ['system:masters'] },
    body: INGRESS,
  };
  session.input('world', { kind: 'request', id: 'ingress', request });
  session.advance(5_000);
  const events = session.moment().reader('events').list('default');
  return events
    .filter((event) => event.involvedObject.name === 'web')
    .map((event) => `${event.reason}: ${event.message}`);
}

test('an object on which nothing acts says so, where the cluster is to say so', () => {
  expect(eventsAfterAnIngress(true)).toEqual([
    'NotSimulated: Ingress is stored and shown, but nothing here acts on it: an ingress controller is not simulated',
  ]);
});

test('otherwise the cluster is as silent as a real one', () => {
  expect(eventsAfterAnIngress(false)).toEqual([]);
});

test('is silent about what the API server makes for itself', () => {
  const session = createSession({ notices: true });
  session.advance(10_000);
  const events = session.moment().reader('events').list();
  expect(events.filter(({ reason }) => reason === 'NotSimulated')).toEqual([]);
});
