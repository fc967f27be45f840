import type { ProbePortAnswer } from '../../../kubelet/runtime/cri.ts';
import type { KubeObject } from '../../../object.ts';
import { TLS_HANDSHAKE } from '../../../process/images/tls.ts';
import { type Turn, Unreachable } from '../../../sim/turn.ts';
import type { Hook } from './hooks.ts';

/** Go's words for a connection or an answer that did not come about. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
}

const SLICES = 'endpointslices.discovery.k8s.io';

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean };
  readonly nodeName?: string;
  readonly targetRef?: { readonly kind?: string; readonly name: string; readonly uid?: string };
}

/** One pod behind a service, with the port at which it listens. */
interface Backend {
  readonly node: string;
  readonly uid: string;
  readonly port: number;
}

/**
 * Posts a body to a webhook and returns the body of its answer. The request stays within the server's own turn, as a
 * kubelet's probe does: the program in the pod answers at once or not at all, and then the call has timed out, though
 * no time passes. Its certificate is there or not; it is not looked into.
 */
export function post(turn: Turn, { clientConfig, timeoutSeconds = 10 }: Hook, body: string): string {
  const { service, url, caBundle } = clientConfig;
  const address =
    service === undefined
      ? `${url}?timeout=${timeoutSeconds}s`
      : `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path ?? '/'}?timeout=${timeoutSeconds}s`;
  const fail = (why: string): never => {
    throw new CallFailure(`Post "${address}": ${why}`);
  };
  if (service === undefined) {
    const host = /^https:\/\/([^/:]+)/.exec(url ?? '')?.[1] ?? '';
    return fail(`dial tcp: lookup ${host}: no such host`);
  }
  const found = turn.store.get('services', service.namespace, service.name);
  if (found === undefined) return fail(`service "${service.name}" not found`);
  const target = serviceTarget(found, service.port ?? 443);
  if (target === undefined) return fail(`no service port ${service.port ?? 443} found for service "${service.name}"`);
  const refused = `dial tcp ${target.address}: connect: connection refused`;
  const backend = chosenBackend(turn, found, target.portName);
  if (backend === undefined) return fail(refused);
  const heard = exchange(turn, backend, requestText(address, body), () => fail('context deadline exceeded'));
  if (!heard.isOpen) return fail(refused);
  if (heard.reply === '') return fail('context deadline exceeded');
  if (!heard.reply.startsWith(TLS_HANDSHAKE)) return fail('http: server gave HTTP response to HTTPS client');
  if (!caBundle) return fail('tls: failed to verify certificate: x509: certificate signed by unknown authority');
  return answerBody(heard.reply.slice(TLS_HANDSHAKE.length));
}

interface Target {
  /** Cluster IP and port, as Go prints an address. */
  readonly address: string;
  readonly portName: string;
}

function serviceTarget({ spec }: KubeObject, port: number): Target | undefined {
  const ports: readonly { readonly port: number; readonly name?: string }[] = spec?.ports ?? [];
  const found = ports.find((each) => each.port === port);
  return found && { address: `${spec?.clusterIP}:${port}`, portName: found.name ?? '' };
}

/** One of the ready endpoints, by lot. */
function chosenBackend(turn: Turn, { metadata }: KubeObject, portName: string): Backend | undefined {
  const slices = turn.store.at(SLICES).by('service', `${metadata.namespace}/${metadata.name}`);
  const backends = slices.flatMap(({ endpoints, ports }): readonly Backend[] => {
    const named: readonly { readonly name?: string; readonly port?: number }[] = ports ?? [];
    const port = named.find(({ name = '' }) => name === portName)?.port;
    if (port === undefined) return [];
    return ((endpoints ?? []) as readonly Endpoint[]).flatMap(({ conditions, nodeName, targetRef }) =>
      conditions?.ready === false || nodeName === undefined || targetRef?.uid === undefined
        ? []
        : [{ node: nodeName, uid: targetRef.uid, port }],
    );
  });
  if (backends.length < 2) return backends[0];
  return backends[Math.floor(turn.random() * backends.length)];
}

function exchange(turn: Turn, { node, uid, port }: Backend, text: string, timedOut: () => never): ProbePortAnswer {
  try {
    return turn.call(`containerd/${node}`, { call: 'ProbePort', uid, port, text }) as ProbePortAnswer;
  } catch (error) {
    if (error instanceof Unreachable) return timedOut();
    throw error;
  }
}

function requestText(address: string, body: string): string {
  const [, host = '', path = '/'] = /^https:\/\/([^/]+)(.*)$/.exec(address) ?? [];
  return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}

function answerBody(reply: string): string {
  const code = Number(/^HTTP\/\d\.\d (\d{3})/.exec(reply)?.[1] ?? 0);
  const body = reply.slice(reply.indexOf('\r\n\r\n') + 4);
  if (code >= 200 && code < 300) return body;
  if (code === 404) throw new CallFailure('the server could not find the requested resource');
  throw new CallFailure(
    `an error on the server (${JSON.stringify(body.trim())}) has prevented the request from succeeding`,
  );
}
