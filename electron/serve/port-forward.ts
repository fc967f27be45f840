import type { WebSocket } from 'ws';
import type { ApiResponse } from '../../engine/index.ts';
import { JoinedStream } from './channels.ts';
import type { SpdyStream } from './spdy.ts';
import { bytesOf, type Upgrade } from './upgraded.ts';

/** SPDY inside a WebSocket. */
export const TUNNEL = 'SPDY/3.1+portforward.k8s.io';

/** Opens one connection to a port of the pod, which ends with the client's own; or says why there is none. */
function connect({ session, client, socket }: Upgrade, forward: ApiResponse, port: number): JoinedStream | string {
  const answer = session.say(client, forward.stream as number, { connect: port });
  if (answer?.stream === undefined)
    return `error forwarding port ${port}: ${String(answer?.body ?? 'lost connection to pod')}`;
  const connection = new JoinedStream(session, client, answer);
  socket.once('close', () => connection.hangUp());
  return connection;
}

/** Each connection is a pair of streams with the same `requestid`: one for data, one for what goes wrong. */
export function forwardOverSpdy(upgrade: Upgrade, forward: ApiResponse): (stream: SpdyStream) => void {
  const errors = new Map<string, SpdyStream>();
  return (stream) => {
    const { streamtype, port, requestid = '' } = stream.headers;
    if (streamtype === 'error') {
      errors.set(requestid, stream);
      return;
    }
    const error = errors.get(requestid);
    errors.delete(requestid);
    const connection = connect(upgrade, forward, Number(port));
    if (typeof connection === 'string') error?.write(Buffer.from(connection, 'utf8'));
    if (typeof connection === 'string' || error === undefined) stream.reset();
    else join(connection, stream, error);
  };
}

function join(connection: JoinedStream, data: SpdyStream, error: SpdyStream): void {
  data.onData = (bytes) => connection.input(bytes);
  data.onEnd = () => connection.endInput();
  connection.join({
    write: (channel, text) => {
      if (channel === 'stdout') data.write(Buffer.from(text, 'utf8'));
      else if (failureOf(channel, text) !== '') error.write(Buffer.from(failureOf(channel, text), 'utf8'));
    },
    close: () => {
      data.end();
      error.end();
    },
  });
}

/** What the error stream says: the message of a status that is no success. */
function failureOf(channel: string, text: string): string {
  if (channel !== 'error') return text;
  const status = JSON.parse(text) as { readonly status?: string; readonly message?: string };
  return status.status === 'Success' ? '' : (status.message ?? '');
}

/** The older way: the ports are in the query, and port number n has the channels 2n (data) and 2n + 1 (errors). */
export function forwardOverChannels(upgrade: Upgrade, forward: ApiResponse, socket: WebSocket): void {
  const given = upgrade.asked.query?.ports ?? [];
  const ports = (typeof given === 'string' ? [given] : given).flatMap((text) => text.split(',')).map(Number);
  const connections = ports.map((port, index) => {
    const head = Buffer.alloc(2);
    head.writeUInt16LE(port);
    const send = (channel: number, data: Buffer) => socket.send(Buffer.concat([Buffer.of(2 * index + channel), data]));
    send(0, head);
    send(1, head);
    const connection = connect(upgrade, forward, port);
    if (typeof connection === 'string') {
      send(1, Buffer.from(connection, 'utf8'));
      return undefined;
    }
    connection.join({
      write: (channel, text) => {
        if (channel === 'stdout') send(0, Buffer.from(text, 'utf8'));
        else if (failureOf(channel, text) !== '') send(1, Buffer.from(failureOf(channel, text), 'utf8'));
      },
      close: () => socket.close(1000),
    });
    return connection;
  });
  socket.on('message', (data) => {
    const message = bytesOf(data);
    connections[(message[0] ?? 0) >> 1]?.input(message.subarray(1));
  });
}
