import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ApiResponse, Json, Task } from '../../engine/index.ts';
import { responseText, watchLine } from '../../engine/protocol/response-text.ts';
import type { HttpRequest } from './http-request.ts';
import type { Answer, ServedSession } from './served-session.ts';

/** Of either HTTP version: Node's response for HTTP/2 has the same face. */
export type HttpResponse = ServerResponse;

/** Shorter bodies are not worth compressing: `defaultGzipThresholdBytes` in `k8s.io/apiserver`. */
const GZIP_THRESHOLD = 128 * 1024;

/** What a stream carries, as an engine's task holds it. */
export interface Chunk {
  readonly watch?: { readonly type: string; readonly object: object };
  readonly channel?: 'stdout' | 'stderr' | 'error';
  readonly text?: string;
  readonly status?: Json;
}

export function chunkOf(task: Task): Chunk | undefined {
  return task.chunk as unknown as Chunk | undefined;
}

/** Warning headers as RFC 7234 has them, quoted as Go does. */
function warningHeaders(warnings: readonly string[] | undefined): readonly string[] {
  return (warnings ?? []).map((warning) => `299 - "${warning.replace(/[\\"]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`);
}

function headersOf(answer: ApiResponse): Record<string, string | string[]> {
  const type = typeof answer.body === 'string' ? 'text/plain' : 'application/json';
  const warnings = warningHeaders(answer.warnings);
  return {
    'cache-control': 'no-cache, private',
    'content-type': type,
    ...answer.headers,
    ...(warnings.length === 0 ? {} : { warning: [...warnings] }),
  };
}

/** Every answer names its request, as the client called it or by a name of its own (`WithAuditInit`). */
export function nameRequest(request: HttpRequest, response: HttpResponse): void {
  const given = request.headers['audit-id'];
  response.setHeader('audit-id', typeof given === 'string' && given !== '' ? given : randomUUID());
}

function setHeaders(response: HttpResponse, headers: Readonly<Record<string, string | string[]>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** Writes a whole answer. */
export function sendAnswer(request: HttpRequest, response: HttpResponse, answer: ApiResponse): void {
  const { path, agent } = { path: (request.url ?? '').split('?')[0] ?? '', agent: request.headers['user-agent'] };
  const text = responseText(answer, path, agent);
  const wantsGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const isProtobuf = answer.headers?.['content-type']?.includes('protobuf') === true;
  const plain = Buffer.from(text, isProtobuf ? 'base64' : 'utf8');
  const isPacked = wantsGzip && plain.length >= GZIP_THRESHOLD;
  const body = isPacked ? gzipSync(plain, { level: 1 }) : plain;
  const headers = headersOf(answer);
  if (isPacked) {
    const vary = [headers.vary ?? [], 'Accept-Encoding'].flat().join(', ');
    Object.assign(headers, { 'content-encoding': 'gzip', vary });
  }
  response.statusCode = answer.code;
  setHeaders(response, { ...headers, 'content-length': String(body.length) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Writes a stream (a watch, a followed log) as it comes, until either side ends it. */
export function sendStream(
  session: ServedSession,
  client: string,
  response: HttpResponse,
  answer: ApiResponse & { readonly stream: number },
  isWatch: boolean,
): void {
  const type = isWatch ? 'application/json' : 'text/plain';
  response.statusCode = answer.code;
  setHeaders(response, { ...headersOf({ ...answer, body: '' }), 'content-type': type });
  response.flushHeaders();
  session.listen(answer.stream, (task) => {
    const chunk = chunkOf(task);
    if (task.closed === true) response.end();
    else if (chunk?.watch) response.write(watchLine(chunk.watch));
    else if (chunk?.text !== undefined) response.write(chunk.text);
  });
  response.on('close', () => session.hangUp(client, answer.stream));
}

/** Whether the server was there to answer. */
export function isAnswered(answer: Answer): answer is ApiResponse {
  return !('unreachable' in answer);
}
