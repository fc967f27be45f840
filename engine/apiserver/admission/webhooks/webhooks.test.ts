import { describe, expect, it } from 'vitest';
import { base64Encode } from '../../../base64.ts';
import type { KubeObject } from '../../../object.ts';
import { answerByRules, parseRules } from '../../../process/images/webhook-rules.ts';
import { Unreachable } from '../../../sim/turn.ts';
import type { ApiResponse, Status } from '../../request.ts';
import { TestServer } from '../../testing.ts';

const PODS = '/api/v1/namespaces/default/pods';
const CLIENT = { caBundle: 'Y2E=', service: { namespace: 'default', name: 'hook', path: '/check', port: 443 } };
const HOOK = {
  name: 'hook.example.com',
  clientConfig: CLIENT,
  rules: [{ operations: ['CREATE', 'DELETE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
  failurePolicy: 'Fail',
  sideEffects: 'None',
  timeoutSeconds: 10,
  admissionReviewVersions: ['v1'],
};
const URL = 'https://hook.default.svc:443/check?timeout=10s';

interface Asked {
  readonly path: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** A server with a webhook behind a service; `rules` are its program's, `asked` what it was asked. */
function serverWith(
  sort: 'validating' | 'mutating',
  hooks: readonly object[],
  rules: string,
  reply?: (component: string) => object,
): { readonly server: TestServer; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const serve = (component: string, request: object): unknown => {
    const { text } = request as { text: string };
    if (reply !== undefined) return reply(component);
    const [, path = ''] = /^POST ([^? ]+)/.exec(text) ?? [];
    const review = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
    asked.push({ path, request: review.request });
    const { patch, ...answer } = answerByRules(parseRules(rules) as readonly object[], path, review.request);
    const encoded = patch.length === 0 ? {} : { patchType: 'JSONPatch', patch: base64Encode(JSON.stringify(patch)) };
    const response = { uid: review.request.uid, ...answer, ...encoded };
    const body = JSON.stringify({ kind: 'AdmissionReview', apiVersion: review.apiVersion, response });
    return { isOpen: true, isClosed: true, reply: `TLS HTTP/1.1 200 OK\r\n\r\n${body}` };
  };
  const server = new TestServer({ serve });
  server.seed(`${sort}webhookconfigurations.admissionregistration.k8s.io`, {
    metadata: { name: 'c' },
    webhooks: hooks,
  });
  server.seed('services', {
    metadata: { name: 'hook', namespace: 'default' },
    spec: { clusterIP: '10.96.0.9', ports: [{ port: 443 }] },
  });
  return { server, asked };
}

function withEndpoint(server: TestServer): TestServer {
  server.seed('endpointslices.discovery.k8s.io', {
    metadata: { name: 'hook-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'hook' } },
    endpoints: [
      {
        addresses: ['10.244.0.2'],
        nodeName: 'node-1',
        conditions: { ready: true },
        targetRef: { name: 'h', uid: 'u' },
      },
    ],
    ports: [{ name: '', port: 8443 }],
  });
  return server;
}

function pod(metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...metadata },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  };
}

function message(response: ApiResponse): string | undefined {
  return (response.body as Status).message;
}

describe('a validating webhook', () => {
  it('refuses in its own words, and warns', () => {
    const rules = '[{deny: no, when: [{path: /metadata/labels/team, exists: false}]}, {warn: careful}]';
    const { server, asked } = serverWith('validating', [HOOK], rules);
    withEndpoint(server);
    const refused = server.post(PODS, pod());
    expect(refused.code).toBe(400);
    expect(message(refused)).toBe('admission webhook "hook.example.com" denied the request: no');
    expect(refused.warnings).toEqual(['careful']);
    expect(server.post(PODS, pod({ labels: { team: 'a' } })).code).toBe(201);
    expect(asked[0]).toMatchObject({
      path: '/check',
      request: {
        kind: { group: '', version: 'v1', kind: 'Pod' },
        resource: { group: '', version: 'v1', resource: 'pods' },
        operation: 'CREATE',
        namespace: 'default',
        name: 'p',
        userInfo: { username: 'admin' },
        oldObject: null,
        dryRun: false,
      },
    });
  });

  it('hears only of what its rules, selectors and conditions name', () => {
    const choosy = {
      ...HOOK,
      objectSelector: { matchLabels: { checked: 'yes' } },
      matchConditions: [{ name: 'c', expression: "object.metadata.name != 'q'" }],
    };
    const { server, asked } = serverWith('validating', [choosy], '[]');
    withEndpoint(server);
    server.post(PODS, pod());
    server.post(PODS, pod({ name: 'q', labels: { checked: 'yes' } }));
    server.post(PODS, pod({ name: 'r', labels: { checked: 'yes' } }));
    expect(asked.map(({ request }) => request.name)).toEqual(['r']);
  });

  it('is not asked in a dry run when it has side effects', () => {
    const { server } = serverWith('validating', [{ ...HOOK, sideEffects: 'Some' }], '[]');
    expect(message(withEndpoint(server).post(`${PODS}?dryRun=All`, pod()))).toBe(
      'admission webhook "hook.example.com" does not support dry run',
    );
  });
});

describe('a webhook that does not answer', () => {
  const failed = (why: string) =>
    `Internal error occurred: failed calling webhook "hook.example.com": failed to call webhook: Post "${URL}": ${why}`;

  it('fails the request, or not, by its policy', () => {
    const { server } = serverWith('validating', [HOOK], '[]');
    const refused = 'dial tcp 10.96.0.9:443: connect: connection refused';
    expect(message(server.post(PODS, pod()))).toBe(failed(refused));
    const lenient = serverWith('validating', [{ ...HOOK, failurePolicy: 'Ignore' }], '[]');
    expect(lenient.server.post(PODS, pod()).code).toBe(201);
  });

  it.each<[object, string]>([
    [{ isOpen: false, isClosed: true, reply: '' }, 'dial tcp 10.96.0.9:443: connect: connection refused'],
    [{ isOpen: true, isClosed: false, reply: '' }, 'context deadline exceeded'],
    [
      { isOpen: true, isClosed: true, reply: 'HTTP/1.1 200 OK\r\n\r\n{}' },
      'http: server gave HTTP response to HTTPS client',
    ],
  ])('says why: %j', (answer, why) => {
    const { server } = serverWith('validating', [HOOK], '[]', () => answer);
    expect(message(withEndpoint(server).post(PODS, pod()))).toBe(failed(why));
  });

  it('times out behind a cut line, and wants a certificate that can be trusted', () => {
    const cut = serverWith('validating', [HOOK], '[]', (component) => {
      throw new Unreachable(component, 'i/o timeout');
    });
    expect(message(withEndpoint(cut.server).post(PODS, pod()))).toBe(failed('context deadline exceeded'));
    const { caBundle: _, ...bare } = CLIENT;
    const { server } = serverWith('validating', [{ ...HOOK, clientConfig: bare }], '[]');
    expect(message(withEndpoint(server).post(PODS, pod()))).toBe(
      failed('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    );
  });
});

describe('a mutating webhook', () => {
  const RULES = '[{kinds: [Pod], patch: [{op: add, path: /metadata/annotations, value: {seen: "1"}}]}]';

  it('changes what is stored', () => {
    const { server } = serverWith('mutating', [HOOK], RULES);
    const created = withEndpoint(server).post(PODS, pod()).body as KubeObject;
    expect(created.metadata.annotations).toEqual({ seen: '1' });
  });

  it('is asked again only when it wants to be', () => {
    const second = { ...HOOK, name: 'again.example.com', reinvocationPolicy: 'IfNeeded' };
    const { server, asked } = serverWith('mutating', [HOOK, second], RULES);
    withEndpoint(server).post(PODS, pod());
    expect(asked).toHaveLength(3);
  });

  it('cannot change what is deleted', () => {
    const { server } = serverWith('mutating', [HOOK], RULES);
    withEndpoint(server);
    server.post(PODS, pod());
    expect(message(server.delete(`${PODS}/p`))).toBe(
      'Internal error occurred: admission webhook "hook.example.com" attempted to modify the object, which is not supported for this operation',
    );
  });
});
