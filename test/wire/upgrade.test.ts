import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { parse } from 'yaml';
import { type Serving, serve } from '../../electron/serve/serve.ts';
import { createSession } from '../../engine/index.ts';

const NAMESPACE = '/api/v1/namespaces/default';

describe('connections that become something else', () => {
  let serving: Serving;
  let identity: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };

  beforeAll(async () => {
    const session = createSession();
    session.advance(30_000);
    serving = await serve(session, { port: 0, speed: 10 });
    const { clusters, users } = parse(serving.kubeconfig);
    const bytes = (text: string) => Buffer.from(text, 'base64');
    identity = {
      ca: bytes(clusters[0].cluster['certificate-authority-data']),
      cert: bytes(users[0].user['client-certificate-data']),
      key: bytes(users[0].user['client-key-data']),
    };
  });

  afterAll(() => serving.close());

  function raw(lines: readonly string[], more?: Buffer): Promise<string> {
    const { hostname, port } = new URL(serving.url);
    return new Promise((resolve, reject) => {
      const socket: TLSSocket = connectTls(
        { host: hostname, port: Number(port), ...identity, ALPNProtocols: ['http/1.1'] },
        () => {
          socket.write(`${lines.join('\r\n')}\r\n\r\n`);
          if (more) socket.write(more);
        },
      );
      let text = '';
      socket.on('data', (part: Buffer) => {
        text += part.toString('latin1');
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
  }

  test('a watch over a WebSocket is one message an event', async () => {
    const url = `${serving.url.replace('https', 'wss')}${NAMESPACE}/configmaps?watch=true`;
    const socket = new WebSocket(url, identity);
    const message = await new Promise<string>((resolve, reject) => {
      socket.on('message', (data) => resolve(data.toString()));
      socket.on('error', reject);
    });
    socket.close();
    expect(JSON.parse(message)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'kube-root-ca.crt' } } });
  });

  test('what is refused is told in plain HTTP', async () => {
    const upgrade = ['Host: x', 'Connection: Upgrade'];
    const missing = await raw([
      `POST ${NAMESPACE}/pods/nosuch/exec?command=ls HTTP/1.1`,
      ...upgrade,
      'Upgrade: SPDY/3.1',
      'X-Stream-Protocol-Version: v4.channel.k8s.io',
    ]);
    expect(missing).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(missing).toContain('pods \\"nosuch\\" not found');
    const unknown = await raw([`GET ${NAMESPACE}/pods/x/exec HTTP/1.1`, ...upgrade, 'Upgrade: gopher']);
    expect(unknown).toContain('unable to upgrade: unknown protocol gopher');
    const old = await raw([`POST ${NAMESPACE}/pods/x/exec HTTP/1.1`, ...upgrade, 'Upgrade: SPDY/3.1']);
    expect(old).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('rubbish on a SPDY connection ends that connection and nothing else', async () => {
    const body = {
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'c', image: 'nginx:1.25' }] },
    };
    const request = {
      method: 'POST',
      path: `${NAMESPACE}/pods`,
      body,
      user: { name: 'admin', groups: ['system:masters'] },
    } as const;
    serving.served.request('test', request);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const frame = Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 14]), Buffer.alloc(14, 0xff)]);
    const answer = await raw(
      [
        `POST ${NAMESPACE}/pods/web/portforward HTTP/1.1`,
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: SPDY/3.1',
        'X-Stream-Protocol-Version: portforward.k8s.io',
      ],
      frame,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(serving.served.request('test', { ...request, method: 'GET', body: undefined })).toMatchObject({ code: 200 });
  });
});
