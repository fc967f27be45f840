import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Console } from './case-runner.ts';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25", ports: [{containerPort: 80}]}
`;

const COUNTER = `
apiVersion: v1
kind: Pod
metadata: {name: counter}
spec:
  restartPolicy: Never
  containers:
  - {name: c, image: "busybox:1.36", command: [sh, -c, "for n in 1 2 3; do echo line $n; sleep 1; done"]}
`;

describe('a real kubectl', () => {
  let shell: Console;

  beforeAll(async () => {
    shell = await Console.open();
    shell.write('web.yaml', WEB);
    shell.write('counter.yaml', COUNTER);
  });

  afterAll(() => shell.close());

  /** Standard output of a line that must succeed. */
  const run = async (line: string, environment: Record<string, string> = {}): Promise<string> => {
    const { stdout, stderr, exitCode } = await shell.run(line, environment);
    expect(`${stderr}[exit ${exitCode}]`, line).toMatch(/\[exit 0\]$/);
    return stdout;
  };

  test('applies, waits for a rollout, gets and describes', async () => {
    expect(await run('kubectl apply -f web.yaml')).toBe('deployment.apps/web created\n');
    expect(await run('kubectl rollout status deployment/web')).toContain('successfully rolled out');
    expect(await run('kubectl wait --for=condition=Ready pod -l app=web')).toMatch(/(pod\/web-\S+ condition met\n){2}/);
    expect(await run('kubectl get pods -o jsonpath="{.items[*].status.phase}"')).toBe('Running Running');
    expect(await run('kubectl describe deployment web')).toContain('Replicas:               2 desired | 2 updated');
    expect(await run('kubectl version')).toContain('Server Version: v1.36.2');
  });

  test('explains fields and lists resources from the documents that the server publishes', async () => {
    expect(await run('kubectl explain deployment.spec.strategy.rollingUpdate')).toMatch(/maxSurge\s+<IntOrString>/);
    expect(await run('kubectl explain pod.spec.containers --recursive')).toContain('livenessProbe');
    expect(await run('kubectl api-resources --api-group=apps')).toContain('deployments');
  });

  test('edits with an editor, and shows a difference without writing it', async () => {
    shell.write('editor.sh', 'sed -i "s/replicas: 2/replicas: 3/" "$1"\n');
    expect(await run('kubectl edit deployment web', { KUBE_EDITOR: 'sh editor.sh' })).toBe(
      'deployment.apps/web edited\n',
    );
    const { stdout, exitCode } = await shell.run('kubectl diff -f web.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^-\s+replicas: 3$/m);
    expect(stdout).toMatch(/^\+\s+replicas: 2$/m);
  });

  test('meets a conflict in a server-side apply, and wins it by force', async () => {
    const { stderr, exitCode } = await shell.run('kubectl apply --server-side --field-manager=other -f web.yaml');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas',
    );
    const forced = await run('kubectl apply --server-side --field-manager=other --force-conflicts -f web.yaml');
    expect(forced).toBe('deployment.apps/web serverside-applied\n');
  });

  test('rolls out and back', async () => {
    await run('kubectl set image deployment/web web=nginx:1.26');
    await run('kubectl rollout status deployment/web');
    expect(await run('kubectl rollout history deployment/web')).toMatch(/^1 .*\n2 /m);
    expect(await run('kubectl rollout undo deployment/web')).toBe('deployment.apps/web rolled back\n');
    await run('kubectl rollout status deployment/web');
    expect(await run('kubectl get deployment web -o jsonpath="{.spec.template.spec.containers[0].image}"')).toBe(
      'nginx:1.25',
    );
  });

  test('follows a log to its end', async () => {
    await run('kubectl apply -f counter.yaml');
    await run('kubectl wait --for=jsonpath="{.status.phase}"=Running pod/counter');
    expect(await run('kubectl logs -f counter')).toBe('line 1\nline 2\nline 3\n');
    expect(await run('kubectl logs counter --tail=1')).toBe('line 3\n');
    expect(await run('kubectl logs counter --timestamps --limit-bytes=20')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:/);
  });

  test.each([
    ['WebSocket', {}],
    ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ])('runs commands in a container over %s', async (_, environment) => {
    expect(await run('kubectl exec deploy/web -- echo hello', environment)).toBe('hello\n');
    expect(await run('echo text | kubectl exec -i deploy/web -- cat', environment)).toBe('text\n');
    const { stderr, exitCode } = await shell.run(
      'kubectl exec deploy/web -- sh -c "echo bad >&2; exit 3"',
      environment,
    );
    expect(stderr).toBe('bad\ncommand terminated with exit code 3\n');
    expect(exitCode).toBe(3);
  });

  test.each([
    ['SPDY in a WebSocket', {}],
    ['SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ])('forwards a port over %s', async (_, environment) => {
    const line = `rm -f forward.log; kubectl port-forward deploy/web :80 > forward.log 2>&1 & pid=$!
for n in $(seq 100); do grep -qs 127.0.0.1 forward.log && break; sleep 0.1; done
port=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\).*/\\1/p' forward.log)
exec 3<>/dev/tcp/127.0.0.1/$port; printf 'GET / HTTP/1.0\\r\\nHost: web\\r\\n\\r\\n' >&3; cat <&3; kill $pid`;
    expect(await run(line, environment)).toContain('Welcome to nginx!');
  });

  test('asks what it may do, as itself and as somebody else', async () => {
    expect(await run('kubectl auth can-i create deployments')).toBe('yes\n');
    expect((await shell.run('kubectl auth can-i create deployments --as=jane')).stdout).toBe('no\n');
    await run('kubectl create rolebinding jane --clusterrole=edit --user=jane');
    expect(await run('kubectl auth can-i create deployments --as=jane')).toBe('yes\n');
  });

  test('copies files to and from a container', async () => {
    shell.write('here.txt', 'some text\n');
    const pod = (await run('kubectl get pod -l app=web -o name')).split('\n')[0]?.slice('pod/'.length);
    await run(`kubectl cp here.txt ${pod}:/tmp/there.txt`);
    expect(await run(`kubectl exec ${pod} -- cat /tmp/there.txt`)).toBe('some text\n');
    await run(`kubectl cp ${pod}:/tmp/there.txt back.txt`);
    expect(readFileSync(join(shell.folder, 'back.txt'), 'utf8')).toBe('some text\n');
  });

  test('deletes and watches it go', async () => {
    expect(await run('kubectl delete -f web.yaml')).toMatch(/^deployment.apps "web" deleted/);
    await run('kubectl wait --for=delete pod -l app=web');
    expect((await shell.run('kubectl get pods -l app=web')).stderr).toContain('No resources found');
  });

  test('finds a server without defects behind it', () => {
    const { session } = shell.serving.served;
    expect(session.trace().flatMap(({ component, failure }) => (failure ? [`${component}: ${failure}`] : []))).toEqual(
      [],
    );
  });
});
