import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiRequest, ApiResponse } from '../../engine/index.ts';
import { responseText } from '../../engine/protocol/response-text.ts';
import { failure } from './failure.ts';
import { apiRequest, clientName, hasCredentials } from './http-request.ts';
import { isAnswered } from './http-response.ts';
import type { ServedSession } from './served-session.ts';
import { acceptSpdy, spdyProtocol } from './spdy-upgrade.ts';
import type { Upgrade } from './upgraded.ts';
import { acceptWebSocket, webSocketProtocol } from './web-socket-upgrade.ts';

/** Takes up a connection that asks for WebSocket or SPDY: the request is made first, and what it refuses is told in plain HTTP. */
export function upgrade(session: ServedSession, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  if (!hasCredentials(request)) {
    refuse(socket, failure(401, 'Unauthorized', 'Unauthorized'));
    return;
  }
  const asked = apiRequest(request, '');
  const kind = request.headers.upgrade?.toLowerCase();
  const isSpdy = kind === 'spdy/3.1';
  if (asked === undefined || (!isSpdy && kind !== 'websocket')) {
    refuse(socket, failure(400, 'BadRequest', `unable to upgrade: unknown protocol ${request.headers.upgrade}`));
    return;
  }
  const protocol = isSpdy ? spdyProtocol(request) : webSocketProtocol(request);
  if (protocol === undefined) {
    refuse(socket, failure(403, 'Forbidden', 'none of the offered streaming protocols is supported'));
    return;
  }
  const client = clientName(request);
  const answer = session.request(client, asked.path.endsWith('/portforward') ? withoutPorts(asked) : asked);
  if (!isAnswered(answer)) socket.destroy();
  else if (answer.stream === undefined) refuse(socket, answer, asked.path);
  else {
    const upgraded: Upgrade = { session, client, asked, request, socket, head };
    if (isSpdy) acceptSpdy(upgraded, answer, protocol);
    else acceptWebSocket(upgraded, answer, protocol);
  }
}

/** Ports are connected one by one, when the client's streams are there. */
function withoutPorts({ query, ...request }: ApiRequest): ApiRequest {
  const { ports: _, ...rest } = query ?? {};
  return { ...request, query: rest };
}

function refuse(socket: Duplex, answer: ApiResponse, path = ''): void {
  const text = responseText(answer, path);
  const type = typeof answer.body === 'string' ? 'text/plain' : 'application/json';
  const lines = [
    `HTTP/1.1 ${answer.code} ${STATUS_CODES[answer.code] ?? ''}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
