import { describe, expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  selector: {matchLabels: {app: d}}
  template:
    metadata: {labels: {app: d}}
    spec: {containers: [{name: a, image: "nginx:1.25", env: [{name: A, value: "1"}]}]}
`;

function workstation(): TestWorkstation {
  const server = new TestServer();
  const machine = new TestWorkstation((request) => server.send(request));
  machine.files.set('/root/d.yaml', DEPLOYMENT);
  machine.kubectl('apply', '-f', 'd.yaml');
  machine.kubectl('create', 'service', 'clusterip', 's', '--tcp=80');
  machine.kubectl('create', 'clusterrolebinding', 'b', '--clusterrole=view', '--user=u');
  return machine;
}

const SERVICE_ACCOUNT = 'error: serviceaccount must be <namespace>:<name>';

describe('kubectl set', () => {
  it('lists variables as they would be, and changes none', () => {
    const machine = workstation();
    const { stdout } = machine.kubectl('set', 'env', 'deploy/d', '--list', 'X=1', 'A-');
    expect(stdout).toBe('# Deployment d, container a\nX=1\n');
    expect(machine.kubectl('set', 'env', 'deploy/d', '--list').stdout).toBe('# Deployment d, container a\nA=1\n');
  });

  it('warns of containers that are not there', () => {
    const { stdout, stderr } = workstation().kubectl('set', 'env', 'deploy/d', '--list', '-c', 'x*');
    expect([stdout, stderr]).toEqual(['', 'Warning: Deployment/d does not have any containers matching "x*"\n']);
  });

  it.each([
    ['env deploy/d --list -o yaml', 'error: --list and --output may not be specified together'],
    ['resources deploy/d -c nosuch --limits=cpu=1', 'error: unable to find container named nosuch'],
    ['selector svc s bare', 'error: match expression [{bare Exists []}] not supported on this object'],
    ['selector svc s', 'error: resource(s) were provided, but no name was specified'],
    ['selector', 'error: one selector is required'],
    ['subject clusterrolebinding nosuch', /^Error from server \(NotFound\): .* "nosuch" not found$/],
    ['subject clusterrolebinding b', 'error: you must specify at least one value of user, group or serviceaccount'],
    ['subject clusterrolebinding b --serviceaccount=a', SERVICE_ACCOUNT],
    ['subject clusterrolebinding b --serviceaccount=:a', `${SERVICE_ACCOUNT}, namespace must be specified`],
  ])('refuses set %s', (words, expected) => {
    const { stderr, code } = workstation().kubectl('set', ...words.split(' '));
    expect(code).toBe(1);
    if (typeof expected === 'string') expect(stderr).toBe(`${expected}\n`);
    else expect(stderr.trimEnd()).toMatch(expected);
  });

  it('changes the services that are there though others are missing', () => {
    const { stdout, stderr } = workstation().kubectl('set', 'selector', 'svc', 's', 'nosuch', 'a=b');
    expect(stdout).toBe('service/s selector updated\n');
    expect(stderr).toBe('Error from server (NotFound): services "nosuch" not found\n');
  });

  it('prints nothing of an image that is set already, and changes what it can', () => {
    const machine = workstation();
    expect(machine.kubectl('set', 'image', '-f', 'd.yaml', '--local', 'a=nginx:1.25').stdout).toBe('');
    const { stdout, stderr } = machine.kubectl('set', 'image', 'deploy/d', 'nosuch=b', 'a=c');
    expect(stdout).toBe('deployment.apps/d image updated\n');
    expect(stderr).toBe('error: unable to find container named "nosuch"\n');
  });
});
