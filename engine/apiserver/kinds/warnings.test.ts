import { expect, test } from 'vitest';
import { TestServer } from '../testing.ts';

const CORE = '/api/v1/namespaces/default';

function warned(path: string, body: object): readonly string[] {
  const server = new TestServer();
  server.seed('namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'default' } });
  const { code, warnings = [] } = server.post(path, body);
  expect(code).toBe(201);
  return warnings;
}

const container = { name: 'c', image: 'nginx' };

test('a pod is told what will surprise whoever wrote it', () => {
  const pod = (metadata: object, spec: object) =>
    warned(`${CORE}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container], ...spec } });
  expect(pod({ name: 'a.b' }, {})).toEqual([
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
  ]);
  const ports = [{ containerPort: 80 }, { containerPort: 80 }, { containerPort: 80, hostPort: 80 }];
  expect(pod({ name: 'x' }, { containers: [{ ...container, ports }], imagePullSecrets: [{}, {}] })).toEqual([
    'spec.imagePullSecrets[1].name: duplicate name ""',
    'spec.imagePullSecrets[0].name: invalid empty name ""',
    'spec.imagePullSecrets[1].name: invalid empty name ""',
    'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
    'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]',
    'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]',
  ]);
  const resources = { requests: { memory: '100m' } };
  expect(
    pod(
      { name: 'x' },
      { containers: [{ ...container, resources }], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
    ),
  ).toEqual([
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
  ]);
});

test('a variable may refer to the one that it replaces', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '$(A)2' },
    { name: 'A', value: '3' },
  ];
  const metadata = { name: 'x' };
  expect(
    warned(`${CORE}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ ...container, env }] } }),
  ).toEqual(['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply']);
});

test('other kinds: old annotations, what is ignored, templates', () => {
  const annotations = { 'kubernetes.io/ingress.class': 'nginx' };
  expect(
    warned('/apis/networking.k8s.io/v1/namespaces/default/ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'x', annotations },
      spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } },
    }),
  ).toEqual([`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]);
  expect(
    warned(`${CORE}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { clusterIP: 'None', sessionAffinity: 'ClientIP', ports: [{ port: 80 }] },
    }),
  ).toEqual(['spec.SessionAffinity is ignored for headless services']);
  expect(
    warned('/apis/batch/v1/namespaces/default/cronjobs', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'a.b' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [container], imagePullSecrets: [{}] } } },
        },
      },
    }),
  ).toEqual([
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
    'spec.jobTemplate.spec.template.spec.imagePullSecrets[0].name: invalid empty name ""',
  ]);
});
