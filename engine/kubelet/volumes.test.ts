import { describe, expect, test } from 'vitest';
import { begin, container, create, events, isReady, log, PODS, request, session, shell, until } from './testing.ts';

const mountAt = (mountPath: string, more: object = {}): object => ({
  volumeMounts: [{ name: 'v', mountPath, ...more }],
});

function store(kind: string, name: string, spec: object): void {
  const resource = kind === 'PersistentVolume' ? 'persistentvolumes' : 'namespaces/default/persistentvolumeclaims';
  const answer = request('POST', `/api/v1/${resource}`, { apiVersion: 'v1', kind, metadata: { name }, spec });
  expect(answer.code).toBe(201);
}

/** A volume and a claim that is bound to it. */
function bound(name: string, source: object): void {
  const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
  store('PersistentVolume', name, { ...common, capacity: { storage: '1Gi' }, ...source });
  store('PersistentVolumeClaim', name, { ...common, volumeName: name, resources: { requests: { storage: '1Gi' } } });
  session.advance(2000);
}

const claiming = (claimName: string): object => ({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] });

describe('a hostPath volume', () => {
  const volumes = (path: string, type?: string): object => ({ volumes: [{ name: 'v', hostPath: { path, type } }] });

  test('shows the disk of the node, which outlives pods', () => {
    create('writer', shell('echo hello > /data/f; ls -d /data/log', mountAt('/data')), {
      ...volumes('/var', ''),
      restartPolicy: 'Never',
    });
    until('writer', ({ status }) => status?.phase === 'Succeeded');
    expect(log('writer')).toBe('/data/log\n');
    request('DELETE', `${PODS}/writer`);
    create('reader', shell('cat /other/f', mountAt('/other')), {
      ...volumes('/var', 'Directory'),
      restartPolicy: 'Never',
    });
    until('reader', ({ status }) => status?.phase === 'Succeeded');
    expect(log('reader')).toBe('hello\n');
  });

  test.each([
    ['Directory', '/nosuch', 'hostPath type check failed: /nosuch is not a directory'],
    ['File', '/mnt', 'hostPath type check failed: /mnt is not a file'],
    ['FileOrCreate', '/nosuch/f', 'open /nosuch/f: no such file or directory'],
    ['Socket', '/mnt/x', 'hostPath type check failed: /mnt/x is not a socket file'],
    ['BlockDevice', '/dev/sdx', 'hostPath type check failed: /dev/sdx is not a block device'],
  ])('of type %s is checked', (type, path, message) => {
    create('checked', shell('sleep 60', mountAt('/data')), volumes(path, type));
    session.advance(2000);
    expect(events('checked')).toContain(`Warning FailedMount MountVolume.SetUp failed for volume "v" : ${message}`);
  });

  test('is made where that is asked for', () => {
    create('maker', shell('touch /data/new; sleep 60', mountAt('/data')), volumes('/deep/er', 'DirectoryOrCreate'));
    until('maker', isReady);
    expect(session.moment().memory('containerd/node-1').get('host/deep/er/new')).toBeDefined();
  });
});

describe('a claim', () => {
  test('leads to the volume that is bound to it', () => {
    bound('here', { hostPath: { path: '/mnt/data' } });
    create('user', shell('echo kept > /data/f; sleep 60', mountAt('/data')), claiming('here'));
    until('user', isReady);
    expect(session.moment().memory('containerd/node-1').get('host/mnt/data/f')).toMatchObject({ text: 'kept\n' });
  });

  test('of a local volume needs its folder', () => {
    const term = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] };
    bound('local', {
      local: { path: '/mnt/nosuch' },
      nodeAffinity: { required: { nodeSelectorTerms: [term] } },
    });
    create('user', shell('sleep 60', mountAt('/data')), claiming('local'));
    session.advance(3000);
    expect(events('user')).toContain(
      'Warning FailedMount MountVolume.NewMounter initialization failed for volume "local" : path "/mnt/nosuch" does not exist',
    );
  });

  test('that is not bound keeps a pod waiting', () => {
    create('user', shell('sleep 60', mountAt('/data')), { ...claiming('late'), nodeName: 'node-1' });
    session.advance(1000);
    expect(events('user')[0]).toBe(
      'Warning FailedMount Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: error processing PVC default/late: failed to fetch PVC from API server: persistentvolumeclaims "late" not found',
    );
    expect(container('user').state).toEqual({ waiting: { reason: 'ContainerCreating' } });
  });

  const driver = (attachRequired: boolean): void => {
    const object = { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'example.com' } };
    request('POST', '/apis/storage.k8s.io/v1/csidrivers', { ...object, spec: { attachRequired } });
  };

  test('of a CSI volume keeps a pod waiting until somebody has attached it', () => {
    driver(true);
    bound('disk', { csi: { driver: 'example.com', volumeHandle: 'disk-1' } });
    create('user', shell('sleep 60', mountAt('/data')), { ...claiming('disk'), nodeName: 'node-1' });
    session.advance(60_000);
    expect(container('user').state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(events('user')).toEqual([]);
    session.advance(120_000);
    expect(events('user')[0]).toBe(
      'Warning FailedMount Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[]: context deadline exceeded',
    );
    const attachments = '/apis/storage.k8s.io/v1/volumeattachments';
    const [attachment] = (request('GET', attachments).body as { items: { metadata: { name: string } }[] }).items;
    const status = { status: { attached: true } };
    request('PATCH', `${attachments}/${attachment?.metadata.name}/status`, status, 'application/merge-patch+json');
    until('user', isReady, 130);
  });

  test('of a CSI volume finds its files on another node', () => {
    begin({ nodes: 2 });
    driver(false);
    bound('disk', { csi: { driver: 'example.com', volumeHandle: 'disk-1' } });
    const on = (nodeName: string): object => ({ ...claiming('disk'), nodeName, restartPolicy: 'Never' });
    create('first', shell('echo moved > /data/f', mountAt('/data')), on('node-1'));
    until('first', ({ status }) => status?.phase === 'Succeeded');
    request('DELETE', `${PODS}/first`);
    session.advance(5000);
    create('second', shell('cat /data/f', mountAt('/data')), on('node-2'));
    until('second', ({ status }) => status?.phase === 'Succeeded');
    expect(log('second')).toBe('moved\n');
  });
});

describe('files from objects', () => {
  const map = (data: Record<string, string>): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'm' },
    data,
  });

  test('binary data are files, never variables', () => {
    const binaryData = { bin: 'QUI=' };
    request('POST', '/api/v1/namespaces/default/configmaps', { ...map({ key: 'text' }), binaryData });
    const envFrom = [{ configMapRef: { name: 'm' } }];
    create('reader', shell('cat /all/bin; env | grep -cE "^bin="; env | grep ^key', { envFrom, ...mountAt('/all') }), {
      restartPolicy: 'Never',
      volumes: [{ name: 'v', configMap: { name: 'm' } }],
    });
    until('reader', ({ status }) => status?.phase === 'Succeeded');
    expect(log('reader')).toBe('AB0\nkey=text\n');
  });

  test('follow them within a sync period, those of a subPath do not', () => {
    request('POST', '/api/v1/namespaces/default/configmaps', map({ key: 'old' }));
    create(
      'reader',
      shell('sleep 100; cat /all/key /one', {
        volumeMounts: [
          { name: 'v', mountPath: '/all' },
          { name: 'v', mountPath: '/one', subPath: 'key' },
        ],
      }),
      { volumes: [{ name: 'v', configMap: { name: 'm' } }], restartPolicy: 'Never' },
    );
    until('reader', isReady);
    request('PUT', '/api/v1/namespaces/default/configmaps/m', map({ key: 'new' }));
    until('reader', ({ status }) => status?.phase === 'Succeeded', 120);
    expect(log('reader')).toBe('newold');
  });

  test('follow them though another volume of the pod cannot be renewed; what is gone is told for each volume', () => {
    request('POST', '/api/v1/namespaces/default/configmaps', map({ key: 'old' }));
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { pass: 'word' } };
    request('POST', '/api/v1/namespaces/default/secrets', secret);
    const names = ['one', 'two', 'v'];
    const mounts = names.map((name) => ({ name, mountPath: `/${name}` }));
    create('reader', shell('sleep 100; cat /one/pass; ls /v', { volumeMounts: mounts }), {
      volumes: [
        { name: 'one', secret: { secretName: 's' } },
        { name: 'two', projected: { sources: [{ secret: { name: 's' } }] } },
        { name: 'v', configMap: { name: 'm', optional: true } },
      ],
    });
    until('reader', isReady);
    request('DELETE', '/api/v1/namespaces/default/secrets/s');
    request('DELETE', '/api/v1/namespaces/default/configmaps/m');
    session.advance(95_000);
    for (const name of ['one', 'two'])
      expect(events('reader')).toContain(
        `Warning FailedMount MountVolume.SetUp failed for volume "${name}" : secret "s" not found`,
      );
    // The container ends and is started again all the same.
    until('reader', ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1 && isReady({ status } as never));
    expect(log('reader', { previous: 'true' })).toBe('word');
  });

  test('that need not be there make an empty folder', () => {
    create('empty', shell('ls -A /all/..data && ls /all | wc -l; sleep 60', mountAt('/all')), {
      volumes: [{ name: 'v', configMap: { name: 'none', optional: true } }],
    });
    until('empty', isReady);
    expect(log('empty')).toBe('0\n');
  });

  test('are readable for the group of the pod', () => {
    request('POST', '/api/v1/namespaces/default/configmaps', map({ key: 'text' }));
    const items = [{ key: 'key', path: 'a/b' }];
    create('grouped', shell('stat -Lc "%a %g" /all/a/b /all/a /all/..data; cat /all/a/b; sleep 60', mountAt('/all')), {
      volumes: [{ name: 'v', configMap: { name: 'm', defaultMode: 0o400, items } }],
      securityContext: { runAsUser: 1000, fsGroup: 2000 },
    });
    until('grouped', isReady);
    expect(log('grouped')).toBe('440 2000\n2755 2000\n2755 2000\ntext');
  });
});

describe('the network of the node', () => {
  test('is that of a pod with hostNetwork; a hostPort leads to a pod', () => {
    const address = '10.77.0.1';
    create('host', { image: 'nginx:1.25' }, { hostNetwork: true });
    until('host', isReady);
    create('port', { image: 'gcr.io/google-samples/hello-app:1.0', ports: [{ containerPort: 8080, hostPort: 9090 }] });
    until('port', isReady);
    create('client', shell(`wget -qO- ${address}; wget -qO- ${address}:9090; wget -qO- ${address}:81`), {
      restartPolicy: 'Never',
    });
    until('client', ({ status }) => status?.phase === 'Failed');
    expect(log('client')).toMatch(/Welcome to nginx![\s\S]*Hello, world![\s\S]*Connection refused/);
  });
});

test('a subPathExpr whose variable is not there keeps the container from being made', () => {
  create('expanded', shell('sleep 60', { volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr: '$(NOPE)/x' }] }), {
    volumes: [{ name: 'v', emptyDir: {} }],
  });
  session.advance(3000);
  expect(container('expanded').state.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'missing value for NOPE',
  });
});

test('a subPath is a folder of the volume before anybody writes to it', () => {
  const volumeMounts = [
    { name: 'v', mountPath: '/own', subPathExpr: '$(HOSTNAME_OF)/logs' },
    { name: 'v', mountPath: '/all' },
  ];
  const env = [{ name: 'HOSTNAME_OF', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
  create('sub', shell('stat -c "%a %F" /all/sub/logs; touch /own/a; ls /all/sub/logs', { volumeMounts, env }), {
    volumes: [{ name: 'v', emptyDir: {} }],
    restartPolicy: 'Never',
  });
  until('sub', ({ status }) => status?.phase === 'Succeeded');
  expect(log('sub')).toBe('777 directory\na\n');
});

test("the node's hosts file in place of the one that the kubelet manages", () => {
  create('hosts', shell('cat /etc/hosts', { volumeMounts: [{ name: 'v', mountPath: '/etc/hosts' }] }), {
    volumes: [{ name: 'v', hostPath: { path: '/etc/hosts', type: 'File' } }],
    restartPolicy: 'Never',
  });
  until('hosts', ({ status }) => status?.phase === 'Succeeded');
  expect(log('hosts')).toMatch(/^127\.0\.0\.1\tlocalhost\n127\.0\.1\.1\tnode-1\n/);
});
