import { expect, test } from 'vitest';
import { customBody } from './custom-body.ts';

const text = { type: 'string' };
const shared = { apiVersion: text, kind: text, metadata: { $ref: 'meta' } };
const body = (schema: object, version: 2 | 3, more: object = {}) =>
  customBody(
    { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more },
    shared,
    version,
  );
const kept = { 'x-kubernetes-preserve-unknown-fields': true };

test('a resource that keeps unknown fields has none in version 2', () => {
  const schema = { type: 'object', ...kept, properties: { a: text } };
  expect(body(schema, 2)).toEqual({ type: 'object' });
  expect(body(schema, 3)).toEqual({ type: 'object', ...kept, properties: { ...shared, a: text } });
});

test('version 2 knows no alternatives, no null, and no fields beside unknown ones', () => {
  const schema = {
    type: 'object',
    anyOf: [{ required: ['a'] }],
    required: ['a', 'b'],
    properties: {
      a: { type: 'object', ...kept, properties: { b: text } },
      b: { type: 'string', nullable: true },
      c: { type: 'array', ...kept, items: text },
    },
  };
  expect(body(schema, 2)).toEqual({
    type: 'object',
    required: ['a'],
    properties: { ...shared, a: kept, b: {}, c: kept },
  });
  expect(body(schema, 3)).toEqual({ ...schema, properties: { ...shared, ...schema.properties } });
});

test('resources within the resource say what they are, and fields to select by are named', () => {
  const embedded = { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: text } };
  const schema = { type: 'object', properties: { list: { type: 'array', items: embedded } } };
  const published = body(schema, 2, { selectableFields: [{ jsonPath: '.spec.color' }] });
  expect(published).toMatchObject({
    properties: { list: { items: { required: ['kind', 'apiVersion'], properties: { ...shared, spec: text } } } },
    'x-kubernetes-selectable-fields': [{ fieldPath: 'spec.color' }],
  });
});
