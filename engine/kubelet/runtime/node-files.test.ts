import { describe, expect, test } from 'vitest';
import { begin, container, create, isReady, pod, session, shell, until } from '../testing.ts';

function typed(line: string): string {
  const id = `line-${session.head.step}`;
  session.input('workstation', { kind: 'run', id, line });
  const result = () => session.moment().memory('workstation').get<{ stdout: string; exitCode?: number }>(`run/${id}`);
  session.until(() => result()?.exitCode !== undefined, 60_000);
  return result()?.stdout ?? '';
}

const onNode = (script: string): string => typed(`ssh node-1 '${script}'`);
const idOf = (name: string): string => container(name).containerID.replace(/^.*:\/\//, '');

describe('a bundle', () => {
  test('is the specification of what was really created', () => {
    create(
      'web',
      shell('sleep 600', {
        env: [{ name: 'COLOUR', value: 'blue' }],
        workingDir: '/tmp',
        securityContext: { runAsUser: 1000, capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } },
        resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
        volumeMounts: [{ name: 'cache', mountPath: '/cache', readOnly: true }],
      }),
      { volumes: [{ name: 'cache', emptyDir: {} }] },
    );
    until('web', isReady);
    const bundle = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${idOf('web')}`;
    const spec = JSON.parse(onNode(`cat ${bundle}/config.json`));
    const { uid } = pod('web').metadata;
    expect(spec.process).toMatchObject({
      args: ['sh', '-c', 'sleep 600'],
      cwd: '/tmp',
      user: { uid: 1000, gid: 1000 },
      capabilities: { bounding: ['CAP_NET_ADMIN'] },
    });
    expect(spec.process.env).toContain('COLOUR=blue');
    expect(spec.mounts).toContainEqual({
      destination: '/cache',
      type: 'bind',
      source: `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~empty-dir/cache`,
      options: ['rbind', 'rprivate', 'ro'],
    });
    expect(spec.linux.resources).toMatchObject({
      cpu: { shares: 256, quota: 50_000, period: 100_000 },
      memory: { limit: 134_217_728 },
    });
    expect(spec.linux.cgroupsPath).toBe(
      `kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice:cri-containerd:${idOf('web')}`,
    );
    const pause = spec.annotations['io.kubernetes.cri.sandbox-id'];
    const pausePid = onNode(`cat ${bundle}/../${pause}/init.pid`);
    expect(spec.linux.namespaces).toContainEqual({ type: 'network', path: `/proc/${pausePid}/ns/net` });
    expect(JSON.parse(onNode(`crictl inspect ${idOf('web')}`)).info.runtimeSpec).toEqual(spec);
  });

  test('is there as long as the container runs, and cannot be changed', () => {
    create('once', shell('sleep 5'), { restartPolicy: 'Never' });
    until('once', isReady);
    const bundle = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${idOf('once')}`;
    expect(onNode(`ls ${bundle}`)).toBe('config.json\ninit.pid\nrootfs\nruntime\n');
    expect(onNode(`echo x > ${bundle}/config.json || echo refused`)).toBe('refused\n');
    until('once', ({ status }) => status.phase === 'Succeeded');
    expect(onNode(`ls ${bundle} || echo gone`)).toBe('gone\n');
  });
});

describe('layers', () => {
  test('of an image have the digests that its manifest names', () => {
    const image = JSON.parse(onNode('crictl inspecti nginx:1.25'));
    const blobs = '/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256';
    const digest = image.status.repoDigests[0].split('@sha256:')[1];
    expect(onNode(`sha256sum ${blobs}/${digest}`).slice(0, 64)).toBe(digest);
    const manifest = JSON.parse(onNode(`cat ${blobs}/${digest}`));
    expect(manifest.config.digest).toBe(image.status.id);
    expect(onNode(`sha256sum ${blobs}/${image.status.id.slice(7)}`).slice(0, 64)).toBe(image.status.id.slice(7));
    expect(manifest.layers.map((layer: { digest: string }) => layer.digest)).toEqual(
      image.info.imageSpec.rootfs.diff_ids,
    );
    const sizes = manifest.layers.map((layer: { size: number }) => layer.size);
    expect(sizes.reduce((sum: number, size: number) => sum + size)).toBe(Number(image.status.size));
  });

  test('of a container hold what it has written and nothing else', () => {
    create('writer', shell('echo hello > /tmp/f; rm /etc/group; sleep 600'));
    until('writer', isReady);
    const { upper, lower } = JSON.parse(onNode(`crictl inspect ${idOf('writer')}`)).info.snapshot;
    expect(onNode(`cd ${upper}; find . -type f; cat tmp/f`)).toBe('./tmp/f\nhello\n');
    expect(onNode(`ls ${lower[0]}/etc`)).toContain('group');
    const rootfs = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${idOf('writer')}/rootfs`;
    expect(onNode(`ls ${rootfs}/etc ${rootfs}/tmp`)).not.toContain('group');
  });
});

test('logs and volumes of pods are files of the node, also to a pod that mounts its disk', () => {
  create(
    'talker',
    shell('echo one; echo two >&2; echo kept > /data/f; sleep 600', {
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    }),
    { volumes: [{ name: 'data', emptyDir: {} }] },
  );
  until('talker', isReady);
  const { uid } = pod('talker').metadata;
  expect(onNode(`cat /var/log/pods/default_talker_${uid}/c/0.log`)).toMatch(
    /^2026-\S+Z stdout F one\n2026-\S+Z stderr F two\n$/,
  );
  expect(onNode(`cat /var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~empty-dir/data/f`)).toBe('kept\n');
  create(
    'agent',
    shell('cat /logs/containers/talker_*.log | wc -l; ls /logs/pods; sleep 600', {
      volumeMounts: [
        { name: 'logs', mountPath: '/logs' },
        { name: 'real', mountPath: '/var/log/pods' },
      ],
    }),
    {
      volumes: [
        { name: 'logs', hostPath: { path: '/var/log' } },
        { name: 'real', hostPath: { path: '/var/log/pods' } },
      ],
    },
  );
  until('agent', isReady);
  expect(typed('kubectl logs agent')).toMatch(/^2\n/);
  expect(typed('kubectl logs agent')).toContain(`default_talker_${uid}`);
});

test.each([
  [
    'cri-o',
    '/run/containers/storage/overlay-containers/ID/userdata/config.json',
    '/var/lib/containers/storage/overlay/ID/merged',
  ],
  ['docker', '/run/containerd/io.containerd.runtime.v2.task/moby/ID/config.json', '/var/lib/docker/overlay2/ID/merged'],
] as const)('%s keeps things at its own places', (containerRuntime, config, root) => {
  begin({ containerRuntime });
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  const at = (path: string): string => path.replace('ID', idOf('web'));
  const spec = JSON.parse(onNode(`cat ${at(config)}`));
  expect(spec.root.path).toBe(at(root));
  expect(onNode(`ls ${at(root)}/usr/share/nginx/html`)).toBe('index.html\n');
  expect(onNode('ls /run/containerd/io.containerd.runtime.v2.task/k8s.io || echo none')).toBe('none\n');
  expect(onNode('cat /etc/crictl.yaml')).toContain(containerRuntime === 'docker' ? 'cri-dockerd.sock' : 'crio.sock');
});

test('what crictl stops, the kubelet starts again', () => {
  create('web', { image: 'nginx:1.25' });
  until('web', isReady);
  const before = idOf('web');
  expect(onNode(`crictl rm ${before} || echo refused`)).toBe('refused\n');
  expect(onNode(`crictl stop ${before.slice(0, 12)}`)).toBe(`${before}\n`);
  until('web', (now) => isReady(now) && now.status.containerStatuses[0].restartCount === 1);
  expect(onNode('crictl ps -a -q').split('\n').filter(Boolean)).toHaveLength(2);
  expect(onNode(`crictl rm ${before}`)).toBe(`${before}\n`);
  const sandbox = onNode('crictl pods -q --name web').trim();
  expect(onNode(`crictl stopp ${sandbox}`)).toBe(`Stopped sandbox ${sandbox}\n`);
  until('web', (now) => isReady(now) && onNode('crictl pods -q').trim() !== sandbox);
});
