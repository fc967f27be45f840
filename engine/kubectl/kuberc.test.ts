import { beforeEach, describe, expect, it } from 'vitest';
import { TestServer } from '../apiserver/testing.ts';
import { TestWorkstation } from './testing.ts';

const PREFERENCES = `apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
aliases:
- name: crns
  command: create namespace
  appendArgs: [mine]
- name: getn
  command: get
  prependArgs: [namespace]
  options: [{name: output, default: name}]
- name: runx
  command: run
  options: [{name: image, default: nginx}, {name: labels, default: "app=test"}]
  appendArgs: [web, --, one, two]
defaults:
- command: apply
  options: [{name: server-side, default: "true"}, {name: dry-run, default: server}]
- command: get
  options: [{name: output, default: name}]
`;

let machine: TestWorkstation;

beforeEach(() => {
  const server = new TestServer();
  machine = new TestWorkstation((request) => server.send(request));
  machine.files.set('/root/.kube/kuberc', PREFERENCES);
});

describe('preferences', () => {
  it('have aliases with words before, after, and flags of their own', () => {
    expect(machine.kubectl('crns').stdout).toBe('namespace/mine created\n');
    expect(machine.kubectl('getn', 'mine').stdout).toBe('namespace/mine\n');
    expect(machine.kubectl('getn', 'mine', '--no-headers', '-o', 'wide').stdout).toMatch(/^mine +Active/);
    machine.kubectl('runx');
    const fields = '{.spec.containers[0].args}{.metadata.labels}';
    expect(machine.kubectl('get', 'pod', 'web', '-o', `jsonpath=${fields}`).stdout).toBe('["one","two"]{"app":"test"}');
  });

  it('give flags a value that the command line may overrule', () => {
    machine.kubectl('create', 'configmap', 'c');
    expect(machine.kubectl('get', 'configmap').stdout).toBe('configmap/c\n');
    expect(machine.kubectl('get', 'configmap', '-owide', '--no-headers').stdout).toMatch(/^c +0 /);
    machine.files.set('/root/c.json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"}}');
    expect(machine.kubectl('apply', '-f', 'c.json').stdout).toBe('configmap/d serverside-applied (server dry run)\n');
  });

  it('come from another file where one is named, and from none where that is wished', () => {
    const old =
      'kind: Preference\napiVersion: kubectl.config.k8s.io/v1alpha1\nmore: 1\naliases: [{name: v, command: version, flags: [{name: client, default: "true"}]}]\n';
    machine.files.set('/root/mine', `apiVersion: other/v1\nkind: Preference\n---\n${old}`);
    const { stdout, stderr } = machine.kubectl('v', '--kuberc', 'mine');
    expect(stdout).toMatch(/^Client Version: /);
    expect(stderr).toBe('kuberc: ignoring strict decoding error in mine: strict decoding error: unknown field "more"');
    expect(machine.kubectl('get', 'ns', '--kuberc=nope').stderr).toMatch(
      /^error occurred while applying preferences kuberc error kuberc: open nope: /,
    );
    machine.environment = { ...machine.environment, KUBERC: 'off' };
    expect(machine.kubectl('crns').stderr).toMatch(/^error: unknown command "crns" for "kubectl"/);
    expect(machine.kubectl('crns', '--kuberc=mine').stderr).toBe(
      'error occurred while applying preferences kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive\n',
    );
    machine.environment = { HOME: '/root', PATH: '/usr/bin', KUBECTL_KUBERC: 'false' };
    expect(machine.kubectl('crns').stderr).toMatch(/^error: unknown command/);
  });

  it('are refused where they name what is not there', () => {
    const wrong = PREFERENCES.replace('name: server-side', 'name: nope').replace('name: getn', 'name: get-n');
    machine.files.set('/root/.kube/kuberc', wrong);
    expect(machine.kubectl('version').stderr).toBe(
      'error occurred while applying preferences invalid alias name, can only include alphabetical characters\n',
    );
    machine.files.set('/root/.kube/kuberc', PREFERENCES.replace('name: server-side', 'name: nope'));
    expect(machine.kubectl('apply', '-f', 'x').stderr).toBe(
      'error occurred while applying preferences invalid flag nope for command apply\n',
    );
  });
});
