import { expect, test } from 'vitest';
import type { KubeObject } from '../../object.ts';
import type { ApiResponse, Status } from '../request.ts';
import { TestServer } from '../testing.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const message = ({ body }: ApiResponse) => (body as Status).message;

test('reads an object as new as is asked for, if there is one', () => {
  const server = new TestServer();
  const { resourceVersion } = (server.post(CONFIG_MAPS, { metadata: { name: 'a' } }).body as KubeObject).metadata;
  server.patch(`${CONFIG_MAPS}/a`, 'application/merge-patch+json', { data: { new: '1' } });
  expect(server.get(`${CONFIG_MAPS}/a?resourceVersion=${resourceVersion}`).body).toMatchObject({
    data: { new: '1' },
  });
  expect(server.get(`${CONFIG_MAPS}/a?resourceVersion=0`).code).toBe(200);
  expect(message(server.get(`${CONFIG_MAPS}/nosuch?resourceVersion=999`))).toBe(
    `Timeout: Too large resource version: 999, current: ${server.store.revision}`,
  );
  expect(message(server.get(`${CONFIG_MAPS}/a?resourceVersion=abc`))).toBe(
    'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
  );
});
