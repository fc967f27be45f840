import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Console } from './case-runner.ts';

const FILES = {
  'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: "1.25"\n',
  'shop/values.yaml': 'replicas: 2\n',
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

describe('a real Helm', () => {
  let shell: Console;

  beforeAll(async () => {
    shell = await Console.open();
    for (const [path, text] of Object.entries(FILES)) shell.write(path, text);
  });

  afterAll(() => shell.close());

  const run = async (line: string): Promise<string> => {
    const { stdout, stderr, exitCode } = await shell.run(line);
    expect(`${stderr}[exit ${exitCode}]`, line).toMatch(/\[exit 0\]$/);
    return stdout;
  };
  const replicas = () => run('kubectl get deployment shop-web -o jsonpath="{.status.readyReplicas}"');
  const revisionOfHook = () => run('kubectl get configmap shop-before -o jsonpath="{.data.revision}"');

  test('installs a chart, its hooks before and after', async () => {
    expect(await run('helm install shop ./shop --wait --timeout 60s')).toContain('STATUS: deployed');
    expect(await replicas()).toBe('2');
    expect(await revisionOfHook()).toBe('1');
    expect(await run('kubectl get jobs')).toBe('');
    expect(await run('kubectl get events')).toContain('Job completed');
  });

  test('upgrades it and rolls it back', async () => {
    expect(await run('helm upgrade shop ./shop --set replicas=3 --wait --timeout 60s')).toContain('REVISION: 2');
    expect(await replicas()).toBe('3');
    expect(await revisionOfHook()).toBe('2');
    expect(await run('helm rollback shop 1 --wait --timeout 60s')).toContain('Rollback was a success');
    expect(await replicas()).toBe('2');
    expect(await run('helm history shop')).toMatch(/3\s.*deployed\s.*Rollback to 1/);
  });

  test('takes it away', async () => {
    expect(await run('helm uninstall shop --wait --timeout 60s')).toBe('release "shop" uninstalled\n');
    expect(await run('helm list -q')).toBe('');
    expect((await shell.run('kubectl get deployment,service -l app.kubernetes.io/managed-by=Helm')).stderr).toContain(
      'No resources',
    );
  });
});
