import { describe, expect, test } from 'vitest';
import type { KubeletRequest, KubeletResponse } from '../../kubelet/api.ts';
import type { ApiResponse, Status } from '../request.ts';
import { apiServer } from '../server.ts';
import { TestServer } from '../testing.ts';

const PODS = '/api/v1/namespaces/default/pods';

/** A server with a bound pod `two` of containers a and b, a pending pod `pend`, and a kubelet that answers as told. */
function serverWith(answer: (request: KubeletRequest) => KubeletResponse): {
  server: TestServer;
  asked: KubeletRequest[];
} {
  const asked: KubeletRequest[] = [];
  const server = new TestServer({
    serve: (_, request) => {
      asked.push(request as KubeletRequest);
      return answer(request as KubeletRequest);
    },
  });
  const container = (name: string) => ({ name, image: 'busybox:1.36' });
  const pod = (name: string, node: string | undefined, ...containers: string[]) => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default' },
    spec: { nodeName: node, containers: containers.map(container) },
  });
  server.seed('pods', pod('two', 'node-1', 'a', 'b'));
  server.seed('pods', pod('one', 'node-1', 'c'));
  server.seed('pods', pod('pend', undefined, 'c'));
  return { server, asked };
}

function message(response: ApiResponse): string {
  return (response.body as Status).message ?? '';
}

describe('log', () => {
  test.each([
    ['tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['sinceTime=now', 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'],
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['stream=Both', 'stream: Unsupported value: "Both": supported values: "All", "Stderr", "Stdout"'],
    ['stream=Stdout&tailLines=1', '`tailLines` and specific `stream` are mutually exclusive for now'],
  ])('%s is refused', (query, why) => {
    const { server } = serverWith(() => ({ code: 200, text: '' }));
    expect(message(server.get(`${PODS}/one/log?${query}`))).toContain(why);
  });

  test('is the text of the only container, or of the one named', () => {
    const { server, asked } = serverWith(() => ({ code: 200, text: 'line 1\n' }));
    expect(server.get(`${PODS}/one/log?tailLines=2&previous=true`)).toMatchObject({ code: 200, body: 'line 1\n' });
    expect(asked[0]).toMatchObject({
      call: 'containerLogs',
      pod: 'one',
      container: 'c',
      options: { tailLines: 2, previous: true },
    });
    expect(message(server.get(`${PODS}/two/log`))).toBe(
      'a container name must be specified for pod two, choose one of: [a b]',
    );
    expect(message(server.get(`${PODS}/two/log?container=zz`))).toBe('container zz is not valid for pod two');
  });

  test('hands on what the kubelet refuses', () => {
    const why = 'container "c" in pod "one" is waiting to start: trying and failing to pull image';
    const { server } = serverWith(() => ({ code: 400, message: why }));
    const response = server.get(`${PODS}/one/log`);
    expect(response.body).toMatchObject({ code: 400, reason: 'BadRequest', message: why });
  });

  test('follows as a stream through the server', () => {
    const { server, asked } = serverWith(() => ({ code: 200 }));
    const { stream } = server.get(`${PODS}/one/log?follow=true`);
    expect(asked[0]).toMatchObject({ receiver: { component: 'kube-apiserver', stream } });
    apiServer.handle?.(server.turn, { kind: 'stream', stream, chunk: { channel: 'stdout', text: 'more\n' } });
    apiServer.handle?.(server.turn, { kind: 'stream', stream, closed: true });
    expect(server.turn.agenda.map(({ component, task }) => [component, task.chunk, task.closed])).toEqual([
      ['workstation', { channel: 'stdout', text: 'more\n' }, undefined],
      ['workstation', undefined, true],
    ]);
  });
});

describe('exec', () => {
  test('opens a stream and carries input', () => {
    const { server, asked } = serverWith(() => ({ code: 200 }));
    const query = { command: ['sh', '-c', 'date'], container: 'b', stdin: 'true' };
    const { stream } = server.send({ method: 'POST', path: `${PODS}/two/exec`, query });
    expect(asked[0]).toMatchObject({ call: 'exec', command: ['sh', '-c', 'date'], container: 'b', stdin: true });
    apiServer.serve?.(server.turn, { stream, input: 'hello\n' });
    apiServer.serve?.(server.turn, { stream, close: true });
    expect(asked.slice(1).map(({ call }) => call)).toEqual(['streamInput', 'closeStream']);
  });

  test('needs a command and a node', () => {
    const { server } = serverWith(() => ({ code: 200 }));
    expect(message(server.post(`${PODS}/one/exec`, undefined))).toBe(
      'you must specify at least one command for the container',
    );
    expect(message(server.post(`${PODS}/pend/exec?command=ls`, undefined))).toBe(
      'pod pend does not have a host assigned',
    );
    expect(message(server.post(`${PODS}/nope/exec?command=ls`, undefined))).toBe('pods "nope" not found');
  });
});
