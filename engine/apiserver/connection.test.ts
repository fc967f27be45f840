import { expect, test } from 'vitest';
import { createSession } from '../cluster.ts';

const session = createSession();
session.advance(30_000);
let runs = 0;

/** Runs a line on the workstation and gives what it prints, errors last. */
function run(line: string): string {
  const id = `connection-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(10_000);
  const result = session.moment().memory('workstation').get<{ stdout: string; stderr: string }>(`run/${id}`);
  return result === undefined ? 'not run' : result.stdout + result.stderr;
}

const API = 'https://10.77.255.1:6443';
const CONFIG = 'kubectl config view --raw -o jsonpath=';

test('curl speaks to the server: who is believed, who is known', () => {
  expect(run(`curl ${API}/version`)).toContain(
    'curl: (60) SSL certificate problem: unable to get local issuer certificate\n',
  );
  expect(run(`curl -sk ${API}/version`)).toContain('"gitVersion": "v1.36.2"');
  expect(run('curl -s http://10.77.255.1:6443/version')).toBe('Client sent an HTTP request to an HTTPS server.\n');
  run(`${CONFIG}'{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ca.crt`);
  run(`${CONFIG}'{.users[0].user.client-certificate-data}' | base64 -d > c.crt`);
  run(`${CONFIG}'{.users[0].user.client-key-data}' | base64 -d > c.key`);
  const trusting = 'curl -s --cacert ca.crt';
  expect(run(`${trusting} ${API}/api/v1/nodes`)).toContain(
    'User \\"system:anonymous\\" cannot list resource \\"nodes\\"',
  );
  expect(run(`${trusting} --cert c.crt --key c.key ${API}/api/v1/nodes`)).toContain('"kind": "NodeList"');
  expect(run(`${trusting} -H "Authorization: Bearer x" ${API}/api/v1/nodes -o /dev/null -w '%{http_code}'`)).toBe(
    '401',
  );
  const config = '\'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"made"}}\'';
  const headers = '-H "Content-Type: application/json"';
  const create = `${trusting} --cert c.crt --key c.key ${headers} -d ${config} ${API}/api/v1/namespaces/default/configmaps`;
  expect(run(create)).toContain('"name": "made"');
  expect(run('kubectl get configmap made -o name')).toBe('configmap/made\n');
  expect(run(`${trusting} --cert c.crt --key c.key "${API}/api/v1/nodes?watch=1"`)).toContain('is not simulated');
});

test('a pod speaks to the server by its service, as its service account', () => {
  run('kubectl run box --image=busybox:1.36 --restart=Never -- sleep 1000');
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const ask = `wget -qO- --header "Authorization: Bearer $(cat ${folder}/token)" https://$KUBERNETES_SERVICE_HOST/api/v1/namespaces/default/pods/box`;
  expect(run(`kubectl exec box -- sh -c '${ask}'`)).toContain('server returned error: HTTP/1.1 403 Forbidden');
  run('kubectl create rolebinding r --clusterrole=view --serviceaccount=default:default');
  expect(run(`kubectl exec box -- sh -c '${ask}'`)).toContain('"kind": "Pod"');
  session.input('world', { kind: 'stop', component: 'kube-apiserver' });
  expect(run(`curl -k ${API}/version`)).toContain('Connection refused');
});
