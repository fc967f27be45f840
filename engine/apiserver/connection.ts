import { type CertificateAuthority, certificateAuthority, issueIdentity } from '../certificates/authority.ts';
import { httpResponse, locationLine, parseHttpRequest } from '../kubectl/http.ts';
import { TLS_HANDSHAKE } from '../process/images/tls.ts';
import type { SocketAddress } from '../process/process.ts';
import { responseText } from '../protocol/response-text.ts';
import type { Task } from '../sim/task.ts';
import type { Turn } from '../sim/turn.ts';
import { SERVER_IP } from './address.ts';
import { authenticationSettings } from './authentication/settings.ts';
import { isSet } from './call.ts';
import { notSimulated } from './errors.ts';
import type { ApiRequest, ApiResponse } from './request.ts';

/** One connection out of the cluster's network: a program in a pod that speaks HTTP itself. */
interface Connection {
  readonly from: SocketAddress;
  readonly latency: number;
  readonly received: string;
}

const CELLS = 'connection/';
const COUNT = 'connections';
const YEAR = 365 * 24 * 60 * 60 * 1000;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Names and addresses that the server's certificate is good for, as kubeadm issues it. */
const NAMES = {
  dnsNames: [
    'kube-apiserver',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'localhost',
  ],
  ipAddresses: ['10.96.0.1', SERVER_IP, '127.0.0.1'],
};

const certificates = new WeakMap<CertificateAuthority, string>();

function servingCertificate(turn: Turn): string {
  const authority = certificateAuthority(authenticationSettings(turn));
  let certificate = certificates.get(authority);
  if (certificate === undefined) {
    const { notBefore } = authority.parsed;
    const usages = ['digital signature', 'key encipherment', 'server auth'];
    const template = { commonName: 'kube-apiserver', ...NAMES, usages, notBefore, notAfter: notBefore + YEAR };
    certificate = issueIdentity(authority, 'kube-apiserver', template).certificate;
    certificates.set(authority, certificate);
  }
  return certificate;
}

function send(
  turn: Turn,
  { from, latency }: Connection,
  type: string,
  fields: Record<string, Task[string]> = {},
): void {
  turn.send(from.component, latency, { kind: 'packet', type, machine: from.machine, open: from.open, ...fields });
}

/** A packet for the server: a connection opens, says something, ends. One request a connection. */
export function receiveConnection(turn: Turn, task: Task, serve: (request: ApiRequest) => ApiResponse): void {
  const cell = CELLS + (task.open as number);
  const connection = turn.memory.get<Connection>(cell);
  if (task.type === 'open') accept(turn, task);
  else if (connection === undefined) return;
  else if (task.type === 'end') turn.memory.delete(cell);
  else hear(turn, cell, { ...connection, received: connection.received + (task.text as string) }, serve);
}

function hear(turn: Turn, cell: string, connection: Connection, serve: (request: ApiRequest) => ApiResponse): void {
  const asked = requestOf(connection.received);
  if (asked === undefined) {
    turn.memory.set(cell, connection);
    return;
  }
  turn.memory.delete(cell);
  send(turn, connection, 'data', { text: TLS_HANDSHAKE + servingCertificate(turn) + replyTo(asked, serve) });
  send(turn, connection, 'end');
}

function accept(turn: Turn, task: Task): void {
  const open = (turn.memory.get<number>(COUNT) ?? 0) + 1;
  const from = task.from as unknown as SocketAddress;
  const connection: Connection = { from, latency: task.latency as number, received: '' };
  turn.memory.set(COUNT, open);
  turn.memory.set(CELLS + open, connection);
  send(turn, connection, 'accepted', { from: { component: turn.component, machine: '', open } });
}

type HttpRequest = NonNullable<ReturnType<typeof parseHttpRequest>>['request'];

/** A whole request, and the certificate that its client has shown in the handshake. */
function requestOf(received: string): { readonly request: HttpRequest; readonly certificate?: string } | undefined {
  if (!received.startsWith(TLS_HANDSHAKE)) return parseHttpRequest(received);
  const text = received.slice(TLS_HANDSHAKE.length);
  const end = /-----END CERTIFICATE-----\n/.exec(text);
  if (end === null) return undefined;
  const at = end.index + end[0].length;
  const parsed = parseHttpRequest(text.slice(at));
  return parsed === undefined ? undefined : { ...parsed, certificate: text.slice(0, at) };
}

function replyTo(
  { request, certificate }: NonNullable<ReturnType<typeof requestOf>>,
  serve: (request: ApiRequest) => ApiResponse,
): string {
  const { path, query, headers, body } = request;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (!METHODS.includes(method)) return httpResponse(405, 'text/plain; charset=utf-8', 'Method Not Allowed\n');
  const asked: ApiRequest = {
    method: method as ApiRequest['method'],
    path,
    query,
    headers,
    ...(body === '' ? {} : { body }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
  };
  const isStream = isSet(asked, 'watch') || isSet(asked, 'follow');
  const answer = isStream
    ? { code: 501, body: notSimulated('a connection that stays open to a program in a pod') }
    : serve(asked);
  const type =
    answer.headers?.['content-type'] ?? (typeof answer.body === 'string' ? 'text/plain' : 'application/json');
  const text = responseText(answer, path, headers['user-agent']);
  return httpResponse(answer.code, type, request.method === 'HEAD' ? '' : text, locationLine(answer.headers));
}
