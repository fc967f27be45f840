import { describe, expect, it } from 'vitest';
import { TestServer } from '../../apiserver/testing.ts';
import { TestWorkstation } from '../testing.ts';

const MALFORMED = 'for "--aggregation-rule" flag: malformed pair, expect string=string';

describe('kubectl refuses', () => {
  it.each([
    ['drain nosuch --pod-selector=a==b==c', 'error: --pod-selector=<pod_selector> must be a valid label selector'],
    ['cluster-info dump -o name', 'error: list types are not supported by name printing: *v1.NodeList'],
    [
      'create clusterrole c --aggregation-rule=a=b,c',
      `error: invalid argument "a=b,c" ${MALFORMED}\nSee 'kubectl create clusterrole --help' for usage.`,
    ],
    [
      'get ns --certificate-authority=no.crt',
      'error: unable to read certificate-authority no.crt for orrery due to open no.crt: no such file or directory',
    ],
    [
      'get ns --certificate-authority=text',
      'error: unable to load root certificates: unable to parse bytes as PEM block',
    ],
    [
      'get ns --client-certificate=no.crt --client-key=no.key',
      'Error in configuration: \n* unable to read client-cert no.crt for kubernetes-admin due to open no.crt: no such file or directory\n* unable to read client-key no.key for kubernetes-admin due to open no.key: no such file or directory',
    ],
  ])('%s', (words, expected) => {
    const server = new TestServer();
    const machine = new TestWorkstation((request) => server.send(request));
    machine.files.set('/root/text', 'text\n');
    const { stdout, stderr, code } = machine.kubectl(...words.split(' '));
    expect([stdout, stderr, code]).toEqual(['', `${expected}\n`, 1]);
  });
});
