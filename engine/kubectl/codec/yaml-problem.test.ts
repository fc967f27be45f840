import { describe, expect, it } from 'vitest';
import { fromYaml } from './yaml-read.ts';

const HEAD = 'apiVersion: v1\nkind: Pod\n';

/** What a real kubectl 1.35 said of these. */
describe('mistakes in YAML', () => {
  it.each([
    ['metadata:\n  name: x\n data: {}\n', 'line 4: did not find expected key'],
    ['spec:\n  containers:\n  - name: a\n   image: b\n', 'line 5: did not find expected key'],
    [
      'spec:\n  containers:\n    - name: a\n    - name: c\n     image: d\n',
      "line 6: did not find expected '-' indicator",
    ],
    ['metadata:\n  - a\n  b: c\n', "line 4: did not find expected '-' indicator"],
    ['metadata:\nname: x\n  labels: {}\n', 'line 5: mapping values are not allowed in this context'],
    ['metadata:\n  name: x: y\n', 'line 4: mapping values are not allowed in this context'],
    ['metadata\n  name: x\n', "line 4: could not find expected ':'"],
    ['metadata:\n- a\nb\n', "line 6: could not find expected ':'"],
    ['metadata:\n  name: x\n\tlabels: {}\n', 'line 5: found a tab character that violates indentation'],
    ['metadata:\n  name: "x\nspec: {}\n', 'line 6: found unexpected end of stream'],
    ['metadata: [a, b\nspec: {}\n', "did not find expected ',' or ']'"],
    ['metadata: {name: "x" "y"}\n', "line 2: did not find expected ',' or '}'"],
    ['metadata: {name: x}}\n', 'line 2: did not find expected key'],
    ['metadata:\n  name: %x\n', 'line 4: found character that cannot start any token'],
    ['metadata: {name: "a\\qb"}\n', 'line 3: found unknown escape character'],
    ['metadata: {{ name }}\n', 'invalid map key: map[interface {}]interface {}{"name":interface {}(nil)}'],
  ])('%j', (text, problem) => {
    expect(() => fromYaml(HEAD + text)).toThrow(problem);
  });

  it('tells no first line', () => {
    expect(() => fromYaml('\ta: b\n')).toThrow('yaml: found character that cannot start any token');
    expect(() => fromYaml('foo\nbar: x\n')).toThrow('yaml: line 2: mapping values are not allowed in this context');
  });
});
