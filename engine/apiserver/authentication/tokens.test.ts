import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { ApiResponse, Status } from '../request.ts';
import { TestServer } from '../testing.ts';
import { signedToken, tokenLength, tokenText, unsignedToken, unverifiedClaims } from './web-token.ts';

const TOKENS = '/api/v1/namespaces/default/serviceaccounts/default/token';
const body = (response: ApiResponse) => response.body as KubeObject;

function server(): TestServer {
  const made = new TestServer();
  made.seed('nodes', { kind: 'Node', apiVersion: 'v1', metadata: { name: 'node-1', uid: 'n-1' } });
  made.seed('pods', {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'web', namespace: 'default', uid: 'p-1' },
    spec: { serviceAccountName: 'default', nodeName: 'node-1' },
  });
  return made;
}

function tokenOf(made: TestServer, spec: object): string {
  return body(made.post(TOKENS, { spec })).status.token;
}

function reviewed(made: TestServer, token: string, audiences?: readonly string[]): KubeObject['status'] {
  const review = {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    spec: { token, ...(audiences === undefined ? {} : { audiences }) },
  };
  return body(made.post('/apis/authentication.k8s.io/v1/tokenreviews', review)).status;
}

const BOUND = { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'web', uid: 'p-1' } };

describe('tokens of service accounts', () => {
  test('carry the claims of what they are bound to', () => {
    const made = server();
    const claims = unverifiedClaims(tokenOf(made, { ...BOUND, expirationSeconds: 3607 }));
    const now = Math.floor(made.turn.now / 1000);
    expect(claims).toEqual({
      aud: ['https://kubernetes.default.svc.cluster.local'],
      exp: now + 365 * 24 * 3600,
      iat: now,
      iss: 'https://kubernetes.default.svc.cluster.local',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'kubernetes.io': {
        namespace: 'default',
        node: { name: 'node-1', uid: 'n-1' },
        pod: { name: 'web', uid: 'p-1' },
        serviceaccount: { name: 'default', uid: 'uid-of-a-seeded-object' },
        warnafter: now + 3607,
      },
      nbf: now,
      sub: 'system:serviceaccount:default:default',
    });
  });

  test('are checked: signature, account, pod, time, audience', () => {
    const made = server();
    const token = tokenOf(made, BOUND);
    expect(reviewed(made, token)).toEqual({
      authenticated: true,
      audiences: ['https://kubernetes.default.svc.cluster.local'],
      user: {
        username: 'system:serviceaccount:default:default',
        uid: 'uid-of-a-seeded-object',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        extra: {
          'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)],
          'authentication.kubernetes.io/node-name': ['node-1'],
          'authentication.kubernetes.io/node-uid': ['n-1'],
          'authentication.kubernetes.io/pod-name': ['web'],
          'authentication.kubernetes.io/pod-uid': ['p-1'],
        },
      },
    });
    const [head, claims] = token.split('.');
    expect(reviewed(made, `${head}.${claims}.${'A'.repeat(86)}`)).toEqual({ user: {}, error: 'invalid bearer token' });
    expect(reviewed(made, token, ['vault']).error).toBe(
      '[invalid bearer token, token audiences ["https://kubernetes.default.svc.cluster.local"] is invalid for the target audiences ["vault"]]',
    );
    expect(reviewed(made, tokenOf(made, { audiences: ['vault'] }), ['vault']).authenticated).toBe(true);
    const short = tokenOf(made, { expirationSeconds: 600 });
    made.turn.now += 601_000;
    expect(reviewed(made, short).error).toBe('[invalid bearer token, service account token has expired]');
    made.store.delete('pods', 'default', 'web');
    expect(reviewed(made, token).error).toBe('[invalid bearer token, service account token has been invalidated]');
    made.store.delete('serviceaccounts', 'default', 'default');
    expect(reviewed(made, tokenOf(server(), {})).error).toBe(
      '[invalid bearer token, serviceaccounts "default" not found]',
    );
  });

  test('are refused for what cannot be bound', () => {
    const made = server();
    const message = (spec: object) => (made.post(TOKENS, { spec }).body as { message: string }).message;
    const pod = { kind: 'Pod', apiVersion: 'v1' };
    expect(message({ boundObjectRef: { ...pod, name: 'nosuch' } })).toBe('pods "nosuch" not found');
    expect(message({ boundObjectRef: { ...pod, name: 'web', uid: 'other' } })).toBe(
      'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (other) does not match the UID in record. The object might have been deleted and then recreated',
    );
    expect(message({ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } })).toBe(
      'cannot bind token to object of type v1, Kind=ConfigMap',
    );
    made.seed('pods', { metadata: { name: 'other', namespace: 'default' }, spec: { serviceAccountName: 'bot' } });
    expect(message({ boundObjectRef: { ...pod, name: 'other' } })).toBe(
      'cannot bind token for serviceaccount "default" to pod running with different serviceaccount name.',
    );
    expect(message({ expirationSeconds: 10 })).toContain('may not specify a duration less than 10 minutes');
  });

  test('are signed only when they are read, and are the same then', () => {
    const claims = { sub: 'x', 'kubernetes.io': { namespace: 'default' }, aud: ['ä'] };
    const unsigned = unsignedToken('seed', claims);
    expect(tokenText(unsigned)).toBe(signedToken('seed', claims));
    expect(tokenLength(unsigned)).toBe(signedToken('seed', claims).length);
    expect(tokenText('plain')).toBe('plain');
    expect(tokenLength('plain')).toBeUndefined();
  });

  test('can be checked by others with the published key', () => {
    const made = server();
    const { issuer, jwks_uri: uri } = made.get('/.well-known/openid-configuration').body as Record<string, string>;
    expect([issuer, uri]).toEqual([
      'https://kubernetes.default.svc.cluster.local',
      expect.stringMatching(/\/openid\/v1\/jwks$/),
    ]);
    const { keys } = made.get('/openid/v1/jwks').body as { keys: Record<string, string>[] };
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })]);
    const stranger = { name: 'jane', groups: ['system:authenticated'] };
    expect(made.send({ method: 'GET', path: '/openid/v1/jwks', user: stranger }).code).toBe(403);
  });
});

test('a token request names nobody else than its path', () => {
  const server = new TestServer();
  const ask = (metadata: object) =>
    (server.post('/api/v1/namespaces/default/serviceaccounts/default/token', { metadata }).body as Status).message;
  expect(ask({ name: 'default', namespace: 'default' })).toBeUndefined();
  const why = (field: string) =>
    `TokenRequest.authentication.k8s.io "default" is invalid: metadata.${field}: Invalid value: "other": must match the service account ${field} if specified`;
  expect(ask({ name: 'other' })).toBe(why('name'));
  expect(ask({ namespace: 'other' })).toBe(why('namespace'));
});
