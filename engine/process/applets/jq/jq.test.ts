import { expect, test } from 'vitest';
import { createSession } from '../../../cluster.ts';
import { outputs } from './evaluate.ts';
import { jqScope } from './jq.ts';
import { parseJq } from './parse.ts';
import { JqError } from './value.ts';

const PODS = {
  items: [
    { metadata: { name: 'a', labels: { app: 'x', tier: 'web' } }, spec: { n: 3, containers: [{ image: 'nginx' }] } },
    { metadata: { name: 'b' }, spec: { n: 1, containers: [] }, status: null },
    { metadata: { name: 'c', labels: {} }, spec: { n: 2, containers: [{ image: 'redis' }, { image: 'nginx' }] } },
  ],
};

/** Compared with jq 1.6 over the same input. */
const PROGRAMS: readonly (readonly [string, readonly unknown[]])[] = [
  ['.items|length', [3]],
  ['.items[].metadata.name', ['a', 'b', 'c']],
  ['.items[-1].metadata["name"]', ['c']],
  ['.items|sort_by(.spec.n)|map(.metadata.name)', [['b', 'c', 'a']]],
  ['.items[]|select(.metadata.labels.app=="x")|.metadata.name', ['a']],
  [
    '[.items[]|{name:.metadata.name,images:[.spec.containers[].image]}]|.[2]',
    [{ name: 'c', images: ['redis', 'nginx'] }],
  ],
  ['.items[0].metadata.labels|to_entries|map("\\(.key)=\\(.value)")|join(",")', ['app=x,tier=web']],
  ['[.items[].spec.containers[].image]|unique', [['nginx', 'redis']]],
  ['.items|group_by(.spec.containers|length)|map(length)', [[1, 1, 1]]],
  ['reduce .items[] as $pod (0; . + $pod.spec.n)', [6]],
  ['.items|map(.metadata.labels // {} | keys | length)', [[2, 0, 0]]],
  ['if (.items|length) > 2 then "many" elif true then "few" else "none" end', ['many']],
  ['.items[0].spec.n |= . * 2 | .items[0].spec.n', [6]],
  ['del(.items[0,1]) | .items | length', [1]],
  ['[.items[].spec.n] | add, min, max', [6, 1, 3]],
  ['"YWJj"|@base64d', ['abc']],
  ['[1,"a,b",null]|@csv', ['1,"a,b",']],
  ['"foo-12"|capture("(?<word>[a-z]+)-(?<number>\\\\d+)")', [{ word: 'foo', number: '12' }]],
  ['[..|.image?|strings]', [['nginx', 'redis', 'nginx']]],
  ['try error("boom") catch "caught \\(.)"', ['caught boom']],
  ['{"a":{"x":1}} * {"a":{"y":2}} | tojson', ['{"a":{"x":1,"y":2}}']],
  ['.items as $all | $all | first | .spec | has("n"), has("m")', [true, false]],
];

test.each(PROGRAMS)('%s', (program, expected) => {
  expect([...outputs(parseJq(program), PODS, jqScope())]).toEqual(expected);
});

test('what cannot be done says so', () => {
  const all = (program: string) => [...outputs(parseJq(program), PODS, jqScope())];
  expect(() => all('.items.name')).toThrow(new JqError('Cannot index array with "name"'));
  expect(() => all('.items[1].status[]')).toThrow('Cannot iterate over null');
  expect(() => all('.items + 1')).toThrow('cannot be added');
  expect(() => all('nosuch')).toThrow('nosuch/0 is not defined');
  expect(() => parseJq('.items[')).toThrow('syntax error, unexpected end of file');
});

test('as a program: options, several inputs, exit codes', () => {
  const session = createSession({ nodes: 0 });
  let runs = 0;
  const run = (line: string) => {
    const id = `jq-${runs++}`;
    session.input('workstation', { kind: 'run', id, line });
    session.advance(1000);
    return session
      .moment()
      .memory('workstation')
      .get<{ stdout: string; stderr: string; exitCode: number }>(`run/${id}`);
  };
  expect(run(`echo '{"b":[1,2],"a":"x"}' | jq .`)?.stdout).toBe('{\n  "b": [\n    1,\n    2\n  ],\n  "a": "x"\n}\n');
  expect(run(`echo '{"b":[1,2],"a":"x"}' | jq -cS .`)?.stdout).toBe('{"a":"x","b":[1,2]}\n');
  expect(run(`echo '{"a":"x"} {"a":"y"}' | jq -r .a`)?.stdout).toBe('x\ny\n');
  expect(run(`echo '1 2' | jq -s 'add'`)?.stdout).toBe('3\n');
  expect(run(`jq -n --arg who world '"hello \\($who)"'`)?.stdout).toBe('"hello world"\n');
  expect(run(`echo 'null' | jq -e .`)?.exitCode).toBe(1);
  expect(run(`echo '[1]' | jq .a`)).toMatchObject({
    stderr: 'jq: error (at <stdin>:1): Cannot index array with "a"\n',
    exitCode: 5,
  });
  expect(run(`echo '{' | jq .`)?.exitCode).toBe(2);
  expect(run(`echo '{}' | jq '.['`)?.exitCode).toBe(3);
});
