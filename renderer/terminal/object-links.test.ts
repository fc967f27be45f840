import { expect, test } from 'vitest';
import type { ObjectRow } from '../../engine/protocol/views.ts';
import { objectLinks, rowsByName } from './object-links.ts';

function row(resource: string, kind: string, name: string): ObjectRow {
  const common = { uid: name, revision: 1, created: 0, tone: 'good', status: '', labels: {} } as const;
  return { ...common, resource, kind, name, namespace: 'default' };
}

const OBJECTS = rowsByName([
  row('services', 'Service', 'web'),
  row('deployments.apps', 'Deployment', 'web'),
  row('pods', 'Pod', 'web-6d4b75cb6d-x2x9z'),
]);

const found = (line: string) =>
  objectLinks(line, OBJECTS).map(({ start, end, object }) => [line.slice(start, end), object.resource]);

test('names of existing objects are found, alone and behind their kind', () => {
  expect(found('web-6d4b75cb6d-x2x9z   1/1     Running   0          5s')).toEqual([['web-6d4b75cb6d-x2x9z', 'pods']]);
  expect(found('deployment.apps/web created')).toEqual([['deployment.apps/web', 'deployments.apps']]);
  expect(found('service/web exposed')).toEqual([['service/web', 'services']]);
});

test('a name alone means what learners mean first', () => {
  expect(found('web   1/1')).toEqual([['web', 'deployments.apps']]);
});

test('what is not there is no link', () => {
  expect(found('pod/web created')).toEqual([]);
  expect(found('webster web-6d4b75cb6d')).toEqual([]);
});
