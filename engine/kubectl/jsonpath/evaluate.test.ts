import { describe, expect, it } from 'vitest';
import { JsonPath } from './evaluate.ts';

const pod = {
  kind: 'Pod',
  metadata: { name: 'p1', labels: { app: 'a', 'dotted.key/x': 'v' } },
  spec: {
    containers: [
      {
        name: 'c1',
        image: 'nginx:1.25',
        ports: [
          { containerPort: 80, name: 'http' },
          { containerPort: 443, name: 'https' },
        ],
      },
      { name: 'c2', image: 'redis:7' },
    ],
  },
  status: { phase: 'Pending' },
};
const print = (template: string) => new JsonPath(template).print(pod);

describe('JsonPath', () => {
  it.each([
    ['{.metadata.name}{"\\n"}', 'p1\n'],
    ['{.metadata.labels.dotted\\.key/x}', 'v'],
    ["{.metadata.labels['dotted\\.key/x']}", 'v'],
    ['{.spec.containers[?(@.name=="c2")].image}', 'redis:7'],
    ['{.spec.containers[?(@.name!="c2")].image}', 'nginx:1.25'],
    ['{.spec.containers[0].ports[?(@.containerPort>100)].name}', 'https'],
    ['{.spec.containers[?(@.ports)].name}', 'c1'],
    ['{.spec.containers[0].ports[-1].name}', 'https'],
    ['{.spec.containers[0].ports[0:2].name}', 'http https'],
    ['{.spec.containers[0,1].name}', 'c1 c2'],
    ["{['metadata.name', 'status.phase']}", 'p1 Pending'],
    ['{..containerPort}', '80 443'],
    ['{.spec.containers[*].name} and {.kind}', 'c1 c2 and Pod'],
    ['{range .spec.containers[*]}{.name}:{range .ports[*]} {.name}{end};{end}', 'c1: http https;c2:;'],
    ['{.nosuch.field}|', '|'],
    ['{.metadata.labels}', '{"app":"a","dotted.key/x":"v"}'],
    ['{$.kind}{@.kind}', 'PodPod'],
    ['.metadata.name', '.metadata.name'],
  ])('%s', (template, expected) => {
    expect(print(template)).toBe(expected);
  });

  it.each([
    ['{.metadata.name', 'unclosed action'],
    ['{.spec.containers[abc]}', 'invalid array index abc'],
    ['{.a[?(@.name=~"c.*")]}', "unrecognized character in action: U+007E '~'"],
  ])('refuses %s', (template, message) => {
    expect(() => new JsonPath(template)).toThrow(message);
  });

  it('reports an index beyond the end and, on demand, a missing key', () => {
    expect(() => print('{.spec.containers[9].name}')).toThrow('array index out of bounds: index 9, length 2');
    expect(() => new JsonPath('{.nosuch}', false).print(pod)).toThrow('nosuch is not found');
    expect(() => print('{foo}')).toThrow('unrecognized identifier foo');
  });
});
