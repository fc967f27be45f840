import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { helmScript } from '../../engine/helm/index.ts';
import type { Syscall } from '../../engine/process/program.ts';
import { binaries, Console } from './case-runner.ts';

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: t\nversion: 0.1.0\nappVersion: "2.0"\n',
  'values.yaml':
    'num: 1000000\nsmall: 3\nf: 1.5\nname: web\nm: {a: 1, b: [1, x]}\nlist: [c, a, b, a]\nempty: {}\nback:\n  size: 2\n',
  'templates/_helpers.tpl': '{{ define "t.name" }}{{ .Chart.Name }}-{{ .Release.Name }}{{ end }}\n',
  'charts/back/Chart.yaml': 'apiVersion: v2\nname: back\nversion: 0.2.0\n',
  'charts/back/values.yaml': 'size: 1\nown: yes\n',
  'charts/back/templates/b.yaml':
    'kind: B\nsize: {{ .Values.size }}\nown: {{ .Values.own }}\nglobal: {{ .Values.global | toJson }}\nchart: {{ .Chart.Name }}\nname: {{ include "t.name" . }}\n',
};

/** Templates, each a whole file. */
const TEMPLATES = [
  'a: |\n  {{ .Values.num }} {{ .Values.small }} {{ .Values.f }} {{ .Values.m }} {{ int .Values.num }} {{ add .Values.num 1 }} {{ .Values.num | quote }}',
  'a: |\n  {{ printf "%d %v %s %q %5.2f %05d %x" 3 .Values.num "a" "b" 3.14159 42 255 }} {{ printf "%d" .Values.num }}',
  'a: {{ toYaml .Values | nindent 2 }}',
  'a: |\n  {{ .Values.list | uniq | sortAlpha | join "," }} {{ first .Values.list }} {{ rest .Values.list }} {{ has "c" .Values.list }}',
  'a: |\n  {{ $d := dict "x" 1 "y" (list 1 2) }}{{ $_ := set $d "z" "w" }}{{ $d | toJson }} {{ hasKey $d "q" }}',
  'a: |\n  {{ merge (dict "a" 1) (dict "a" 2 "b" 3) | toJson }} {{ mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3) | toJson }}',
  'a: |\n  {{ "Hello World" | lower | replace " " "-" | trunc 8 | trimSuffix "o" }} {{ "abc" | b64enc }} {{ "abc" | sha256sum }}',
  'a: |\n  {{ semverCompare ">=1.20-0" .Capabilities.KubeVersion.Version }} {{ semverCompare "^1.2.0" "1.5.0" }} {{ semverCompare "<1.2" "1.5.0" }}',
  'a: |\n  {{ default "d" .Values.none }} {{ empty .Values.empty }} {{ coalesce .Values.none "" "z" }} {{ ternary "y" "n" (eq 1 1) }}',
  'a: |\n  {{ until 3 }} {{ untilStep 0 10 5 }} {{ max 1 5 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ sub 5 3 }} {{ mul 2 3 4 }} {{ round 3.14159 2 }}',
  'a: |\n  {{ range $i, $e := .Values.list }}{{ if $i }},{{ end }}{{ $e }}{{ end }} {{ range $k, $v := .Values.m }}{{ $k }}={{ $v }};{{ end }}',
  'a: |\n  {{ tpl "{{ .Release.Name }}-{{ .Values.name }}" . }} {{ .Template.Name }} {{ .Template.BasePath }} {{ include "t.name" . }}',
  'a: |\n  {{ snakecase "FooBar" }} {{ kebabcase "FooBar" }} {{ camelcase "foo_bar" }} {{ regexReplaceAll "a(b+)" "xabbb" "z$1" }} {{ (split "," "a,b")._1 }}',
  'a: |\n  {{ lookup "v1" "Pod" "" "" }} {{ .Release | toJson }} {{ omit .Values.m "a" | toJson }} {{ len .Values.list }} {{ index .Values "m" "a" }}',
  'x: y\n{{ .Values.a.b }}',
  'x: y\n{{ .Values.name.b }}',
  'x: y\n{{ foo 1 }}',
  'x: y\n{{ required "need it" .Values.zz }}',
  'x: y\n{{ fail "no way" }}',
  'x: y\n{{ eq .Values.small 3 }}',
  'x: y\n{{ include "nope" . }}',
  'x: y\n{{ index .Values.list 9 }}',
  'x: y\n{{ include "a.b" . }}{{ define "a.b" }}{{ .Values.q.r }}{{ end }}',
  'x: y\n{{ if .Values.name }}',
  'x: y\n{{ end }}',
  'x: y\n{{ if }}a{{ end }}',
  'a: b: c',
  'a: {{ .Values.list | trunc 3 }}',
  'a: {{ range .Values.num }}x{{ end }}',
];

const LINES = [
  'template d ./demo',
  'template d ./demo --set ingress.enabled=true,autoscaling.enabled=true,replicaCount=5',
  'template my-demo-x ./demo --set-string image.tag=007 --set service.type=NodePort,podAnnotations.x=y -n prod',
  'template d ./demo --set httpRoute.enabled=true --set tolerations[0].key=a,tolerations[0].operator=Exists',
  'template d ./demo --show-only templates/service.yaml',
  'template d ./demo --show-only templates/none.yaml',
  'template d ./none',
  'lint ./demo',
  'show chart ./demo',
  'show values ./t',
  'install',
  'frob',
  'install ./t',
  'template t ./t --bad',
];

describe('helm of the workstation beside a real one', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'orrery-helm-'));
    for (const [path, text] of Object.entries(CHART)) {
      const full = join(folder, 't', path);
      mkdirSync(join(full, '..'), { recursive: true });
      writeFileSync(full, text);
    }
    mkdirSync(join(folder, 't', 'templates'), { recursive: true });
    spawnSync(join(binaries, 'helm'), ['create', 'demo'], { cwd: folder });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const real = (line: string): string => {
    const { stdout, stderr, status } = spawnSync(join(binaries, 'helm'), line.split(' '), {
      cwd: folder,
      encoding: 'utf8',
    });
    const said = stderr.replace('\n\nUse --debug flag to render out invalid YAML', '').replace(/^level=.*\n/gm, '');
    return `${stdout}${said}[exit ${status}]`;
  };

  const own = (line: string): string => {
    const invocation = { argv: ['helm', ...line.split(' ')], environment: { HOME: folder }, directory: folder };
    const running = helmScript(invocation);
    const said = { 1: '', 2: '' };
    let next = running.next();
    while (!next.done) {
      const call = next.value;
      if (call.call === 'write') said[call.fd as 1 | 2] += call.text;
      next = running.next(answer(call));
    }
    return `${said[1]}${said[2]}[exit ${next.value}]`;
  };

  test.each(LINES)('%s', (line) => {
    expect(own(line)).toBe(real(line));
  });

  test.each(TEMPLATES)('%s', (template) => {
    writeFileSync(join(folder, 't', 'templates', 'a.yaml'), `${template}\n`);
    expect(own('template t ./t --set global.x=1')).toBe(real('template t ./t --set global.x=1'));
  });
});

function answer(call: Syscall): unknown {
  try {
    if (call.call === 'now') return 1_792_000_000_000;
    if (call.call === 'readFile') return readFileSync(call.path, 'utf8');
    if (call.call === 'stat') return { type: statSync(call.path).isFile() ? 'file' : 'directory' };
    return call.call === 'listDirectory' ? readdirSync(call.path) : null;
  } catch (error) {
    return { error: (error as { code: string }).code };
  }
}

describe('releases', () => {
  let shell: Console;

  beforeAll(async () => {
    shell = await Console.open();
    shell.write('shop/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: "1.25"\n');
    shell.write(
      'shop/templates/c.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "{{ .Values.a }}"}\n',
    );
  });

  afterAll(() => shell.close());

  test('that either makes, the other reads and changes', async () => {
    const { session } = shell.serving.served;
    const inside = async (line: string): Promise<string> => {
      session.input('workstation', { kind: 'run', id: line, line });
      session.advance(5000);
      const result = session.moment().memory('workstation').get<{ stdout: string; stderr: string }>(`run/${line}`);
      return `${result?.stdout}${result?.stderr}`;
    };
    for (const path of ['shop/Chart.yaml', 'shop/templates/c.yaml'])
      session.input('workstation', { kind: 'write-file', path, text: readFileSync(join(shell.folder, path), 'utf8') });
    expect(await inside('helm install one ./shop --set a=1')).toContain('STATUS: deployed');
    expect((await shell.run('helm list')).stdout).toMatch(/one\s+default\s+1\s.*deployed\s+shop-0\.1\.0\s+1\.25/);
    expect((await shell.run('helm get values one')).stdout).toBe('USER-SUPPLIED VALUES:\na: 1\n');
    expect((await shell.run('helm upgrade one ./shop --set a=2')).stdout).toContain('REVISION: 2');
    expect(await inside('helm history one')).toMatch(/1 .*superseded.*\n2 .*deployed/);
    expect(await inside('helm rollback one 1')).toBe('Rollback was a success! Happy Helming!\n');
    expect((await shell.run('kubectl get configmap c -o jsonpath="{.data.a}"')).stdout).toBe('1');
    expect((await shell.run('helm uninstall one')).stdout).toBe('release "one" uninstalled\n');
    expect(await inside('helm list -q')).toBe('');
  });
});
