import { Readable, Writable } from 'node:stream';
import {
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PortForward,
  type V1Pod,
  type V1Status,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Serving, serve } from '../../electron/serve/serve.ts';
import { createSession } from '../../engine/index.ts';

const NAMESPACE = 'default';

function pod(name: string): V1Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      containers: [{ name: 'c', image: 'nginx:1.25', ports: [{ containerPort: 80 }] }],
      terminationGracePeriodSeconds: 0,
    },
  };
}

/** Waits for something that real time brings. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 20_000) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the JavaScript client library', () => {
  let serving: Serving;
  let config: KubeConfig;
  let core: CoreV1Api;

  beforeAll(async () => {
    const session = createSession({ startTime: new Date(Date.now() - 30_000).toISOString().replace(/\.\d+Z$/, 'Z') });
    session.advance(30_000);
    serving = await serve(session, { port: 0, speed: 10 });
    config = new KubeConfig();
    config.loadFromString(serving.kubeconfig);
    core = config.makeApiClient(CoreV1Api);
  });

  afterAll(() => serving.close());

  test('reads, writes and is told of a missing object', async () => {
    const { items } = await core.listNode();
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['node-1']);
    const created = await core.createNamespacedConfigMap({
      namespace: NAMESPACE,
      body: { metadata: { name: 'settings' }, data: { a: '1' } },
    });
    expect(created.data).toEqual({ a: '1' });
    await expect(core.readNamespacedConfigMap({ namespace: NAMESPACE, name: 'nosuch' })).rejects.toMatchObject({
      code: 404,
    });
    const objects = KubernetesObjectApi.makeApiClient(config);
    const read = await objects.read({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: NAMESPACE },
    });
    expect(read.metadata?.name).toBe('settings');
  });

  test('an informer sees pods come, change and go', async () => {
    const seen: string[] = [];
    const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
    const informer = makeInformer(config, path, () => core.listNamespacedPod({ namespace: NAMESPACE }));
    informer.on('add', ({ metadata }) => seen.push(`add ${metadata?.name}`));
    informer.on('update', ({ metadata, status }) => seen.push(`update ${metadata?.name} ${status?.phase}`));
    informer.on('delete', ({ metadata }) => seen.push(`delete ${metadata?.name}`));
    await informer.start();
    await core.createNamespacedPod({ namespace: NAMESPACE, body: pod('first') });
    await until(() => seen.includes('update first Running'));
    await core.deleteNamespacedPod({ namespace: NAMESPACE, name: 'first' });
    await until(() => seen.includes('delete first'));
    await informer.stop();
    expect(seen[0]).toBe('add first');
  });

  test('a watch tells events until it is aborted', async () => {
    const events: string[] = [];
    const controller = await new Watch(config).watch(
      `/api/v1/namespaces/${NAMESPACE}/configmaps`,
      { fieldSelector: 'metadata.name=settings' },
      (type, object: { data?: Record<string, string> }) => events.push(`${type} ${object.data?.a}`),
      () => {},
    );
    await until(() => events.length === 1);
    const name = 'settings';
    await core.replaceNamespacedConfigMap({
      namespace: NAMESPACE,
      name,
      body: { metadata: { name }, data: { a: '2' } },
    });
    await until(() => events.length === 2);
    controller.abort();
    expect(events).toEqual(['ADDED 1', 'MODIFIED 2']);
  });

  test('runs a command and forwards a port', async () => {
    await core.createNamespacedPod({ namespace: NAMESPACE, body: pod('web') });
    const isRunning = async () =>
      (await core.readNamespacedPod({ namespace: NAMESPACE, name: 'web' })).status?.phase === 'Running';
    while (!(await isRunning())) await new Promise((resolve) => setTimeout(resolve, 50));
    const output: string[] = [];
    const sink = () => new Writable({ write: (part, _, done) => done(void output.push(String(part))) });
    const statuses: V1Status[] = [];
    const command = ['sh', '-c', 'echo out; exit 2'];
    await new Exec(config).exec(NAMESPACE, 'web', 'c', command, sink(), sink(), null, false, (status) =>
      statuses.push(status),
    );
    await until(() => statuses.length === 1);
    expect(output.join('')).toBe('out\n');
    expect(statuses[0]?.details?.causes).toEqual([{ reason: 'ExitCode', message: '2' }]);
    const answers: string[] = [];
    const answered = new Writable({ write: (part, _, done) => done(void answers.push(String(part))) });
    const input = new Readable({ read() {} });
    await new PortForward(config).portForward(NAMESPACE, 'web', [80], answered, null, input);
    input.push('GET / HTTP/1.0\r\n\r\n');
    await until(() => answers.join('').includes('Welcome to nginx!'));
  });
});
