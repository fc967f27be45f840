import { timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EngineMessage, WindowMessage } from '../../engine/protocol/messages.ts';
import type { HostedEngine } from '../engine/hosted-engine.ts';
import { CONTENT_SECURITY_POLICY, containedPath, contentType } from '../window-bundle.ts';

/** The window's bundle and its engine, for a browser on this machine. */
export interface BrowserServer {
  /** Opens the app; the token is in the fragment, which a browser never sends. */
  readonly url: string;
  close(): Promise<void>;
}

interface Options {
  readonly folder: string;
  readonly token: string;
  readonly engine: HostedEngine;
  readonly port?: number;
}

/**
 * Serves on loopback only. The bundle is no secret, yet only a request that names this very host gets it (403
 * otherwise), so that no other site's name can be pointed here; the engine is for the one who has the token (401).
 */
export async function startBrowserServer({ folder, token, engine, port = 0 }: Options): Promise<BrowserServer> {
  const server = createServer((request, response) => {
    respond(folder, request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.address() as AddressInfo;
  const sockets = acceptSockets(server, token, engine);
  const fragment = new URLSearchParams({ engine: `ws://127.0.0.1:${actual}/engine`, token });
  return {
    url: `http://127.0.0.1:${actual}/#${fragment}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isThisHost(request: IncomingMessage): boolean {
  const { port } = request.socket.address() as AddressInfo;
  return request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`;
}

async function respond(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isThisHost(request)) {
    response.writeHead(403).end('This server answers to 127.0.0.1 only.');
    return;
  }
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const path = containedPath(folder, pathname);
  const content = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (path === undefined || content === undefined || request.method !== 'GET') {
    response.writeHead(404).end('not here');
    return;
  }
  response.writeHead(200, {
    'content-type': contentType(path),
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(content);
}

/** Why a socket is refused; undefined when it is welcome. */
function refusal(request: IncomingMessage, token: string): 401 | 403 | undefined {
  const { host, origin } = request.headers;
  if (!isThisHost(request) || origin !== `http://${host}`) return 403;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const given = offered.find((name) => name.startsWith('token.'))?.slice('token.'.length) ?? '';
  const isRight = given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
  return isRight ? undefined : 401;
}

function acceptSockets(server: Server, token: string, engine: HostedEngine): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'orrery',
    maxPayload: 64 * 1024 * 1024,
  });
  server.on('upgrade', (request, socket, head) => {
    const code = request.url === '/engine' ? refusal(request, token) : 403;
    if (code !== undefined) {
      socket.end(`HTTP/1.1 ${code} ${code === 401 ? 'Unauthorized' : 'Forbidden'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => attach(sockets, accepted, engine));
  });
  return sockets;
}

/** One window at a time: a second one takes over, and the first is told so by its closing socket. */
function attach(sockets: WebSocketServer, socket: WebSocket, engine: HostedEngine): void {
  for (const other of sockets.clients) if (other !== socket) other.close(4000, 'another window took over');
  engine.listen((message: EngineMessage) => socket.send(JSON.stringify(message)));
  socket.on('message', (data) => {
    try {
      engine.receive(JSON.parse(data.toString()) as WindowMessage);
    } catch (error) {
      socket.close(1007, error instanceof Error ? error.message.slice(0, 100) : 'bad message');
    }
  });
}
