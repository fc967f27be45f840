import { expect, test } from 'vitest';
import type { ApiResponse, Status } from '../request.ts';
import { TestServer } from '../testing.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1';
const faults = ({ body }: ApiResponse) =>
  (body as Status).details?.causes?.map(({ field, message }) => `${field}: ${message}`);

function reviewed(attributes: object): ApiResponse {
  const resourceAttributes = { verb: 'list', resource: 'pods', ...attributes };
  return new TestServer().post(`${REVIEWS}/subjectaccessreviews`, { spec: { user: 'jane', resourceAttributes } });
}

test('selectors of a review are given in one way', () => {
  const path = 'spec.resourceAttributes.fieldSelector';
  const key = { key: 'a', operator: 'In', values: ['b'] };
  expect(reviewed({ fieldSelector: { requirements: [key] }, labelSelector: { rawSelector: 'a=b' } }).code).toBe(201);
  expect(faults(reviewed({ fieldSelector: { rawSelector: 'a=b', requirements: [key] } }))).toEqual([
    `${path}.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements`,
  ]);
  expect(faults(reviewed({ fieldSelector: {} }))).toEqual([
    `${path}.requirements: Required value: when ${path} is specified, requirements or rawSelector is required`,
  ]);
});

test('requirements have what their operators need, also operators that nobody knows yet', () => {
  const path = 'spec.resourceAttributes.labelSelector.requirements';
  const requirements = [
    { key: 'a', operator: 'In' },
    { key: 'a', operator: 'Exists', values: ['b'] },
    { key: 'a', operator: 'Near', values: ['b'] },
  ];
  expect(faults(reviewed({ labelSelector: { requirements } }))).toEqual([
    `${path}[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    `${path}[1].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
  ]);
});

test('a local review has no metadata but its namespace', () => {
  const spec = { user: 'jane', resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } };
  const review = { metadata: { name: 'x', namespace: 'default' }, spec };
  const answer = new TestServer().post(`${REVIEWS}/namespaces/default/localsubjectaccessreviews`, review);
  expect(faults(answer)).toEqual(['metadata: Invalid value: {"name":"x"}: must be empty except for namespace']);
});
