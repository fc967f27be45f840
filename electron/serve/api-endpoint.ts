import type { IncomingMessage } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { control } from './control.ts';
import { failure } from './failure.ts';
import { apiRequest, BodyTooLong, bodyOf, clientName, type HttpRequest, hasCredentials } from './http-request.ts';
import { type HttpResponse, isAnswered, nameRequest, sendAnswer, sendStream } from './http-response.ts';
import type { ServedSession } from './served-session.ts';
import { upgrade } from './upgrade.ts';

/** The API server's door for real clients. */
export interface ApiEndpoint {
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface EndpointOptions {
  readonly session: ServedSession;
  /** 0 takes a free port. */
  readonly port: number;
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
  /** Who signs client certificates. */
  readonly authority: string;
}

/** Serves HTTP/1.1 and HTTP/2 over TLS, on loopback only and to nobody without credentials. */
export async function openEndpoint(options: EndpointOptions): Promise<ApiEndpoint> {
  const { session, port, certificate, key, authority } = options;
  const server = createSecureServer({
    allowHTTP1: true,
    key,
    cert: certificate,
    ca: authority,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    void respond(session, request, response as unknown as HttpResponse);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(session, request, socket, head);
  });
  await listen(server, port);
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const connection of connections) connection.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Http2SecureServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function respond(session: ServedSession, request: HttpRequest, response: HttpResponse): Promise<void> {
  response.on('error', () => {});
  nameRequest(request, response);
  try {
    const body = await bodyOf(request);
    if (!hasCredentials(request)) sendAnswer(request, response, failure(401, 'Unauthorized', 'Unauthorized'));
    else if (request.url?.startsWith('/orrery/v1/')) sendAnswer(request, response, control(session, request, body));
    else answer(session, request, response, body);
  } catch (error) {
    if (error instanceof BodyTooLong) {
      const message = 'Request entity too large: limit is 3145728';
      // What is left of the body would be taken for the next request.
      if (request.httpVersionMajor === 1) response.setHeader('connection', 'close');
      sendAnswer(request, response, failure(413, 'RequestEntityTooLarge', message));
    } else if (response.headersSent) request.socket.destroy();
    else sendAnswer(request, response, failure(500, 'InternalError', `Internal error occurred: ${String(error)}`));
  }
}

function answer(session: ServedSession, request: HttpRequest, response: HttpResponse, body: string): void {
  const asked = apiRequest(request, body);
  if (asked === undefined) {
    sendAnswer(
      request,
      response,
      failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'),
    );
    return;
  }
  const client = clientName(request);
  const answered = session.request(client, asked);
  if (!isAnswered(answered)) request.socket.destroy();
  else if (answered.stream === undefined) sendAnswer(request, response, answered);
  else if (answered.code === 101) {
    session.hangUp(client, answered.stream);
    sendAnswer(request, response, failure(400, 'BadRequest', 'Upgrade request required'));
  } else {
    const { stream } = answered;
    sendStream(session, client, response, { ...answered, stream }, !asked.path.endsWith('/log'));
  }
}
