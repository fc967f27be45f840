import { beforeAll, expect, test } from 'vitest';
import { createSession } from '../cluster.ts';
import type { Session } from '../sim/session.ts';

let session: Session;
let runs = 0;

beforeAll(() => {
  session = createSession({ nodes: 1 });
  session.advance(10_000);
  run('helm create shop');
});

function run(line: string): { stdout: string; stderr: string; exitCode: number } {
  const id = `line-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(10_000);
  const found = session
    .moment()
    .memory('workstation')
    .get<{ stdout: string; stderr: string; exitCode: number }>(`run/${id}`);
  if (found?.exitCode === undefined) throw new Error(`${line} did not end`);
  return found;
}

test('a chart is packed, looked into and installed from its file', () => {
  expect(run('helm package shop').stdout).toBe('Successfully packaged chart and saved it to: /root/shop-0.1.0.tgz\n');
  expect(run('helm package shop --version 0.2.0 -d out').stdout).toBe(
    'Successfully packaged chart and saved it to: out/shop-0.2.0.tgz\n',
  );
  expect(run('tar tzf shop-0.1.0.tgz').stdout.split('\n').slice(0, 2)).toEqual(['shop/Chart.yaml', 'shop/values.yaml']);
  expect(run('helm show chart out/shop-0.2.0.tgz').stdout).toContain('version: 0.2.0');
  expect(run('helm show values shop-0.1.0.tgz').stdout).toBe(run('helm show values shop').stdout);
  expect(run('helm install web shop-0.1.0.tgz --set replicaCount=2').stdout).toContain('STATUS: deployed');
  expect(run('helm template web shop-0.1.0.tgz').stdout).toBe(run('helm template web ./shop').stdout);
});

test('status shows what there is of the release, and the pods behind it', () => {
  const { stdout } = run('helm status web');
  expect(stdout).toMatch(
    /^DESCRIPTION: Install complete\nRESOURCES:\n==> v1\/Service\nNAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nweb-shop .*\n\n==> v1\/Deployment\nNAME +READY .*\nweb-shop +2\/2 .*\n\n==> v1\/Pod\(related\)\nNAME .*\nweb-shop-\S+ +1\/1 .*\nweb-shop-\S+ +1\/1 .*\n\n\nNOTES:/m,
  );
  expect(run("helm status web -o json | jq -c 'keys_unsorted'").stdout).toBe(
    '["name","info","config","manifest","hooks","version","namespace","apply_method"]\n',
  );
  expect(run('helm get metadata web').stdout).toContain('\nSTATUS: deployed\nDEPLOYED_AT: ');
});

const UMBRELLA = `apiVersion: v2
name: umbrella
version: 1.0.0
dependencies:
- name: shop
  version: 0.1.0
  repository: file://../shop
`;

test('charts that lie beside one another are fetched, locked and installed together', () => {
  session.input('workstation', { kind: 'write-file', path: '/root/umbrella/Chart.yaml', text: UMBRELLA });
  const listed = (status: string) =>
    `NAME\tVERSION\tREPOSITORY    \tSTATUS\nshop\t0.1.0  \tfile://../shop\t${status}\n\n`;
  const list = () => run('helm dependency list umbrella').stdout.replace(/ +$/gm, '');
  expect(list()).toBe(listed('missing'));
  expect(run('helm template umbrella').stderr).toContain('missing in charts/ directory: shop');
  expect(run('helm dependency update umbrella').stdout).toBe('Saving 1 charts\nDeleting outdated charts\n');
  expect(list()).toBe(listed('ok'));
  // The digest is what a real Helm 4.1 writes for the same chart.
  expect(run('cat umbrella/Chart.lock').stdout).toContain(
    'digest: sha256:f800b705523bfb9fdeeba24e2a26491592c106f4b8cf9c7185c7f39ebb140e13\n',
  );
  expect(run('helm template u umbrella').stdout).toContain('# Source: umbrella/charts/shop/templates/service.yaml');
  run('rm -r umbrella/charts');
  expect(run('helm dependency build umbrella')).toMatchObject({ exitCode: 0 });
  expect(run('helm package umbrella').stdout).toContain('/root/umbrella-1.0.0.tgz');
  expect(run('helm template u umbrella-1.0.0.tgz').stdout).toBe(run('helm template u umbrella').stdout);
});

test('a lock that does not fit any more, a version that is not there and a repository of the network are refused', () => {
  run('yq -i \'.dependencies[0].version = "0.3.0"\' umbrella/Chart.yaml');
  expect(run('helm dependency build umbrella').stderr).toContain('(Chart.lock) is out of sync');
  expect(run('helm dependency update umbrella').stderr).toBe("Error: can't get a valid version for dependency shop\n");
  run('yq -i \'.dependencies[0].repository = "https://charts.example.com"\' umbrella/Chart.yaml');
  expect(run('helm dependency update umbrella').stderr).toContain('this machine has no network');
});

test.each([
  ['helm install bad shop-9.tgz', 'non-absolute URLs should be in form of repo_name/path_to_chart, got: shop-9.tgz'],
  ['helm install bad ./shop-9.tgz', 'path "./shop-9.tgz" not found'],
  ['helm package nope', 'stat nope: no such file or directory'],
  ['helm show chart shop/Chart.yaml', 'does not appear to be a gzipped archive'],
])('%s', (line, problem) => {
  expect(run(line)).toMatchObject({ exitCode: 1 });
  expect(run(line).stderr).toContain(problem);
});
