import { expect, test } from 'vitest';
import type { Status } from './request.ts';
import { TestServer } from './testing.ts';

test('a timeout has to be a duration', () => {
  const server = new TestServer();
  const ask = (timeout: string, path = '/api/v1/namespaces') => server.get(`${path}?timeout=${timeout}`);
  const message = (timeout: string) => (ask(timeout).body as Status).message;
  const prefix = 'invalid timeout specified in the request URL - time: ';
  expect(ask('foo', '/healthz')).toMatchObject({ code: 400 });
  expect(message('foo')).toBe(`${prefix}invalid duration "foo"`);
  expect(message('3')).toBe(`${prefix}missing unit in duration "3"`);
  expect(message('3y')).toBe(`${prefix}unknown unit "y" in duration "3y"`);
  for (const right of ['0', '0s', '3600s', '1m30.5s', '-3s', '.5h']) expect(ask(right).code).toBe(200);
  expect(ask('foo&watch=true').code).toBe(200);
});
