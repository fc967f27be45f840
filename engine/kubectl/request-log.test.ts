import { beforeEach, expect, it } from 'vitest';
import { TestServer } from '../apiserver/testing.ts';
import { TestWorkstation } from './testing.ts';

let machine: TestWorkstation;

beforeEach(() => {
  const server = new TestServer();
  machine = new TestWorkstation((request) => server.send(request));
  machine.kubectl('create', 'configmap', 'c', '--from-literal=a=b');
});

/** What is written of requests, without times. */
function log(...words: readonly string[]): string[] {
  const { stderr } = machine.kubectl(...words);
  const lines = stderr.split(/\n(?=I)/).filter((line) => !line.includes('/api?') && !/\/apis?"/.test(line));
  return lines.map((line) => line.replace(/^I\d{4} [\d:.]+ +1 /, '').trimEnd());
}

it('-v=6 shows requests by their answer', () => {
  expect(log('get', 'cm', 'c', '-v=6').map((line) => line.replace(/https:\/\/[^/]+/, 'SERVER'))).toEqual([
    'round_trippers.go:632] "Response" verb="GET" url="SERVER/api/v1/namespaces/default/configmaps/c" status="200 OK" milliseconds=0',
  ]);
  expect(log('get', 'cm', 'nope', '--v=6')[0]).toContain('status="404 Not Found"');
  expect(log('get', 'cm', '-v=5')).toEqual(['']);
});

it('-v=7 shows headers, a token never', () => {
  const [request, response] = log('get', 'cm', 'c', '-o', 'yaml', '-v=7').slice(-2);
  expect(request).toMatch(
    /"Request" verb="GET" url="\S+" headers=<\n\tAccept: application\/json\n\tUser-Agent: kubectl\/v\S+\n >$/,
  );
  expect(log('get', '--raw', '/version', '--token=secret', '-v=7')[0]).toContain('\tAuthorization: Bearer <masked>\n');
  expect(response).toBe('round_trippers.go:632] "Response" status="200 OK" milliseconds=0');
});

it('-v=8 shows bodies, long ones cut off; -v=9 says it as curl would', () => {
  const [body, , response, answer] = log('patch', 'cm', 'c', '-p', '{"data":{"a":"c"}}', '-v=8').slice(-4);
  expect(body).toBe('helper.go:113] "Request Body" body=<\n\t{"data":{"a":"c"}}\n >');
  expect(response).toMatch(/status="200 OK" headers=<\n\tCache-Control: no-cache, private\n\tContent-Length: \d+\n/);
  expect(answer).toMatch(/^helper\.go:113\] "Response Body" body=<\n\t\{"kind":"ConfigMap",/);
  machine.kubectl('create', 'cm', 'long', `--from-literal=a=${'x'.repeat(2000)}`);
  expect(log('get', 'cm', 'long', '-o', 'yaml', '-v=8').at(-1)).toMatch(/ \[truncated \d+ chars\]\n >$/);
  expect(log('get', '--raw', '/version', '-v=9')[1]).toMatch(
    /curlCommand=<\n\tcurl -v -XGET {2}-H "Accept: application\/json" -H "User-Agent: \S+" 'https:\/\/\S+\/version'\n >$/,
  );
});
