import { beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../object.ts';
import { isReady, log, onNode, PODS, pod, request, session, until } from './testing.ts';

const NAME = 'hello-node-1';
const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: hello
  labels: {app: hello}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: c
    image: busybox:1.36
    command: [sh, -c, "echo hello; sleep 3600"]
`;

function write(text: string): void {
  session.input('workstation', { kind: 'write-file', path: '/root/hello.yaml', text });
  session.input('workstation', {
    kind: 'run',
    id: `r${session.head.step}`,
    line: 'ssh node-1 "cat > /etc/kubernetes/manifests/hello.yaml" < /root/hello.yaml',
  });
  session.advance(5000);
}

function running(): string[] {
  const memory = session.moment().memory('containerd/node-1');
  return memory.keys('container/').flatMap((key) => {
    const { name, state, attempt } = memory.get(key) as { name: string; state: string; attempt: number };
    return state === 'running' ? [`${name} ${attempt}`] : [];
  });
}

describe('a static pod', () => {
  beforeEach(() => write(MANIFEST));

  test('runs, and has a mirror in the API', () => {
    until(NAME, isReady);
    const { metadata, spec } = pod(NAME);
    expect(metadata.annotations).toMatchObject({
      'kubernetes.io/config.source': 'file',
      'kubernetes.io/config.hash': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(metadata.annotations?.['kubernetes.io/config.mirror']).toBe(
      metadata.annotations?.['kubernetes.io/config.hash'],
    );
    expect(metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Node', name: 'node-1', controller: true });
    expect(spec.nodeName).toBe('node-1');
    expect(log(NAME)).toBe('hello\n');
  });

  test('runs on when its mirror is deleted, and gets another one', () => {
    until(NAME, isReady);
    const before = pod(NAME).metadata.uid;
    request('DELETE', `${PODS}/${NAME}`);
    session.advance(3000);
    until(NAME, isReady);
    expect(pod(NAME).metadata.uid).not.toBe(before);
    expect(running()).toEqual(['c 0']);
  });

  test('ends when its manifest goes', () => {
    until(NAME, isReady);
    onNode('rm /etc/kubernetes/manifests/hello.yaml');
    session.advance(5000);
    expect(request('GET', `${PODS}/${NAME}`).code).toBe(404);
    expect(running()).toEqual([]);
  });

  test('is replaced when its manifest changes', () => {
    until(NAME, isReady);
    write(MANIFEST.replace('echo hello', 'echo changed'));
    session.advance(10_000);
    until(NAME, isReady);
    expect(log(NAME)).toBe('changed\n');
    expect(running()).toEqual(['c 0']);
  });

  test('needs no API server, and survives a restart of the kubelet', () => {
    session.input('world', { kind: 'stop', component: 'kube-apiserver' });
    session.input('world', { kind: 'stop', component: 'kubelet/node-1' });
    session.advance(2000);
    session.input('world', { kind: 'start', component: 'kubelet/node-1' });
    session.advance(5000);
    expect(running()).toEqual(['c 0']);
    session.input('world', { kind: 'start', component: 'kube-apiserver' });
    session.advance(30_000);
    until(NAME, isReady);
  });
});

test('a manifest that is no pod is left alone', () => {
  write('kind: Nonsense\n');
  expect((request('GET', PODS).body as { items: KubeObject[] }).items).toEqual([]);
});
