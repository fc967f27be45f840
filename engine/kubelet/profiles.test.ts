import { expect, test } from 'vitest';
import { container, create, isReady, shell, until } from './testing.ts';

const seccompProfile = { type: 'Localhost', localhostProfile: 'profiles/audit.json' };
const named = (more: object): object => shell('sleep 3600', { securityContext: more });

test.each([
  [{ appArmorProfile: { type: 'Localhost', localhostProfile: 'k8s-strict' } }, 'apparmor profile not found k8s-strict'],
  [
    { seccompProfile },
    'cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory',
  ],
])('a container is not made without the profile of the node that it names: %o', (security, why) => {
  create('strict', named(security));
  until('strict', ({ status }) => status?.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerError');
  expect(container('strict').state.waiting.message).toBe(`failed to create containerd container: ${why}`);
});

test('it is made once the profile is there, and the runtime has one of its own', () => {
  const volumes = [{ name: 'v', hostPath: { path: '/var/lib/kubelet/seccomp/profiles', type: 'DirectoryOrCreate' } }];
  create('loader', shell("echo '{}' > /v/audit.json", { volumeMounts: [{ name: 'v', mountPath: '/v' }] }), {
    volumes,
    restartPolicy: 'Never',
  });
  until('loader', ({ status }) => status?.phase === 'Succeeded');
  create('strict', named({ seccompProfile, appArmorProfile: { type: 'RuntimeDefault' } }));
  until('strict', isReady);
});
