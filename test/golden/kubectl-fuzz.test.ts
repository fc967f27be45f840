import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ApiRequest, ApiResponse } from '../../engine/apiserver/request.ts';
import { TestServer } from '../../engine/apiserver/testing.ts';
import { KUBECTL } from '../../engine/kubectl/index.ts';
import type { Command } from '../../engine/kubectl/command.ts';
import { flagsOf } from '../../engine/kubectl/found-command.ts';
import { EndlessScript, TestWorkstation } from '../../engine/kubectl/testing.ts';
import { nextRandom } from '../../engine/sim/random.ts';

// A hundred thousand command lines: those of the recorded sessions, and ones made of every command and its flags, with
// words dropped, doubled, swapped, replaced and misspelt. None may end in anything but an exit code, with a message in
// words. The number alone says how many went well.

const SESSIONS = new URL('sessions/', import.meta.url);
const LINES = 100_000;
/** So many lines share a server and a machine before fresh ones take over. */
const PER_SERVER = 2_500;
/** A command that asks more of its machine is one that runs until it is interrupted. */
const PATIENCE = 150;

const VALUES = [
  ...['', '-', '--', '=', 'a=b', 'a=', '=b', 'a-', 'a=b,c=d', 'a in (b', 'x', '0', '-1', '1', '1.5', '80', '80:http', '1s', '-5m', '99h', '1e99', 'true', 'no', 'default', 'kube-system'],
  ...['*', '/', '..', './x', '/root', 'cm.yaml', 'bad.yaml', 'list.json', 'folder', 'kustomization', 'https://x.y/z.yaml', 'http://[::1', '@cm.yaml', 'a:b', 'web:/tmp/x', ':', 'ä', '\u0000', '😀', ' ', '\n', '%', '%s', '$(x)', '[', '{', '}', '"', "'"],
  ...['json', 'yaml', 'kyaml', 'name', 'wide', 'x=y', 'jsonpath={.items[*].metadata.name}', 'jsonpath={.a', 'jsonpath={range .items[*]}{.x}', 'jsonpath={..a[?(@.b==1)]}', 'jsonpath-as-json={.metadata}', 'go-template={{.kind}}', 'go-template={{range .items}}{{.x.y}}{{end}}', 'go-template={{', 'template={{printf "%d" .metadata}}', 'custom-columns=A:.metadata.name,B:.x', 'custom-columns=A', 'custom-columns-file=cm.yaml', 'jsonpath-file=cm.yaml'],
  ...['pods', 'po', 'deploy/web', 'deployment.v1.apps/web', 'cm', 'configmaps', 'secret/s', 'svc', 'nodes', 'node/n', 'all', 'x/y/z', 'pods/web', 'pod/', '/web', 'deploy,svc', 'ns/default', 'jobs', 'cronjob/c', 'events', 'crd', 'web', 'cfg'],
  ...['{"a":1}', '{"spec":{"replicas":2}}', '[{"op":"add","path":"/metadata/labels/a","value":"b"}]', '[]', 'null', 'nginx:1.25', 'c=nginx', 'spec.replicas', 'pods.spec.containers[0].image', 'condition=Ready', 'jsonpath={.status.phase}=Running', 'delete', 'create', 'foreground', 'client', 'server', 'none', 'strategic', 'merge', 'group:x', 'system:serviceaccount:default:default', 'cpu=1,memory=1Gi', 'cpu', '*.*', 'a.b/c=d:NoSchedule', 'k=v:X', 'foo.com/path*=svc:8080,tls=c', '/bin=sh', '10.0.0.0/8'],
];
/** What no message of a cluster says. */
const ODD_TEXT = /\[object |TypeError|RangeError|ReferenceError|Cannot read prop|is not a function|is not iterable|\bNaN\b|Internal error occurred/;
const LETTERS = 'ab-=./:,{}[]"\\ \n\t0~%';

const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg, labels: {app: x}}\ndata: {a: "1"}\n';
const DEPLOYMENT = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}\n';
const FILES: Readonly<Record<string, string>> = {
  'cm.yaml': MANIFEST,
  'bad.yaml': 'a: [\n- b: c: d\n\t',
  'list.json': '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}},{"kind":"X"}]}',
  'folder/a.yaml': DEPLOYMENT,
  'folder/b.yml': `${MANIFEST}---\n---\nkind: Foo\napiVersion: foo.example/v1\nmetadata: {name: f}\n`,
  'kustomization/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\nconfigMapGenerator: [{name: g, literals: [a=b]}]\n',
  'kustomization/a.yaml': DEPLOYMENT,
};

/** What every command asks for is made once, until a request may change what is served. */
const DOCUMENTS = ['/api', '/apis'];
const ABOUT_KINDS = /customresourcedefinitions|apiservices/;

class Chance {
  private seed = 20_261_121;

  below(end: number): number {
    const { value, seed } = nextRandom(this.seed);
    this.seed = seed;
    return Math.floor(value * end);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  is(probability: number): boolean {
    return this.below(1000) < probability * 1000;
  }
}

/** The words of a line as far as it is one simple command. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g)) {
    if (/^(\||>|<|2>|&&|;|&|\|\|)/.test(word)) break;
    words.push(word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"/g, (_all, single, double) => single ?? double.replace(/\\(.)/g, '$1')));
  }
  return words;
}

/** Lines of the recorded sessions, and their files. */
function recorded(): { lines: string[][]; files: string[] } {
  const lines: string[][] = [];
  const files: string[] = [];
  for (const name of readdirSync(SESSIONS).filter((file) => file.endsWith('.case'))) {
    const text = readFileSync(new URL(name, SESSIONS), 'utf8');
    for (const [, line = ''] of text.matchAll(/^\$ kubectl (.*)$/gm)) lines.push(wordsOf(line));
    for (const [, content = ''] of text.matchAll(/^--- file .*\n([^]*?)(?=^--- )/gm)) files.push(content);
  }
  return { lines, files };
}

/** Every command with the flags that it has. */
function commands(command: Command, path: readonly string[] = []): { path: readonly string[]; flags: readonly string[] }[] {
  const own = command.run ? [{ path, flags: flagsOf(command).map(({ name }) => `--${name}`) }] : [];
  return [...own, ...(command.subcommands ?? []).flatMap((sub) => commands(sub, [...path, sub.name]))];
}

class Fuzzer {
  readonly broken: string[] = [];
  endless = 0;
  private readonly chance = new Chance();
  private readonly known = recorded();
  private readonly commands = commands(KUBECTL);
  private machine = this.renew();

  run(): void {
    // Where a failure is made is nobody's question as long as it is one.
    Error.stackTraceLimit = 0;
    for (let line = 1; line <= LINES; line++) {
      if (line % PER_SERVER === 0) this.machine = this.renew();
      this.type(this.line());
    }
  }

  private renew(): TestWorkstation {
    const server = new TestServer();
    const documents = new Map<string, ApiResponse>();
    const serve = (request: ApiRequest): ApiResponse => {
      if (request.method !== 'GET' && ABOUT_KINDS.test(request.path)) documents.clear();
      const response = documents.get(request.path) ?? server.send(request);
      if (DOCUMENTS.includes(request.path)) documents.set(request.path, response);
      server.turn.agenda = [];
      return response;
    };
    const machine = new TestWorkstation(serve);
    machine.patience = PATIENCE;
    for (const [name, text] of Object.entries(FILES)) machine.files.set(`/root/${name}`, text);
    machine.kubectl('create', 'ns', 'default');
    machine.kubectl('apply', '-f', 'folder/a.yaml', '-f', 'cm.yaml');
    machine.kubectl('run', 'web', '--image=nginx');
    return machine;
  }

  private line(): string[] {
    const { chance } = this;
    let words = chance.is(0.5) ? [...chance.of(this.known.lines)] : this.made();
    for (let count = chance.below(4); count > 0; count--) words = this.mutated(words);
    return words;
  }

  private made(): string[] {
    const { path, flags } = this.chance.of(this.commands);
    const words = [...path];
    for (let count = this.chance.below(4); count > 0; count--) {
      words.push(this.chance.is(0.5) || flags.length === 0 ? this.chance.of(VALUES) : `${this.chance.of(flags)}=${this.chance.of(VALUES)}`);
    }
    return words;
  }

  private mutated(words: readonly string[]): string[] {
    const { chance } = this;
    const at = chance.below(words.length + 1);
    const word = words[at] ?? '';
    const [before, after] = [words.slice(0, at), words.slice(at + 1)];
    switch (chance.below(8)) {
      case 0:
        return [...before, ...after];
      case 1:
        return [...before, word, word, ...after];
      case 2:
        return [...before, ...after, word];
      case 3:
        return [...before, chance.of(VALUES), ...after];
      case 4:
        return [...before, word.replace(/=.*/, `=${chance.of(VALUES)}`), ...after];
      case 5:
        return [...before, this.misspelt(word), ...after];
      case 6:
        return [...before, word, chance.of(this.commands[chance.below(this.commands.length)]?.flags ?? ['-h']), ...after];
      default:
        return [...words, chance.of(['-o', '-l', '-f', '-n', '-A', '-k', '--dry-run=client', '--dry-run=server', '-w', '-h', '--v=9']), chance.of(VALUES)];
    }
  }

  private misspelt(word: string): string {
    const at = this.chance.below(word.length + 1);
    return word.slice(0, at) + this.chance.of([...LETTERS]) + word.slice(at + this.chance.below(3));
  }

  private type(words: readonly string[]): void {
    const { machine, chance } = this;
    machine.input = chance.is(0.5) ? chance.of(this.known.files) : chance.of(['', 'y\n', 'n\n', ...Object.values(FILES)]);
    const line = `kubectl ${words.map((word) => JSON.stringify(word)).join(' ')}`;
    try {
      const { stdout, stderr, code } = machine.kubectl(...words);
      const odd = ODD_TEXT.exec(`${stdout}${stderr}`)?.[0];
      const isOdd = odd !== undefined && !line.includes(odd);
      if (isOdd || !Number.isInteger(code) || code < 0 || code > 255) this.broken.push(`${line}: ${odd ?? code}`);
    } catch (problem) {
      if (problem instanceof EndlessScript) this.endless++;
      else this.broken.push(`${line}: ${problem}`);
    }
  }
}

test('command lines at random', { timeout: 300_000 }, () => {
  const fuzzer = new Fuzzer();
  fuzzer.run();
  console.log(`kubectl: ${LINES - fuzzer.broken.length} of ${LINES} command lines ended in order, ${fuzzer.endless} of them by an interruption`);
  expect(fuzzer.broken.slice(0, 20)).toEqual([]);
});
