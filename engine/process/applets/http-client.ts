import { issueFault, parseCertificate, parseCertificates } from '../../certificates/certificate.ts';
import { commonNameOf } from '../../certificates/name.ts';
import { TLS_HANDSHAKE } from '../images/tls.ts';
import { type FileError, read, type Syscall, write } from '../program.ts';
import { isFailure } from './applet.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly isSecure: boolean;
}

/** `http://host:80/path`, `https://host`; undefined for what is neither. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:(https?):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(text);
  if (match === null) return undefined;
  const [, scheme = 'http', host = '', port, path = '/'] = match;
  const isSecure = scheme === 'https';
  return { host, port: Number(port ?? (isSecure ? 443 : 80)), path, isSecure };
}

export interface HttpAnswer {
  readonly code: number;
  readonly reason: string;
  readonly head: string;
  readonly body: string;
}

/** What a client sends, and whom it believes. */
export interface Exchange {
  readonly method: string;
  readonly headers: readonly string[];
  readonly body?: string;
  /** Over TLS: takes any certificate. */
  readonly isTrusting?: boolean;
  /** Over TLS: the authorities it believes, PEM; nobody when absent, as no public authority knows this cluster. */
  readonly authorities?: string;
  /** Over TLS: the certificate it shows, PEM. */
  readonly certificate?: string;
}

/** An exchange that failed: an errno, or what is wrong with the other side's certificate. */
export type ExchangeError = FileError & { readonly reason?: string };

/** One HTTP/1.1 exchange. Answers what came back, or the errno with which it failed. */
export function* httpExchange(
  address: Address,
  exchange: Exchange,
  timeout: number | undefined,
): Generator<Syscall, HttpAnswer | ExchangeError, unknown> {
  const { host, port } = address;
  const socket = (yield { call: 'connect', host, port, ...(timeout === undefined ? {} : { timeout }) }) as
    | number
    | FileError;
  if (isFailure(socket)) return socket;
  const shown = address.isSecure && exchange.certificate !== undefined ? TLS_HANDSHAKE + exchange.certificate : '';
  yield* write(socket, shown + requestText(address, exchange));
  let text = '';
  for (;;) {
    if (timeout !== undefined) {
      const ready = (yield { call: 'select', fds: [socket], timeout }) as number | null;
      if (ready === null) {
        yield { call: 'close', fds: [socket] };
        return { error: 'ETIMEDOUT' };
      }
    }
    const part = yield* read(socket);
    if (part === null) break;
    text += part;
  }
  yield { call: 'close', fds: [socket] };
  return answerOf(text, address, exchange);
}

function requestText({ host, port, path, isSecure }: Address, { method, headers, body }: Exchange): string {
  const isUsual = port === (isSecure ? 443 : 80);
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}${isUsual ? '' : `:${port}`}`,
    ...headers,
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

/** What Go's server says to those who forget the `s`. */
const FORGOTTEN = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

function answerOf(received: string, address: Address, exchange: Exchange): HttpAnswer | ExchangeError {
  const isOverTls = received.startsWith(TLS_HANDSHAKE);
  if (address.isSecure && !isOverTls) return { error: 'ETLS', reason: 'wrong version number' };
  let text = received;
  if (isOverTls && !address.isSecure) text = FORGOTTEN;
  else if (isOverTls) {
    const [, pem = '', rest = ''] = HANDSHAKE.exec(received) ?? [];
    const reason = exchange.isTrusting === true ? undefined : certificateFault(pem, address.host, exchange.authorities);
    if (reason !== undefined) return { error: 'ECERT', reason };
    text = rest;
  }
  const status = /^HTTP\/1\.[01] (\d{3}) ?([^\r\n]*)/.exec(text);
  if (!status) return { error: 'EPROTO' };
  const end = text.indexOf('\r\n\r\n');
  return {
    code: Number(status[1]),
    reason: status[2] as string,
    head: text.slice(0, end),
    body: end < 0 ? '' : text.slice(end + 4),
  };
}

/** A server's certificate, where it shows one, stands before its reply. */
const HANDSHAKE = new RegExp(
  `^${TLS_HANDSHAKE}((?:-----BEGIN CERTIFICATE-----[\\s\\S]*?-----END CERTIFICATE-----\\n)?)([\\s\\S]*)$`,
);

function certificateFault(pem: string, host: string, authorities = ''): string | undefined {
  const certificate = parseCertificate(pem);
  if (certificate === undefined) return 'SSL certificate problem: self-signed certificate';
  const isKnown = parseCertificates(authorities).some((each) => issueFault(certificate, each) === undefined);
  if (!isKnown) return 'SSL certificate problem: unable to get local issuer certificate';
  const names = [commonNameOf(certificate.subject), ...certificate.dnsNames, ...certificate.ipAddresses];
  if (names.includes(host)) return undefined;
  return `SSL: no alternative certificate subject name matches target host name '${host}'`;
}
