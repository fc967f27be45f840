import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { ApiRequest } from '../../engine/index.ts';

/** A request of either HTTP version. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A HEAD is a GET whose answer keeps its body to itself. */
const HEAD = 'HEAD';

/** The API server's own limit of a request's body: `MaxRequestBodyBytes` in `k8s.io/apiserver`. */
const MOST_BODY_BYTES = 3 * 1024 * 1024;

/** Headers of the connection, not of the request. */
const HOP_HEADERS = /^(:|connection$|upgrade$|content-length$|transfer-encoding$|accept-encoding$|sec-websocket-)/;

/** A body longer than the server takes. */
export class BodyTooLong extends Error {
  override readonly name = 'BodyTooLong';
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** The whole body as text; as base64 where it is none. */
export async function bodyOf(request: HttpRequest): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY_BYTES) throw new BodyTooLong();
    parts.push(part);
  }
  const isProtobuf = request.headers['content-type']?.startsWith(PROTOBUF) === true;
  return Buffer.concat(parts).toString(isProtobuf ? 'base64' : 'utf8');
}

/** The path and query of a request; a repeated parameter becomes a list. */
export function targetOf(request: HttpRequest): Pick<ApiRequest, 'path' | 'query'> {
  const [path = '/', search = ''] = splitOnce(request.url ?? '/', '?');
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (typeof before === 'string') query[name] = [before, value];
    else before.push(value);
  }
  return search === '' ? { path } : { path, query };
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The request as the engine takes it; undefined for a method that the API does not have. */
export function apiRequest(request: HttpRequest, body: string): ApiRequest | undefined {
  const method = request.method === HEAD ? 'GET' : (request.method ?? 'GET');
  if (!METHODS.includes(method)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || HOP_HEADERS.test(name)) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: method as ApiRequest['method'],
    ...targetOf(request),
    headers,
    ...(body === '' ? {} : { body }),
    ...credentialsOf(request),
  };
}

/** PEM of the certificate that a connection showed: found once, as all its requests have it. */
const certificates = new WeakMap<object, string>();

function certificateOf(socket: TLSSocket): string | undefined {
  const known = certificates.get(socket);
  if (known !== undefined) return known;
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined) return undefined;
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  certificates.set(socket, pem);
  return pem;
}

/** What a request shows of who makes it besides its headers; the engine judges it, by the cluster's own clock. */
export function credentialsOf(request: HttpRequest): Pick<ApiRequest, 'clientCertificate'> {
  const clientCertificate = certificateOf(request.socket as TLSSocket);
  return clientCertificate === undefined ? {} : { clientCertificate };
}

/** Whether a request shows anything at all: whoever shows nothing is not let in. */
export function hasCredentials(request: HttpRequest): boolean {
  return request.headers.authorization !== undefined || credentialsOf(request).clientCertificate !== undefined;
}

/** The name a client has in the model: the first word of its user agent, `kubectl` or `helm`. */
export function clientName(request: HttpRequest): string {
  const [product = ''] = (request.headers['user-agent'] ?? '').split(/[/ ]/);
  const name = product.toLowerCase().replace(/[^a-z0-9.-]/g, '');
  return name === '' ? 'unnamed' : name;
}
