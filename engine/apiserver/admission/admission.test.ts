import { describe, expect, it } from 'vitest';
import { clusterConfig } from '../../config.ts';
import type { KubeObject } from '../../object.ts';
import type { Status } from '../request.ts';
import { TestServer } from '../testing.ts';
import { admissionFlagProblems, enabledPluginNames } from './plugin-names.ts';

const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';

function claim(spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  };
}

function seedClass(server: TestServer, name: string, created: string, rest: object = {}): void {
  server.seed('storageclasses.storage.k8s.io', {
    metadata: {
      name,
      creationTimestamp: created,
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner: 'example.com/p',
    ...rest,
  });
}

describe('flags', () => {
  it('switch plugins on and off', () => {
    expect(enabledPluginNames({})).toContain('LimitRanger');
    expect(enabledPluginNames({})).not.toContain('NodeRestriction');
    const names = enabledPluginNames({
      enableAdmissionPlugins: ['NodeRestriction'],
      disableAdmissionPlugins: ['LimitRanger'],
    });
    expect(names).toContain('NodeRestriction');
    expect(names).not.toContain('LimitRanger');
  });

  it('are refused when they name what is unknown or not simulated', () => {
    expect(admissionFlagProblems({ enableAdmissionPlugins: ['Nonsense'] })).toEqual([
      'enable-admission-plugins plugin "Nonsense" is unknown',
    ]);
    expect(() => clusterConfig({ enableAdmissionPlugins: ['ImagePolicyWebhook'] })).toThrow(
      'enable-admission-plugins plugin "ImagePolicyWebhook" is not simulated',
    );
    expect(() =>
      clusterConfig({ enableAdmissionPlugins: ['NodeRestriction'], disableAdmissionPlugins: ['NodeRestriction'] }),
    ).toThrow('NodeRestriction in enable-admission-plugins and disable-admission-plugins overlapped');
  });
});

describe('storage', () => {
  it('gives a claim the newest default class, unless it says none', () => {
    const server = new TestServer();
    seedClass(server, 'old', '2026-01-01T00:00:00Z');
    seedClass(server, 'new', '2026-01-01T00:00:05Z');
    const chosen = server.post(`${CLAIMS}?dryRun=All`, claim()).body as KubeObject;
    expect(chosen.spec.storageClassName).toBe('new');
    expect(chosen.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
    const none = server.post(`${CLAIMS}?dryRun=All`, claim({ storageClassName: '' })).body as KubeObject;
    expect(none.spec.storageClassName).toBe('');
  });

  it('lets only bound claims of willing classes grow', () => {
    const server = new TestServer();
    seedClass(server, 'fixed', '2026-01-01T00:00:00Z');
    seedClass(server, 'wide', '2025-01-01T00:00:00Z', { allowVolumeExpansion: true });
    const grow = { spec: { resources: { requests: { storage: '2Gi' } } } };
    const grown = (name: string, phase: string) => {
      const spec = { storageClassName: name, volumeMode: 'Filesystem', volumeName: 'v' };
      const status = { phase, capacity: { storage: '1Gi' } };
      const { metadata, ...rest } = claim(spec) as KubeObject;
      server.seed('persistentvolumeclaims', { ...rest, status, metadata: { ...metadata, namespace: 'default' } });
      return server.patch(`${CLAIMS}/data`, 'application/merge-patch+json', grow);
    };
    expect((grown('fixed', 'Bound').body as Status).message).toBe(
      'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    );
    expect(grown('wide', 'Bound').code).toBe(200);
    const smaller = { spec: { resources: { requests: { storage: '1Mi' } } } };
    expect((server.patch(`${CLAIMS}/data`, 'application/merge-patch+json', smaller).body as Status).message).toBe(
      'PersistentVolumeClaim "data" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    );
  });
});

it('gives an ingress the default class', () => {
  const server = new TestServer();
  server.seed('ingressclasses.networking.k8s.io', {
    metadata: { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  });
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  };
  const created = server.post('/apis/networking.k8s.io/v1/namespaces/default/ingresses', ingress).body as KubeObject;
  expect(created.spec.ingressClassName).toBe('nginx');
});
