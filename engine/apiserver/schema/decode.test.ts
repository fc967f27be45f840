import { expect, test } from 'vitest';
import { deployment } from '../kinds/deployment.ts';
import { KINDS } from '../kinds/kinds.ts';
import { pod } from '../kinds/pod.ts';
import { decode } from './decode.ts';
import { schemaOf } from './schemas.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] },
};

test('every served kind has a schema', () => {
  for (const kind of KINDS) expect(schemaOf(kind).fields.metadata?.schema.type).toBe('object');
});

test('a complete object comes back as the same reference', () => {
  const complete = decode(pod, POD).object;
  expect(decode(pod, complete).object).toBe(complete);
  expect(decode(pod, JSON.parse(JSON.stringify(complete))).object).toEqual(complete);
});

test('a changed status does not touch the spec', () => {
  const complete = decode(pod, POD).object;
  const next = decode(pod, { ...complete, status: { phase: 'Running', message: '' } }).object;
  expect(next.spec).toBe(complete.spec);
  expect(next.status).toEqual({ phase: 'Running' });
});

test('unknown fields are dropped and named in document order', () => {
  const { object, unknown } = decode(pod, {
    ...POD,
    spec: { ...POD.spec, foo: 1, volumes: [{ name: 'v', floppy: {} }] },
    bar: 2,
  });
  expect(unknown).toEqual([
    'unknown field "spec.foo"',
    'unknown field "spec.volumes[0].floppy"',
    'unknown field "bar"',
  ]);
  expect(object.spec.foo).toBeUndefined();
});

test('the first wrong type is told in the words of Go', () => {
  const { error } = decode(deployment, { ...POD, spec: { replicas: '2', template: { spec: { containers: {} } } } });
  expect(error).toBe('json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32');
});

test('empty values vanish unless a pointer or the kind keeps them', () => {
  const { object } = decode(pod, {
    ...POD,
    spec: { ...POD.spec, hostNetwork: false, automountServiceAccountToken: false, nodeSelector: {}, hostname: '' },
  });
  expect(object.spec).toMatchObject({ automountServiceAccountToken: false });
  expect(Object.keys(object.spec)).not.toContain('hostNetwork');
  expect(Object.keys(object.spec)).not.toContain('nodeSelector');
  expect(Object.keys(object.spec)).not.toContain('hostname');
});
