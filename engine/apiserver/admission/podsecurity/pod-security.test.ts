import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../object.ts';
import type { ApiResponse, Status } from '../../request.ts';
import { TestServer } from '../../testing.ts';
import { formatViolations, violations } from './evaluate.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const PODS = '/api/v1/namespaces/default/pods';

const STRICT = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

function pod(name: string, securityContext: object | undefined, spec: object = {}): object {
  const container = { name: 'c', image: 'nginx:1.27', ...(securityContext === undefined ? {} : { securityContext }) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container], ...spec } };
}

/** A server whose default namespace has these Pod Security labels. */
function serverWith(labels: Readonly<Record<string, string>>): TestServer {
  const server = new TestServer();
  label(server, labels);
  return server;
}

function label(server: TestServer, labels: Readonly<Record<string, string>>): ApiResponse {
  const prefixed = Object.fromEntries(Object.entries(labels).map(([name, value]) => [PREFIX + name, value]));
  const path = '/api/v1/namespaces/default';
  return server.patch(path, 'application/merge-patch+json', { metadata: { labels: prefixed } });
}

function message(response: ApiResponse): string | undefined {
  return (response.body as Status).message;
}

describe('a pod', () => {
  it('is refused for all that breaks the enforced level', () => {
    const server = serverWith({ enforce: 'restricted' });
    expect(message(server.post(PODS, pod('p', undefined)))).toBe(
      'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    expect(server.post(PODS, pod('p', STRICT)).code).toBe(201);
  });

  it('is warned about where the level only warns', () => {
    const server = serverWith({ warn: 'baseline', 'warn-version': 'v1.30' });
    const response = server.post(PODS, pod('p', { privileged: true }, { hostNetwork: true }));
    expect(response.code).toBe(201);
    expect(response.warnings).toEqual([
      'would violate PodSecurity "baseline:v1.30": host namespaces (hostNetwork=true), privileged (container "c" must not set securityContext.privileged=true)',
    ]);
  });

  it('may change anything but its images', () => {
    const server = new TestServer();
    expect(server.post(PODS, pod('p', undefined)).code).toBe(201);
    label(server, { enforce: 'restricted' });
    const patch = (body: object) => server.patch(`${PODS}/p`, 'application/strategic-merge-patch+json', body);
    expect(patch({ metadata: { labels: { a: 'b' } } }).code).toBe(200);
    expect(patch({ spec: { containers: [{ name: 'c', image: 'nginx:1.28' }] } }).code).toBe(403);
  });
});

it('a template is warned about, whatever is enforced', () => {
  const server = serverWith({ enforce: 'restricted' });
  const { metadata: _, ...template } = pod('p', STRICT, {
    volumes: [{ name: 'h', hostPath: { path: '/x' } }],
  }) as KubeObject;
  const labels = { app: 'web' };
  const response = server.post('/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: template.spec } },
  });
  expect(response.code).toBe(201);
  expect(response.warnings).toEqual([
    'would violate PodSecurity "restricted:latest": restricted volume types (volume "h" uses restricted volume type "hostPath")',
  ]);
});

describe('a namespace', () => {
  it('must have labels that can be read', () => {
    expect(message(label(new TestServer(), { enforce: 'strict', 'warn-version': '1.30' }))).toBe(
      'Namespace "default" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
    );
  });

  it('tells of the pods that a stricter level would not let in', () => {
    const server = new TestServer();
    for (const name of ['b', 'a']) server.post(PODS, pod(name, { privileged: true }));
    server.post(PODS, pod('c', undefined, { hostPID: true }));
    expect(label(server, { enforce: 'baseline' }).warnings).toEqual([
      'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 1 other pod): privileged',
      'c: host namespaces',
    ]);
    expect(label(server, { enforce: 'privileged' }).warnings).toBeUndefined();
  });
});

describe('checks', () => {
  const broken = (spec: object, version = 'latest', level: 'baseline' | 'restricted' = 'baseline', annotations = {}) =>
    formatViolations(violations({ level, version }, { metadata: { annotations }, spec }));
  const one = (securityContext: object, more: object = {}) => ({
    containers: [{ name: 'c', securityContext, ...more }],
  });

  it.each([
    [
      {
        containers: [
          { name: 'a', ports: [{ hostPort: 80 }] },
          { name: 'b', ports: [{ hostPort: 443 }] },
        ],
      },
      'hostPort (containers "a", "b" use hostPorts 443, 80)',
    ],
    [
      one({ capabilities: { add: ['SYS_TIME', 'CHOWN'] } }),
      'non-default capabilities (container "c" must not include "SYS_TIME" in securityContext.capabilities.add)',
    ],
    [
      one({}, { livenessProbe: { httpGet: { host: 'x' } } }),
      'probe or lifecycle host (container "c" uses probe or lifecycle host "x")',
    ],
    [one({ procMount: 'Unmasked' }), 'procMount (container "c" must not set securityContext.procMount to "Unmasked")'],
    [
      { ...one({ seLinuxOptions: { type: 'spc_t' } }), securityContext: { seLinuxOptions: { user: 'u' } } },
      'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
    ],
    [
      one({ seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      { securityContext: { sysctls: [{ name: 'kernel.msgmax' }, { name: 'net.ipv4.tcp_rmem' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      { securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      { ...one({ appArmorProfile: { type: 'Unconfined' } }) },
      'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
    ],
  ])('of the baseline: %j', (spec, expected) => {
    expect(broken(spec)).toBe(expected);
  });

  it('depend on the version', () => {
    const sysctls = { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } };
    expect(broken(sysctls, 'v1.31')).toBe('forbidden sysctls (net.ipv4.tcp_rmem)');
    const root = { hostUsers: false, ...one({ ...STRICT, runAsNonRoot: undefined, runAsUser: 0 }) };
    expect(broken(root, 'latest', 'restricted')).toBe('');
    expect(broken(root, 'v1.34', 'restricted')).toBe(
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), runAsUser=0 (container "c" must not set runAsUser=0)',
    );
  });
});
