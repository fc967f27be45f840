import type { IncomingMessage } from 'node:http';
import type { ApiResponse } from '../../engine/index.ts';
import { type Channels, JoinedStream } from './channels.ts';
import { forwardOverSpdy } from './port-forward.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';
import type { Upgrade } from './upgraded.ts';

const REMOTE_COMMAND = 'v4.channel.k8s.io';
const PORT_FORWARD = 'portforward.k8s.io';

/** The protocol that will be spoken over SPDY; undefined when all that is offered is unknown. */
export function spdyProtocol(request: IncomingMessage): string | undefined {
  const offered = String(request.headers['x-stream-protocol-version'] ?? '')
    .split(',')
    .map((name) => name.trim());
  const wanted = request.url?.split('?')[0]?.endsWith('/portforward') ? PORT_FORWARD : REMOTE_COMMAND;
  return offered.includes(wanted) ? wanted : undefined;
}

export function acceptSpdy(upgrade: Upgrade, answer: ApiResponse, protocol: string): void {
  const { socket, head } = upgrade;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  const joined = new JoinedStream(upgrade.session, upgrade.client, answer);
  const stream = protocol === PORT_FORWARD ? forwardOverSpdy(upgrade, answer) : remoteCommand(upgrade, joined);
  const connection = new SpdyConnection({
    send: (bytes) => void (socket.writable && socket.write(bytes)),
    stream,
    goAway: () => socket.end(),
  });
  socket.on('data', (bytes: Buffer) => connection.receive(bytes));
  socket.on('close', () => joined.hangUp());
  if (head.length > 0) connection.receive(head);
}

/** exec and attach: one stream each for what the request asks for, and one for errors; they are joined once all are there. */
function remoteCommand({ asked, socket }: Upgrade, joined: JoinedStream): (stream: SpdyStream) => void {
  const streams = new Map<string, SpdyStream>();
  const isAsked = (name: string): boolean => ['true', '1'].includes(String(asked.query?.[name] ?? ''));
  const wanted = ['error', ...['stdin', 'stdout', 'stderr'].filter(isAsked)].filter(
    (name) => name !== 'stderr' || !isAsked('tty'),
  );
  const channels: Channels = {
    write: (channel, text) => (streams.get(channel) ?? streams.get('stdout'))?.write(Buffer.from(text, 'utf8')),
    close: () => {
      for (const stream of streams.values()) stream.end();
      socket.end();
    },
  };
  return (stream) => {
    const type = stream.headers.streamtype ?? '';
    streams.set(type, stream);
    if (type === 'stdin') {
      stream.onData = (data) => joined.input(data);
      stream.onEnd = () => joined.endInput();
    }
    if (wanted.includes(type) && wanted.every((name) => streams.has(name))) joined.join(channels);
  };
}
