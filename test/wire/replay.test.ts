import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { binaries } from './case-runner.ts';

const program = join(process.cwd(), 'electron', 'orrery.mjs');

let folder: string;
let serving: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-replay-'));
});

afterEach(() => {
  serving?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function serve(...flags: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, 'serve', '--kubeconfig', join(folder, 'kubeconfig'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.startsWith('Serving https://127.0.0.1:')) resolve(child);
    });
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', (code) => resolve(code)));
}

function kubectl(...words: readonly string[]): string {
  const env = { ...process.env, KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder };
  const { stdout, stderr, status } = spawnSync(join(binaries, 'kubectl'), words, { env, encoding: 'utf8' });
  expect(`${stderr}[exit ${status}]`, words.join(' ')).toMatch(/\[exit 0\]$/);
  return stdout;
}

function orrery(...words: readonly string[]) {
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
}

test('a session that a real kubectl drove replays to the same bytes, and goes on from its file', async () => {
  const file = join(folder, 'session.json');
  serving = await serve('--nodes', '2', '--speed', '20', '--session', file);
  kubectl('create', 'deployment', 'web', '--image=nginx:1.25', '--replicas=3');
  kubectl('rollout', 'status', 'deployment/web');
  expect(kubectl('exec', 'deploy/web', '--', 'echo', 'hello')).toBe('hello\n');
  kubectl('delete', 'pod', '-l', 'app=web', '--wait=false');
  serving.kill('SIGINT');
  expect(await ended(serving)).toBe(0);
  const { digest } = JSON.parse(readFileSync(file, 'utf8')) as { digest: string };
  expect(orrery('replay', file).stdout).toBe(`${digest}\n`);
  serving = await serve('--session', file);
  expect(kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}')).toBe('3');
});

test.each([
  ['--etcd-servers=http://127.0.0.1:2379', 'unknown flag --etcd-servers'],
  ['--service-cluster-ip-range=10.0.0.0/24', '--service-cluster-ip-range=10.0.0.0/24 is not simulated'],
  ['--authorization-mode=Webhook', 'authorization-mode "Webhook" is not simulated'],
  ['--enable-admission-plugins=ImagePolicyWebhook', 'ImagePolicyWebhook'],
  ['--speed=fast', '--speed takes a number'],
  ['--bind-address=0.0.0.0', '--bind-address=0.0.0.0 is not simulated'],
])('%s is refused', (flag, message) => {
  const { status, stderr } = orrery('serve', flag);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
