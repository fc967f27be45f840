import { expect, test } from 'vitest';
import { TestServer } from '../testing.ts';

test('a volume reserved without a namespace shows what its reference says, and no more', () => {
  const server = new TestServer();
  const claimRef = { name: 'mine' };
  server.post('/api/v1/persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'kept' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, claimRef },
  });
  const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1';
  const { rows } = server.get('/api/v1/persistentvolumes', accept).body as { rows: { cells: unknown[] }[] };
  expect(rows[0]?.cells).toContain('/mine');
});
