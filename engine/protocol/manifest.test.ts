import { describe, expect, it } from 'vitest';
import { createSession } from '../index.ts';
import { say } from '../sentence.ts';
import { applyManifest } from './manifest.ts';

function applied(text: string) {
  const session = createSession({ nodes: 1, seed: 1 });
  session.advance(5000);
  return applyManifest(session, text);
}

const deployment = (replicas: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25"}
`;

describe('a manifest is applied, or refused with a message, a place and a remedy', () => {
  it('applies every document', () => {
    const { applied: done, problems } = applied(
      `${deployment('2')}---\n# nothing\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n`,
    );
    expect(problems).toEqual([]);
    expect(done.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['web created', 'c created']);
  });

  it('YAML that is not valid', () => {
    const { problems } = applied('kind: Pod\nmetadata: {name: [x}\n');
    expect(problems[0]).toMatchObject({ remedy: 'correct-yaml', line: 2 });
    expect(problems[0]?.message).not.toMatch(/ at line/);
  });

  it('a value of the wrong type', () => {
    expect(applied(deployment('three'))).toEqual({
      applied: [],
      problems: [
        {
          message:
            'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
          remedy: 'correct-field',
          field: 'spec.replicas',
          line: 6,
          column: 3,
        },
      ],
    });
  });

  it('an unknown field', () => {
    expect(applied(deployment('1').replace('replicas:', 'replica:')).problems).toEqual([
      { message: 'unknown field "spec.replica"', remedy: 'correct-field', field: 'spec.replica', line: 6, column: 3 },
    ]);
  });

  it.each(['', '# only a comment\n', '---\n'])('nothing at all: %j', (text) => {
    expect(applied(text).problems).toEqual([{ message: say`The manifest is empty.`, remedy: 'write-object' }]);
  });

  it('a text that is no object', () => {
    expect(applied('hello').problems).toMatchObject([{ remedy: 'write-object', line: 1 }]);
  });
});
