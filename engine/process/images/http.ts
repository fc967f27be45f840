import type { FileError, Invocation, SelfInformation, Syscall } from '../program.ts';
import { byteLength } from '../text.ts';
import type { ServerKind } from './server.ts';
import { HTDOCS, HTML } from './web.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  txt: 'text/plain',
  json: 'application/json',
  css: 'text/css',
  js: 'application/javascript',
};

export interface HttpRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

export interface HttpReply {
  readonly code: number;
  readonly type: string;
  readonly body: string;
  /** Further lines of the head: `Location: /docs/`. */
  readonly headers?: readonly string[];
}

/** Where an HTTP request ends: its head, and the body that Content-Length announces (in characters: bodies are text). */
export function httpEnd(received: string): number {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head))?.[1] ?? '0');
  return received.length >= head + 4 + length ? head + 4 + length : -1;
}

export function parseRequest(text: string): HttpRequest {
  const [method = '', target = '/'] = text.split(/[ \r\n]/);
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  return {
    method,
    path: decoded(path),
    query: question < 0 ? '' : target.slice(question + 1),
    body: text.slice(text.indexOf('\r\n\r\n') + 4),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function httpText({ code, type, body, headers = [] }: HttpReply, method: string, software: string): string {
  const lines = [
    `HTTP/1.1 ${code} ${REASONS[code] ?? 'Unknown'}`,
    `Server: ${software}`,
    `Content-Type: ${type}`,
    `Content-Length: ${byteLength(body)}`,
    ...headers,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`;
}

/** A server that makes out by itself what to reply to a request; without a reply the client waits in vain. */
export function httpServer(
  software: string,
  port: ServerKind['port'],
  respond: (request: HttpRequest, invocation: Invocation) => Generator<Syscall, HttpReply | undefined, unknown>,
  more: Partial<ServerKind> = {},
): ServerKind {
  return {
    port,
    refused: (number, reason) => `${software}: bind: ${reason} (port ${number})`,
    end: httpEnd,
    keeps: false,
    *answer(invocation, text) {
      const request = parseRequest(text);
      const reply = yield* respond(request, invocation);
      return { reply: reply === undefined ? '' : httpText(reply, request.method, software) };
    },
    ...more,
  };
}

function errorPage(code: number, software: string): HttpReply {
  const title = `${code} ${REASONS[code]}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${software}</center>\r\n</body>\r\n</html>\r\n`;
  return { code, type: 'text/html', body };
}

/** Serves the files below a folder: `/` is its index.html, a folder without a slash is sent on to the one with it. */
export function* serveFiles(
  root: string,
  { method, path }: HttpRequest,
  software: string,
): Generator<Syscall, HttpReply, unknown> {
  if (method !== 'GET' && method !== 'HEAD') return errorPage(405, software);
  if (!path.startsWith('/') || path.split('/').includes('..')) return errorPage(400, software);
  const file = path.endsWith('/') ? `${root}${path}index.html` : `${root}${path}`;
  const text = (yield { call: 'readFile', path: file }) as string | FileError;
  if (typeof text === 'string')
    return { code: 200, type: TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream', body: text };
  if (text.error === 'EISDIR') return { ...errorPage(301, software), headers: [`Location: ${path}/`] };
  return errorPage(text.error === 'EACCES' ? 403 : 404, software);
}

/** The options of nginx that do something else than serve. */
function nginxRefusal({ argv }: Invocation): string | undefined {
  const option = argv.find((word) => /^-[?hvVtTqs]$/.test(word));
  return option === undefined
    ? undefined
    : `nginx: option ${option} is not simulated: this nginx serves the files of ${HTML} on port 80`;
}

/**
 * The recordings' nginx and httpd print nothing, and TERM does not end them: a pod goes at the end of its grace period.
 */
export const nginx = httpServer(
  'nginx',
  () => 80,
  (request) => serveFiles(HTML, request, 'nginx'),
  {
    refusal: nginxRefusal,
    refused: (port, reason, errno) => `nginx: [emerg] bind() to 0.0.0.0:${port} failed (${errno}: ${reason})`,
  },
);

export const httpd = httpServer(
  'httpd',
  () => 80,
  (request) => serveFiles(HTDOCS, request, 'httpd'),
);

/** What Google's sample answers. */
export function helloApp(version: string): ServerKind {
  return httpServer(
    'hello-app',
    ({ environment }) => Number(environment.PORT ?? 8080),
    function* () {
      const { hostname } = (yield { call: 'self' }) as SelfInformation;
      return {
        code: 200,
        type: 'text/plain; charset=utf-8',
        body: `Hello, world!\nVersion: ${version}\nHostname: ${hostname}\n`,
      };
    },
  );
}
