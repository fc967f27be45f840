import { TLS_HANDSHAKE } from '../process/images/tls.ts';
import type { Turn } from '../sim/turn.ts';
import { type Container, cri } from './pod.ts';
import type { ProbePortAnswer } from './runtime/cri.ts';

const ADDRESS = /^[\d.]+$|^localhost$/;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

/** What came of a connection. `error` is Go's word for why there was none; `isLate`: it came only after the timeout. */
export interface Dialed {
  readonly reply: string;
  readonly error?: string;
  readonly isLate?: boolean;
}

/** The pod for which a connection is made. */
export interface Dialer {
  readonly uid: string;
  readonly address: string;
}

/** Connects to a port: of the pod itself, or of the host that a probe or hook names, as the pod's node reaches it. */
export function dial(turn: Turn, { uid, address }: Dialer, host: string, port: number, text?: string): Dialed {
  if (host !== address && !ADDRESS.test(host)) return { reply: '', error: `dial tcp: lookup ${host}: no such host` };
  const call =
    host === address
      ? ({ call: 'ProbePort', uid, port, text } as const)
      : ({ call: 'DialPort', address: host, port, text } as const);
  const { isOpen, reply, error = 'ECONNREFUSED' } = cri<ProbePortAnswer>(turn, call);
  if (isOpen) return { reply };
  const isLate = error === 'ETIMEDOUT';
  return { reply, error: `dial tcp ${host}:${port}: ${REASONS[error]}`, ...(isLate ? { isLate } : {}) };
}

/** A GET request as the kubelet makes it for probes and hooks. */
export function httpText(host: string, port: number, handler: Container, agent: string): string {
  const headers = (handler.httpHeaders ?? [])
    .map((header: { name: string; value: string }) => `${header.name}: ${header.value}\r\n`)
    .join('');
  return `GET ${pathOf(handler)} HTTP/1.1\r\nHost: ${host}:${port}\r\nUser-Agent: ${agent}\r\nAccept: */*\r\n${headers}Connection: close\r\n\r\n`;
}

function pathOf({ path = '/' }: Container): string {
  return path.startsWith('/') ? path : `/${path}`;
}

export function urlOf(host: string, port: number, handler: Container): string {
  return `${(handler.scheme ?? 'HTTP').toLowerCase()}://${host}:${port}${pathOf(handler)}`;
}

/** A reply without the handshake, and whether there was one. */
export function unsealed(reply: string): { readonly reply: string; readonly isSecure: boolean } {
  const isSecure = reply.startsWith(TLS_HANDSHAKE);
  return { reply: isSecure ? reply.slice(TLS_HANDSHAKE.length) : reply, isSecure };
}
