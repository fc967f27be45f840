import { expect, test } from 'vitest';
import { schemaFor } from '../schema/schemas.ts';
import { applyStrategicPatch } from './strategic.ts';

const schema = schemaFor('apps/v1', 'Deployment') as NonNullable<ReturnType<typeof schemaFor>>;
const rolling = { spec: { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };

test('a null beside the keys to keep is what kubectl apply sends for another strategy', () => {
  const patch = { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: null, type: 'Recreate' } } };
  expect(applyStrategicPatch(rolling, patch, schema)).toEqual({
    spec: { replicas: 1, strategy: { type: 'Recreate' } },
  });
});

test('a value that is not to be kept makes the patch a wrong one', () => {
  const patch = { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {}, type: 'Recreate' } } };
  expect(() => applyStrategicPatch(rolling, patch, schema)).toThrow('invalid patch format of retainKeys');
});
