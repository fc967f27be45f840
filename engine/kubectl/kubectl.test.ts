import { describe, expect, it } from 'vitest';
import { TestServer } from '../apiserver/testing.ts';
import { base64Encode } from '../base64.ts';
import { parseCertificate } from '../certificates/certificate.ts';
import { ellipticKey } from '../certificates/elliptic.ts';
import { privateKeyPem } from '../certificates/keys.ts';
import { TestWorkstation } from './testing.ts';

function workstation(): TestWorkstation {
  const server = new TestServer();
  return new TestWorkstation((request) => server.send(request));
}

const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg, labels: {app: x}}\ndata: {a: "1", b: "2"}\n';

describe('kubectl', () => {
  it('applies, leaves unchanged, configures and prints', () => {
    const machine = workstation();
    machine.files.set('/root/cm.yaml', CONFIG);
    expect(machine.kubectl('apply', '-f', 'cm.yaml').stdout).toBe('configmap/cfg created\n');
    expect(machine.kubectl('apply', '-f', 'cm.yaml').stdout).toBe('configmap/cfg unchanged\n');
    machine.files.set('/root/cm.yaml', CONFIG.replace(', b: "2"', ', c: "3"'));
    expect(machine.kubectl('apply', '-f', 'cm.yaml').stdout).toBe('configmap/cfg configured\n');
    expect(machine.kubectl('get', 'cm', 'cfg', '-o', 'jsonpath={.data}').stdout).toBe('{"a":"1","c":"3"}');
    expect(machine.kubectl('get', 'cm/cfg', '-o', 'name').stdout).toBe('configmap/cfg\n');
  });

  it('warns when it applies what it did not create', () => {
    const machine = workstation();
    machine.files.set('/root/cm.yaml', CONFIG);
    machine.kubectl('create', '-f', 'cm.yaml');
    const { stdout, stderr } = machine.kubectl('apply', '-f', 'cm.yaml');
    expect(stdout).toBe('configmap/cfg configured\n');
    expect(stderr).toMatch(
      /^Warning: resource configmaps\/cfg is missing the kubectl.kubernetes.io\/last-applied-configuration annotation/,
    );
  });

  it('prints tables with labels', () => {
    const machine = workstation();
    machine.kubectl('create', 'cm', 'one', '--from-literal=a=1');
    machine.kubectl('label', 'cm', 'one', 'tier=front');
    expect(machine.kubectl('get', 'cm', '-l', 'tier', '-L', 'tier', '--no-headers').stdout).toMatch(
      /^one {3}1 {5}\S+ {3,}front\n$/,
    );
  });

  it.each([
    [['gett', 'pods'], 'error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n'],
    [['get', 'podz'], 'error: the server doesn\'t have a resource type "podz"\n'],
    [['get', 'pod', 'nosuch'], 'Error from server (NotFound): pods "nosuch" not found\n'],
    [['create', '-f', 'nosuch.yaml'], 'error: the path "nosuch.yaml" does not exist\n'],
    [['set', 'image', 'deploy/d'], 'error: at least one image update is required\n'],
    [['cp', 'a', 'b'], 'error: one of src or dest must be a remote file specification\n'],
  ])('refuses %j', (words, message) => {
    const machine = workstation();
    machine.kubectl('create', 'ns', 'default');
    expect(machine.kubectl(...words)).toEqual({ stdout: '', stderr: message, code: 1 });
  });

  it('says when the server cannot be reached', () => {
    const machine = new TestWorkstation(() => ({ unreachable: 'connection refused' }));
    expect(machine.kubectl('get', 'pods').stderr).toBe(
      'The connection to the server 10.77.255.1:6443 was refused - did you specify the right host or port?\n',
    );
  });

  it('changes contexts in the file', () => {
    const machine = workstation();
    expect(machine.kubectl('config', 'set-context', '--current', '--namespace=dev').stdout).toBe(
      'Context "orrery" modified.\n',
    );
    expect(machine.kubectl('get', 'pods').stderr).toBe('No resources found in dev namespace.\n');
  });

  it('shows its client certificate, if the key is there and fits', () => {
    const machine = workstation();
    machine.kubectl('get', 'pods');
    const shown = parseCertificate(machine.requests.at(-1)?.clientCertificate ?? '');
    expect(shown?.subject.attributes).toEqual([
      { type: 'O', value: 'kubeadm:cluster-admins' },
      { type: 'CN', value: 'kubernetes-admin' },
    ]);
    const path = '/root/.kube/config';
    const config = machine.files.get(path) ?? '';
    machine.files.set(path, config.replace(/ *client-key-data: .*\n/, ''));
    expect(machine.kubectl('get', 'pods').stderr).toBe(
      'error: invalid configuration: [client-key-data or client-key must be specified for kubernetes-admin to use the clientCert authentication method.]\n',
    );
    machine.files.set(
      path,
      config.replace(/(client-key-data: ).*/, `$1${base64Encode(privateKeyPem(ellipticKey('x')))}`),
    );
    expect(machine.kubectl('get', 'pods').stderr).toBe('error: tls: private key does not match public key\n');
  });
});
