import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { KINDS } from '../../engine/apiserver/kinds/kinds.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';
import { TestWorkstation } from '../../engine/kubectl/testing.ts';
import type { KubeObject } from '../../engine/object.ts';

// What a real kubectl (1.35.2) printed, against this project's own API server, for hundreds of command lines: each must
// be printed here to the letter. The number says how many of all lines that were typed then are compared; the others
// differ for a reason (texts of help are our own, 1.36 words some things otherwise) and only keep the state going.

interface Step {
  readonly seed?: string;
  readonly file?: string;
  readonly text?: string;
  readonly cat?: string;
  readonly words?: readonly string[];
  readonly kubeconfig?: string;
  readonly input?: string;
  readonly output?: string;
}

const NOW = Date.parse('2026-11-21T09:00:00Z');
const CONFIG =
  'apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: "http://127.0.0.1:1"}\ncontexts:\n- name: orrery\n  context: {cluster: c, user: admin}\nusers:\n- name: admin\n  user: {}\ncurrent-context: orrery\n';

/** What differs from run to run: times, ages, versions, random names, the server's address. */
function plain(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/g, '<uid>')
    .replace(/\b\d+(\.\d+)?(s|ms|m\d+s|m|d|y\d+d)\b( ago)?/g, '<age>')
    .replace(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d \d\d:\d\d:\d\d \+0000/g, '<time>')
    .replace(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/(resource ?version"?: +"?|resource ?version":")\d+/gi, '$1<rv>')
    .replace(/was \d+/g, 'was <rv>')
    .replace(/kube-api-access-\w{5}/g, 'kube-api-access-<x>')
    .replace(/\/tmp\/(LIVE|MERGED|last-applied)-\w+/g, '/tmp/$1-X')
    .replace(/127\.0\.0\.1:\d+|10\.77\.0\.100:6443/g, 'SERVER')
    .replace(/ +/g, ' ');
}

class Machine {
  private readonly server = new TestServer({ now: NOW });
  private readonly workstation = new TestWorkstation((request) => {
    const answer = this.server.send(request);
    this.server.turn.agenda = this.server.turn.agenda.filter(({ task }) => task.kind === 'stream');
    return answer;
  });

  constructor() {
    const metadata = { name: 'default' };
    this.server.seed('namespaces', { kind: 'Namespace', apiVersion: 'v1', metadata, status: { phase: 'Active' } });
    this.workstation.now = NOW;
    this.workstation.files.set('/root/.config', CONFIG);
  }

  /** Does what a step says; the text that it gives. */
  take(step: Step): string {
    if (step.file !== undefined) this.workstation.files.set(`/root/${step.file}`, step.text ?? '');
    if (step.seed !== undefined) for (const document of parseAllDocuments(step.seed)) this.seed(document.toJSON());
    if (step.cat !== undefined) return this.workstation.files.get(`/root/${step.cat}`) ?? 'none';
    if (step.words === undefined) return '';
    this.workstation.environment = { HOME: '/root', PATH: '/usr/bin:/bin', KUBECONFIG: step.kubeconfig ?? '/root/.config' };
    this.workstation.input = step.input ?? '';
    const { stdout, stderr, code } = this.workstation.kubectl(...step.words);
    const complaints = stderr.split('\n').map((line) => (line === '' ? '' : `! ${line}`));
    return `${stdout}${complaints.join('\n')}[exit ${code}]\n`;
  }

  private seed(object: (KubeObject & { apiVersion: string }) | null): void {
    if (object === null) return;
    const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
    const kind = KINDS.find((candidate) => candidate.kind === object.kind && candidate.group === group);
    if (kind === undefined) throw new Error(`nobody serves ${object.kind}`);
    const namespace = kind.namespaced ? (object.metadata.namespace ?? 'default') : '';
    const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
    const { status, ...sent } = object;
    const scope = namespace === '' ? '' : `/namespaces/${namespace}`;
    const { body, code } = this.server.post(`${root}${scope}/${kind.plural}`, sent);
    if (code >= 300) return;
    const { name, creationTimestamp = '2026-01-01T00:00:00Z' } = object.metadata;
    const live = body as KubeObject;
    const metadata = { ...live.metadata, uid: `uid-of-${name}`, creationTimestamp };
    this.server.store.put(kind.resource, namespace, name, { ...live, ...(status ? { status } : {}), metadata });
    this.server.turn.agenda = [];
  }
}

test('kubectl prints what a real one printed', { timeout: 120_000 }, () => {
  const text = readFileSync(new URL('kubectl.jsonl', import.meta.url), 'utf8');
  const suites = text.trim().split('\n').map((line) => JSON.parse(line) as { suite: string; steps: Step[] });
  const wrong: object[] = [];
  let [compared, typed] = [0, 0];
  for (const { steps } of suites) {
    const machine = new Machine();
    for (const step of steps) {
      const ours = machine.take(step);
      if (step.words === undefined && step.cat === undefined) continue;
      typed++;
      if (step.output === undefined) continue;
      compared++;
      if (plain(ours) !== plain(step.output)) wrong.push({ words: step.words ?? step.cat, ours: plain(ours), real: plain(step.output) });
    }
  }
  console.log(`kubectl: ${compared - wrong.length} of ${typed} command lines print what a real kubectl printed`);
  expect(wrong.slice(0, 5)).toEqual([]);
});
