import { describe, expect, it } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { GoTemplate } from './go-template.ts';

const pod = { kind: 'Pod', metadata: { name: 'a' }, spec: { ports: [{ port: 80 }], replicas: 1_500_000, empty: null } };

function failing(template: string, allowMissing = true): CommandFailure {
  try {
    new GoTemplate(template, allowMissing).execute(pod);
  } catch (error) {
    if (error instanceof CommandFailure) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('-o go-template', () => {
  it.each([
    ['{{(index .spec.ports 0).port}}', '80'],
    ['{{.spec.replicas}}', '1.5e+06'],
    ['{{.nosuch}} {{.nosuch.deep}} {{.spec.empty}}', '<no value> <no value> <no value>'],
    ['{{exists .spec "ports" 0 "port"}} {{exists .spec "ports" 1}}', 'true false'],
    ['{{base64decode "YQ=="}}', 'a'],
    ['{{define "T"}}<{{.}}>{{end}}{{template "T" .kind}}', '<Pod>'],
  ])('%s', (template, text) => {
    expect(new GoTemplate(template).execute(pod)).toBe(text);
  });

  it('tells on standard output what it was given, after what it had written', () => {
    const { output, text } = failing('a{{index .spec.ports 3}}');
    expect(output).toMatch(/^aError executing template: template: output:1:3: executing "output" at <index/);
    expect(output).toContain('\ttemplate was:\n\t\ta{{index .spec.ports 3}}\n\traw data was:\n\t\t{"kind":"Pod"');
    expect(output).toContain(
      '\tobject given to template engine was:\n\t\tmap[kind:Pod metadata:map[name:a] spec:map[empty:<nil>',
    );
    expect(text).toContain('error calling index: index out of range: 3');
  });

  it('names a missing key when none may be missing', () => {
    expect(failing('{{.nosuch}}', false).text).toMatch(/at <\.nosuch>: map has no entry for key "nosuch"$/);
  });

  it('names what cannot be read', () => {
    expect(failing('{{nosuch}}').text).toBe(
      'error: error parsing template {{nosuch}}, template: output:1: function "nosuch" not defined',
    );
  });
});
