import { beforeAll, expect, test } from 'vitest';
import { createSession } from '../../../cluster.ts';
import type { Session } from '../../../sim/session.ts';

const FILE = `# what runs
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the name
  labels: {app: web}
spec:
  replicas: 3

  template:
    spec:
      containers:
      - name: a
        image: "nginx:1.25"
      - name: b
        image: 'redis'
---
apiVersion: v1
kind: Service
metadata:
  name: web
`;

let session: Session;
let runs = 0;

beforeAll(() => {
  session = createSession({ nodes: 0 });
  session.input('workstation', { kind: 'write-file', path: '/root/f.yaml', text: FILE });
});

function run(line: string): { stdout: string; stderr: string; exitCode: number } {
  const id = `yq-${runs++}`;
  session.input('workstation', { kind: 'run', id, line });
  session.advance(1000);
  const found = session
    .moment()
    .memory('workstation')
    .get<{ stdout: string; stderr: string; exitCode: number }>(`run/${id}`);
  if (!found) throw new Error(`${line} did not end`);
  return found;
}

const EXPRESSIONS: readonly (readonly [string, string])[] = [
  [`yq 'select(di == 0) | .spec.replicas' f.yaml`, '3\n'],
  [`yq '.kind' f.yaml`, 'Deployment\n---\nService\n'],
  [`yq -N '.kind' f.yaml`, 'Deployment\nService\n'],
  [`yq '.spec.template.spec.containers[].image' f.yaml`, 'nginx:1.25\nredis\n'],
  [`cat f.yaml | yq 'select(.kind == "Serv*").metadata.name'`, 'web\n'],
  [`yq '.metadata' f.yaml`, 'name: web # the name\nlabels: {app: web}\n---\nname: web\n'],
  [
    `yq 'select(di == 0) | .metadata | .labels.a-b = "3"' f.yaml`,
    'name: web # the name\nlabels: {app: web, a-b: "3"}\n',
  ],
  [`yq -P 'select(di == 0) | .metadata.labels' f.yaml`, 'app: web\n'],
  [`yq -o json -I 0 '.metadata' f.yaml`, '{"name":"web","labels":{"app":"web"}}\n{"name":"web"}\n'],
  [`yq -o=json '.kind' f.yaml`, '"Deployment"\n"Service"\n'],
  [`yq -o props '.metadata' f.yaml`, 'name = web\nlabels.app = web\nname = web\n'],
  [`yq -n '.a.b[0].c = "x: y" | .d = "true"'`, `a:\n  b:\n    - c: 'x: y'\nd: "true"\n`],
  [
    `yq 'select(di == 1) | del(.metadata) | .spec.ports += [{"port": 80}]' f.yaml`,
    'apiVersion: v1\nkind: Service\nspec:\n  ports:\n    - port: 80\n',
  ],
  [`yq '.spec.template.spec.containers[] | select(.image == "nginx*") | .name' f.yaml`, 'a\n'],
  [`yq eval-all '[.kind] | join("+")' f.yaml`, 'Deployment+Service\n'],
  [
    `printf 'a: 1\\nb: {x: 1}\\n' > 1; printf 'b: {y: 2}\\n' > 2; yq ea 'select(fi == 0) * select(fi == 1)' 1 2`,
    'a: 1\nb: {x: 1, y: 2}\n',
  ],
  [
    `printf 'l: [1]\\n' > 1; printf 'l: [2]\\n' > 2; yq ea '. as $item ireduce ({}; . *+ $item)' 1 2`,
    'l:\n  - 1\n  - 2\n',
  ],
  [`NAME=zed yq -n '.name = strenv(NAME)'`, 'name: zed\n'],
  [`echo '{"b": 1, "a": [true, null]}' | yq -p json -o yaml`, 'b: 1\na:\n  - true\n  - null\n'],
  [`echo '{"b": 1, "a": 2}' > x.json; yq 'keys' x.json`, '[\n  "b",\n  "a"\n]\n'],
  [
    `printf 'base: &b\\n  x: 1\\nuse:\\n  <<: *b\\n  y: 2\\n' | yq '.use.z = .use.x'`,
    'base: &b\n  x: 1\nuse:\n  <<: *b\n  y: 2\n  z: 1\n',
  ],
  [`printf -- '---\\nb: 1\\na: x\\n' | yq 'sort_keys(.)'`, '---\na: x\nb: 1\n'],
  [`printf 'a: {x: 1, y: 2, z: 3}\\n' | yq '.a | pick(["z", "x"]), (.a | omit(["x"]))'`, 'z: 3\nx: 1\n{y: 2, z: 3}\n'],
  [`echo 'image: nginx:1' | yq '.image |= sub(":.*", ":2")'`, 'image: nginx:2\n'],
  [`echo 'a: {b: [1, 2]}' | yq '.a.b[1] | path | join(".")'`, 'a.b.1\n'],
  [`echo 'a: cat' | yq '.a | tag, (.a | length)'`, '!!str\n3\n'],
  [`kubectl get namespaces -o yaml | yq '.items[0].metadata.name'`, 'default\n'],
];

test.each(EXPRESSIONS)('%s', (line, expected) => {
  expect(run(line)).toMatchObject({ stdout: expected, stderr: '' });
});

test('a file is changed in place; its comments and quotes stay', () => {
  run(`cp f.yaml g.yaml; yq -i 'select(di == 0) |= (.metadata.name = "api" | .spec.replicas += 1)' g.yaml`);
  expect(run('cat g.yaml').stdout).toBe(
    FILE.replace('web # the', 'api # the')
      .replace('replicas: 3\n', 'replicas: 4')
      .replace('- name: a\n        image', '  - name: a\n          image')
      .replace('- name: b\n        image', '  - name: b\n          image'),
  );
});

test.each([
  ['yq .a nope.yaml', 'Error: open nope.yaml: no such file or directory\n'],
  ["yq '.a[' f.yaml", 'Error: bad expression, please check expression syntax\n'],
  ["yq '.a | foo' f.yaml", 'Error: 1:6: invalid input text "foo"\n'],
  ["printf 'a: [1,2\\nb: 3\\n' | yq .", "Error: bad file '-': yaml: line 2: did not find expected ',' or ']'\n"],
  ["yq -n '[1] | .name'", `Error: cannot index array with 'name' (strconv.ParseInt: parsing "name": invalid syntax)\n`],
  ['yq --nope .a f.yaml', 'Error: unknown flag: --nope\n'],
  ['yq -o xml . f.yaml', "Error: the format 'xml' is not simulated: yaml, json, props, csv and tsv are\n"],
  ["yq -e '.nope' f.yaml", 'Error: no matches found\n'],
])('%s', (line, stderr) => {
  expect(run(line)).toMatchObject({ stderr, exitCode: 1 });
});
