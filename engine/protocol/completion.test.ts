import { beforeAll, expect, test } from 'vitest';
import { createSession } from '../cluster.ts';
import type { Session } from '../sim/session.ts';
import { complete } from './completion.ts';

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct]}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
`;
const OBJECT = `apiVersion: stable.example.com/v1
kind: CronTab
metadata: {name: nightly}
`;

let session: Session;

beforeAll(() => {
  session = createSession({ nodes: 1 });
  session.input('workstation', { kind: 'write-file', path: '/root/definition.yaml', text: DEFINITION });
  session.input('workstation', { kind: 'write-file', path: '/root/objects/nightly.yaml', text: OBJECT });
  for (const line of [
    'kubectl apply -f definition.yaml',
    'sleep 2; kubectl apply -f objects',
    'kubectl create configmap settings',
    'kubectl create configmap other -n kube-public',
    'helm create shop >/dev/null; helm install web ./shop --no-hooks',
  ]) {
    session.input('workstation', { kind: 'type', text: `${line}\n` });
    session.advance(10_000);
  }
});

const at = (line: string) => complete(session.moment(), line);

test.each([
  ['kubectl get cront', ['crontabs']],
  ['kubectl get ct n', ['nightly']],
  ['kubectl get crontabs.stable.example.com n', ['nightly']],
  ['kubectl delete crontab/', ['crontab/nightly']],
  ['k get ct n', ['nightly']],
  ['kg ct n', ['nightly']],
  ['kd cm set', ['settings']],
  ['kubectl -n kube-public get cm o', ['other']],
  ['watch -n 1 kubectl get ct n', ['nightly']],
  ['kubectl get pods; for x in 1 2; do kubectl get ct n', ['nightly']],
  ['echo $(kubectl get ct n', ['nightly']],
  ['KUBECONFIG=x kubectl get cront', ['crontabs']],
  ['kubectl get subjectaccess', []],
  ['kubec', ['kubectl']],
  ['kg', ['kg', 'kga', 'kgp']],
  ['base', ['base64', 'basename']],
  ['', ['cat', 'helm', 'kubectl', 'ls', 'vi', 'watch']],
  ['kubectl apply -f def', ['definition.yaml']],
  ['kubectl apply -f obj', ['objects/']],
  ['kubectl apply -f objects/', ['objects/nightly.yaml']],
  ['cat ~/objects/n', ['~/objects/nightly.yaml']],
  ['cat .kube/c', ['.kube/cache/', '.kube/config']],
  ['cat /etc/pass', ['/etc/passwd']],
  ['echo $HO', ['$HOME']],
  ['helm up', ['upgrade']],
  ['helm get ', ['all', 'hooks', 'manifest', 'metadata', 'notes', 'values']],
  ['helm status w', ['web']],
  ['helm upgrade web ./sh', ['./shop/']],
  ['helm install x --dry', ['--dry-run']],
])('%s', (line, expected) => {
  expect(at(line).candidates).toEqual(expected);
});

test('a file that is gone is not offered, and the folder is the one that the shell is in', () => {
  const before = session.moment();
  session.input('workstation', { kind: 'type', text: 'cp definition.yaml objects/; cd objects; rm nightly.yaml\n' });
  session.advance(1000);
  expect(at('cat ').candidates).toEqual(['definition.yaml']);
  expect(complete(before, 'cat objects/').candidates).toEqual(['objects/nightly.yaml']);
});

test('a field goes on, a name does not', () => {
  expect(at('kubectl explain pods.spec.contai')).toMatchObject({ candidates: ['pods.spec.containers'], isOpen: true });
  expect(at('kubectl get ns def').isOpen).toBeUndefined();
});
