import { beforeAll, describe, expect, it } from 'vitest';
import { createSession, type Session } from '../index.ts';
import type { RunResult } from '../process/workstation.ts';

const CHART: Readonly<Record<string, string>> = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: "1.25"\n',
  'shop/values.yaml': 'replicas: 2\nextra: {a: 1}\n',
  'shop/templates/NOTES.txt': 'Welcome to {{ .Release.Name }}.\n',
  'shop/templates/web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}-web"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: web, image: "nginx:{{ .Chart.AppVersion }}"}]}
---
apiVersion: v1
kind: Service
metadata: {name: "{{ .Release.Name }}-web"}
spec: {selector: {app: "{{ .Release.Name }}"}, ports: [{port: 80}]}
`,
  'shop/templates/hooks.yaml': `
apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{ .Release.Name }}-before"
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation}
data: {revision: "{{ .Release.Revision }}"}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-after"
  annotations: {helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-delete-policy: hook-succeeded}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1.36", command: [echo, done]}]}
`,
};

describe('helm', () => {
  let session: Session;
  let count = 0;

  beforeAll(() => {
    session = createSession({ nodes: 1, seed: 1 });
    session.advance(5000);
    for (const [path, text] of Object.entries(CHART)) session.input('workstation', { kind: 'write-file', path, text });
  });

  const run = (line: string): RunResult => {
    const id = `helm-${count++}`;
    session.input('workstation', { kind: 'run', id, line });
    const result = () => session.moment().memory('workstation').get<RunResult>(`run/${id}`);
    session.until(() => result()?.exitCode !== undefined, 600_000);
    return result() as RunResult;
  };
  const out = (line: string): string => {
    const { stdout, stderr, exitCode } = run(line);
    expect(`${stderr}[exit ${exitCode}]`, line).toMatch(/\[exit 0\]$/);
    return stdout;
  };

  it('installs a chart with its hooks and waits for it', () => {
    const shown = out('helm install shop ./shop --wait --timeout 60s');
    expect(shown).toMatch(
      /^NAME: shop\nLAST DEPLOYED: \w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\nNAMESPACE: default\nSTATUS: deployed\nREVISION: 1\nDESCRIPTION: Install complete\nTEST SUITE: None\nNOTES:\nWelcome to shop\.\n$/,
    );
    expect(out('kubectl get deployment shop-web -o jsonpath="{.status.readyReplicas}"')).toBe('2');
    expect(out('kubectl get configmap shop-before -o jsonpath="{.data.revision}"')).toBe('1');
    expect(out('kubectl get jobs')).toBe('');
    expect(out('kubectl get secret -l owner=helm -o name')).toBe('secret/sh.helm.release.v1.shop.v1\n');
    expect(run('helm install shop ./shop').stderr).toBe(
      'Error: INSTALLATION FAILED: cannot reuse a name that is still in use\n',
    );
  });

  it('upgrades it, keeps values and rolls back', () => {
    expect(out('helm upgrade shop ./shop --set replicas=3 --wait')).toContain('REVISION: 2');
    expect(out('kubectl get deployment shop-web -o jsonpath="{.spec.replicas}"')).toBe('3');
    expect(out('helm get values shop')).toBe('USER-SUPPLIED VALUES:\nreplicas: 3\n');
    expect(out('helm upgrade shop ./shop --reuse-values --set extra.b=x -o json')).toContain('"version":3');
    expect(out('helm get values shop --all -o json')).toBe('{"extra":{"a":1,"b":"x"},"replicas":3}\n');
    expect(out('helm rollback shop 1 --wait')).toBe('Rollback was a success! Happy Helming!\n');
    expect(out('kubectl get deployment shop-web -o jsonpath="{.spec.replicas}"')).toBe('2');
    expect(out('helm history shop')).toMatch(
      /^REVISION\t.*\n1 +\t.*superseded.*\n2 +\t.*\n3 +\t.*\n4 +\t.*deployed *\tshop-0\.1\.0\t1\.25 +\tRollback to 1 *\n$/,
    );
    expect(out('helm list')).toMatch(
      /^NAME\tNAMESPACE\tREVISION\t.*\nshop\tdefault {2}\t4 +\t.*\tdeployed\tshop-0\.1\.0\t/,
    );
  });

  it('refuses objects of others and takes a release away', () => {
    expect(run('helm install other ./shop --set x=1 && helm uninstall other').exitCode).toBe(0);
    out('kubectl create service clusterip taken-web --tcp=80');
    expect(run('helm install taken ./shop').stderr).toContain(
      'INSTALLATION FAILED: unable to continue with install: Service "taken-web" in namespace "default" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"',
    );
    expect(out('helm uninstall shop --wait')).toBe('release "shop" uninstalled\n');
    expect(out('helm list -q -A')).toBe('');
    expect(out('kubectl get deployment -o name')).toBe('');
  });

  it('makes a chart that lints and installs', () => {
    expect(out('helm create demo')).toBe('Creating demo\n');
    expect(out('helm lint demo')).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(out('helm template x ./demo --set replicaCount=4 | kubectl apply --dry-run=server -f - -o name')).toBe(
      'service/x-demo\ndeployment.apps/x-demo\npod/x-demo-test\n',
    );
    expect(run('helm repo add a b').stderr).toContain('it has no network. Charts of your own work');
  });

  it('keeps a failed release with what went wrong', () => {
    const { stderr, exitCode } = run('helm install bad ./shop --set replicas=-1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Error: INSTALLATION FAILED: ');
    expect(out('helm status bad')).toContain('STATUS: failed');
    expect(run('helm upgrade --install late ./shop --wait --timeout 1ms').stderr).toContain(
      'context deadline exceeded',
    );
  });
});
