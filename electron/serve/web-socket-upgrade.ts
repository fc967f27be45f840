import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiResponse } from '../../engine/index.ts';
import { JoinedStream } from './channels.ts';
import { forwardOverChannels, forwardOverSpdy, TUNNEL } from './port-forward.ts';
import { SpdyConnection } from './spdy.ts';
import { bytesOf, type Upgrade } from './upgraded.ts';

/** Numbers of the channels: `k8s.io/apimachinery/pkg/util/remotecommand`. 4 is the terminal's size, 255 ends another. */
const STDIN = 0;
const CHANNELS = { stdout: 1, stderr: 2, error: 3 } as const;
const CLOSE = 255;

/** What is understood, and the empty name for a client that offers none (a watch or a log over WebSocket). */
const PROTOCOLS: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io', TUNNEL];

const sockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
});

/** The protocol that will be spoken; undefined when all that is offered is unknown. */
export function webSocketProtocol(request: IncomingMessage): string | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (offered[0] === '') return '';
  return PROTOCOLS.find((protocol) => offered.includes(protocol));
}

export function acceptWebSocket(upgrade: Upgrade, answer: ApiResponse, protocol: string): void {
  const { request, socket, head } = upgrade;
  const joined = new JoinedStream(upgrade.session, upgrade.client, answer);
  sockets.handleUpgrade(request, socket, head, (accepted) => {
    accepted.on('error', () => accepted.terminate());
    accepted.on('close', () => joined.hangUp());
    if (protocol === TUNNEL) tunnel(upgrade, answer, accepted);
    else if (answer.code === 200) plain(accepted, joined);
    else if (upgrade.asked.path.endsWith('/portforward')) forwardOverChannels(upgrade, answer, accepted);
    else channels(accepted, joined, protocol);
  });
}

/** A watch or a followed log: one message an event or piece of text. */
function plain(socket: WebSocket, joined: JoinedStream): void {
  joined.join({ write: (_channel, text) => socket.send(text), close: () => socket.close(1000) });
}

/** exec and attach: the first byte of every message names its channel. */
function channels(socket: WebSocket, joined: JoinedStream, protocol: string): void {
  const send = (channel: number, text: string): void =>
    socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text, 'utf8')]));
  // An empty message tells the client that the connection stands (`pkg/kubelet/.../remotecommand/websocket.go`).
  send(CHANNELS.stdout, '');
  joined.join({ write: (channel, text) => send(CHANNELS[channel], text), close: () => socket.close(1000) });
  socket.on('message', (data) => {
    const message = bytesOf(data);
    const channel = message[0];
    if (channel === STDIN && message.length > 1) joined.input(message.subarray(1));
    else if (channel === CLOSE && message[1] === STDIN && protocol.startsWith('v5')) joined.endInput();
  });
}

/** port-forward as kubectl speaks it since 1.31: SPDY frames in binary messages. */
function tunnel(upgrade: Upgrade, answer: ApiResponse, socket: WebSocket): void {
  const connection = new SpdyConnection({
    send: (bytes) => socket.send(bytes),
    stream: forwardOverSpdy(upgrade, answer),
    goAway: () => socket.close(1000),
  });
  socket.on('message', (data) => connection.receive(bytesOf(data)));
}
