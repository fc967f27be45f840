import { encoded } from '../apiserver/encoded.ts';
import type { ApiRequest } from '../apiserver/request.ts';
import { complain, now, type RequestAnswer, request } from '../process/program.ts';
import { byteLength } from '../process/text.ts';
import { reasonOf } from './http.ts';
import { logHeader } from './log-line.ts';
import type { Task } from './task.ts';

/** From this level of `-v` on requests are shown, from the next ones their headers, bodies, and curl's words for them. */
export const REQUESTS = 6;
const HEADERS = 7;
const BODIES = 8;
const CURL = 9;
const WHOLE = 10;

/** How much of a body is shown (`truncateBody` in `k8s.io/client-go/rest/request.go`). */
const SHOWN: Readonly<Record<number, number>> = { [BODIES]: 1024, [CURL]: 10_240 };

/**
 * Sends a request and writes about it to standard error.
 * Source: `debuggingRoundTripper` in `k8s.io/client-go/transport/round_trippers.go`.
 */
export function* loggedRequest(level: number, server: string, sent: ApiRequest): Task<RequestAnswer> {
  const start = yield* now();
  const log = function* (place: string, text: string): Task {
    yield* complain(`${logHeader(yield* now(), 'I', place)} ${text}\n`);
  };
  if (level >= BODIES) yield* log('helper.go:113', `"Request Body" body=${bodyText(level, sent.body)}`);
  const about = `verb="${sent.method}" url="${urlOf(server, sent)}"`;
  if (level >= CURL) yield* log('round_trippers.go:527', `"Request" curlCommand=${block([curlCommand(server, sent)])}`);
  else if (level >= HEADERS)
    yield* log('round_trippers.go:527', `"Request" ${about} headers=${block(headerLines(requestHeaders(sent)))}`);
  const answer = yield* request(server, sent);
  const took = `milliseconds=${(yield* now()) - start}`;
  const isAgain = level < HEADERS || level >= CURL;
  if ('unreachable' in answer) {
    yield* log('round_trippers.go:632', `"Response" ${isAgain ? `${about} ` : ''}status="" ${took}`);
    return answer;
  }
  const body = answer.stream === undefined ? textOf(answer.body) : '';
  const status = `status="${answer.code} ${reasonOf(answer.code)}"`;
  const type = { 'content-type': typeof answer.body === 'string' ? 'text/plain' : 'application/json' };
  const headers = {
    'cache-control': 'no-cache, private',
    ...type,
    ...answer.headers,
    'content-length': byteLength(body),
  };
  const shown = level >= BODIES ? ` headers=${block(headerLines(headers))}` : '';
  yield* log('round_trippers.go:632', `"Response" ${isAgain ? `${about} ` : ''}${status}${shown} ${took}`);
  if (level >= BODIES && answer.stream === undefined)
    yield* log('helper.go:113', `"Response Body" body=${bodyText(level, answer.body)}`);
  return answer;
}

function urlOf(server: string, { path, query = {} }: ApiRequest): string {
  const pairs = Object.keys(query)
    .sort()
    .flatMap((name) => [query[name] ?? ''].flat().map((value) => `${escaped(name)}=${escaped(value)}`));
  return `${server}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** As Go's url.QueryEscape writes it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}

function requestHeaders({ headers = {}, body }: ApiRequest): Readonly<Record<string, string>> {
  const all: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) all['content-type'] = 'application/json';
  Object.assign(all, headers);
  return all.authorization === undefined ? all : { ...all, authorization: 'Bearer <masked>' };
}

/** `Content-Type: application/json`, in order. */
function headerLines(headers: Readonly<Record<string, string | number>>): string[] {
  const named = (name: string) => name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  return Object.keys(headers)
    .sort()
    .map((name) => `${named(name)}: ${headers[name]}`);
}

function curlCommand(server: string, sent: ApiRequest): string {
  const headers = headerLines(requestHeaders(sent)).map((line) => `-H "${line}"`);
  return `curl -v -X${sent.method}  ${headers.join(' ')} '${urlOf(server, sent)}'`;
}

/** A value of several lines, as klog writes it. */
function block(lines: readonly string[]): string {
  return `<\n${lines.map((line) => `\t${line}\n`).join('')} >`;
}

function textOf(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : `${JSON.stringify(encoded(body))}\n`;
}

function bodyText(level: number, body: unknown): string {
  const text = textOf(body).replace(/\n$/, '');
  const most = level >= WHOLE ? text.length : (SHOWN[level] ?? 0);
  if (text === '') return '""';
  const shown = text.length <= most ? text : `${text.slice(0, most)} [truncated ${text.length - most} chars]`;
  return block(shown.split('\n'));
}
