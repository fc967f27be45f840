import { expect, test } from 'vitest';
import { base64Decode } from '../../base64.ts';
import { ControlPlane } from '../testing.ts';

const SECRETS = '/api/v1/namespaces/default/secrets';

test('a Secret that asks for a token is given one, and goes with its account', () => {
  const plane = new ControlPlane();
  plane.request('POST', '/api/v1/namespaces/default/serviceaccounts', {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    metadata: { name: 'bot' },
  });
  plane.request('POST', SECRETS, {
    kind: 'Secret',
    apiVersion: 'v1',
    type: 'kubernetes.io/service-account-token',
    metadata: { name: 'bot-token', annotations: { 'kubernetes.io/service-account.name': 'bot' } },
  });
  plane.session.advance(5000);
  const { data, metadata } = plane.request('GET', `${SECRETS}/bot-token`);
  expect(Object.keys(data).sort()).toEqual(['ca.crt', 'namespace', 'token']);
  expect(base64Decode(data.namespace)).toBe('default');
  expect(metadata.annotations).toHaveProperty('kubernetes.io/service-account.uid');
  const review = {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    spec: { token: base64Decode(data.token) },
  };
  const ask = () => plane.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review).status;
  expect(ask()).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:bot' } });
  plane.request('DELETE', '/api/v1/namespaces/default/serviceaccounts/bot');
  plane.session.advance(5000);
  expect(() => plane.request('GET', `${SECRETS}/bot-token`)).toThrow('not found');
  expect(ask().error).toContain('service account token has been invalidated');
});
