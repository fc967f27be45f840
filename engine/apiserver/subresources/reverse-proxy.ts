import type { KubeletResponse } from '../../kubelet/api.ts';
import type { ProbePortAnswer } from '../../kubelet/runtime/cri.ts';
import type { KubeObject } from '../../object.ts';
import { Unreachable } from '../../sim/turn.ts';
import { type Call, refuse } from '../call.ts';
import { badRequest, notFound, serviceUnavailable } from '../errors.ts';
import type { ApiResponse, Status } from '../request.ts';
import { proxiedLink, withProxiedLinks } from './proxied-links.ts';
import type { SubresourceHandler } from './subresource.ts';

/** Where a request is handed on to. */
interface Target {
  readonly address: string;
  readonly port: number;
  /** The node whose runtime holds the address. */
  readonly node: string;
}

/** Hands a request on to a pod, to one of a Service's endpoints, or to a node's kubelet, and its answer back. */
export const reverseProxy: SubresourceHandler = {
  resources: ['pods', 'services', 'nodes'],
  connect(call) {
    if (call.kind.plural === 'nodes') return withSlash(call) ?? kubeletAnswer(call);
    const target = call.kind.plural === 'pods' ? podTarget(call) : serviceTarget(call);
    return withSlash(call) ?? exchange(call, target);
  },
};

/** Who reads without a path is sent to the one with a slash (`proxyRedirectsforRootPath` in `apimachinery/pkg/util/proxy`). */
function withSlash(call: Call): ApiResponse | undefined {
  const { path } = call.request;
  const method: string = call.request.method;
  if (!path.endsWith('/proxy') || (method !== 'GET' && method !== 'HEAD')) return undefined;
  return { code: 301, headers: { location: `${path}/${searchOf(call)}` }, body: '' };
}

/** `http:web:80`, `web:http`, `web`: scheme, name and port (`k8s.io/apimachinery/pkg/util/net.SplitSchemeNamePort`). */
function namePort(call: Call): { readonly name: string; readonly port: string } {
  const parts = call.name.split(':');
  const [scheme, name, port] = parts.length === 3 ? parts : ['http', parts[0], parts[1] ?? ''];
  if (!['http', ''].includes(scheme as string)) {
    refuse(badRequest(`proxying to ${scheme}:${name}: only http is simulated, as no pod here speaks TLS`));
  }
  return { name: name as string, port: port as string };
}

function podTarget(call: Call): Target {
  const { name, port } = namePort(call);
  const pod = call.turn.store.get('pods', call.namespace, name) ?? refuse(notFound(call.kind, name));
  const address: string = pod.status?.podIP ?? '';
  if (address === '') refuse(badRequest('address not allowed'));
  const ports = (
    pod.spec.containers as readonly { readonly ports?: readonly { readonly containerPort: number }[] }[]
  ).flatMap((container) => container.ports ?? []);
  return { address, node: pod.spec.nodeName, port: port === '' ? (ports[0]?.containerPort ?? 80) : Number(port) };
}

interface Endpoint {
  readonly addresses: readonly string[];
  readonly nodeName?: string;
  readonly conditions?: { readonly ready?: boolean };
}

/** Any ready endpoint of the port, as `ResourceLocation` of a Service chooses. */
function serviceTarget(call: Call): Target {
  const { turn, namespace } = call;
  const { name, port } = namePort(call);
  const service = turn.store.get('services', namespace, name) ?? refuse(notFound(call.kind, name));
  const ports = (service.spec?.ports ?? []) as readonly { readonly name?: string; readonly port: number }[];
  const asked =
    port === '' && ports.length === 1
      ? ports[0]
      : ports.find((each) => each.name === port || String(each.port) === port);
  if (asked === undefined) refuse(unavailable(`no service port "${port}" found for service "${name}"`));
  const portName = asked?.name ?? '';
  const candidates = slicesOf(call, name).flatMap((slice) => {
    const found = (slice.ports as readonly { readonly name?: string; readonly port?: number }[] | null)?.find(
      (each) => (each.name ?? '') === portName,
    );
    const ready = (slice.endpoints as readonly Endpoint[]).filter(({ conditions }) => conditions?.ready !== false);
    return found?.port === undefined
      ? []
      : ready.map(({ addresses, nodeName = '' }) => ({
          address: addresses[0] as string,
          node: nodeName,
          port: found.port as number,
        }));
  });
  if (candidates.length === 0) refuse(unavailable(`no endpoints available for service "${call.name}"`));
  return candidates[Math.floor(turn.random() * candidates.length)] as Target;
}

function slicesOf(call: Call, service: string): readonly KubeObject[] {
  const slices = call.turn.store.at('endpointslices.discovery.k8s.io').list(call.namespace);
  return slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
}

/** What follows `/proxy` in the path. */
function restOf(call: Call): string {
  return (/\/proxy(\/.*)?$/.exec(call.request.path)?.[1] ?? '/') + searchOf(call);
}

function searchOf({ request }: Call): string {
  const pairs = Object.entries(request.query ?? {}).flatMap(([name, value]) => {
    return (typeof value === 'string' ? [value] : value).map(
      (one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`,
    );
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Headers of the client that are none of the pod's business. */
const OWN_HEADERS = /^(authorization|connection|host|content-length|impersonate-)/;

function exchange(call: Call, { address, port, node }: Target): ApiResponse {
  const { request, turn } = call;
  const body = typeof request.body === 'string' ? request.body : '';
  const headers = Object.entries(request.headers ?? {}).filter(([name]) => !OWN_HEADERS.test(name));
  const lines = [
    `${request.method} ${restOf(call)} HTTP/1.1`,
    `Host: ${address}:${port}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'X-Forwarded-Proto: https',
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    'Connection: close',
  ];
  const dial = `error trying to reach service: dial tcp ${address}:${port}`;
  try {
    const { uid } = turn.call(`containerd/${node}`, { call: 'PodAt', address }) as { readonly uid?: string };
    if (uid === undefined) return refuse(unavailable(`${dial}: connect: no route to host`));
    const text = `${lines.join('\r\n')}\r\n\r\n${body}`;
    const said = turn.call(`containerd/${node}`, { call: 'ProbePort', uid, port, text }) as ProbePortAnswer;
    if (!said.isOpen) refuse(unavailable(`${dial}: connect: connection refused`));
    return (
      answerOf(said, prefixOf(call)) ??
      refuse(unavailable(`${dial}: it takes its time, and only answers given at once are simulated`))
    );
  } catch (error) {
    if (error instanceof Unreachable) return refuse(unavailable(`${dial}: i/o timeout`));
    throw error;
  }
}

/** The path up to and with `/proxy`. */
function prefixOf({ request: { path } }: Call): string {
  return path.replace(/\/proxy(\/.*)?$/, '/proxy');
}

function answerOf({ reply }: ProbePortAnswer, prefix: string): ApiResponse | undefined {
  const end = /\r?\n\r?\n/.exec(reply);
  const [status = '', ...lines] = reply.slice(0, end?.index ?? 0).split(/\r?\n/);
  const code = /^HTTP\/1\.[01] (\d{3})/.exec(status)?.[1];
  if (end === null || code === undefined) return undefined;
  const header = (name: RegExp) => lines.map((line) => name.exec(line)?.[1]).find((found) => found !== undefined);
  const type = header(/^content-type: *(.*)$/i) ?? 'text/plain; charset=utf-8';
  const location = header(/^location: *(.*)$/i);
  const moved: Record<string, string> = location === undefined ? {} : { location: proxiedLink(location, prefix) };
  const body = reply.slice(end.index + end[0].length);
  const isPage = type.startsWith('text/html') && location === undefined;
  return {
    code: Number(code),
    headers: { 'content-type': type, ...moved },
    body: isPage ? withProxiedLinks(body, prefix) : body,
  };
}

/** The kubelet's own paths: `/api/v1/nodes/node-1/proxy/stats/summary`. */
function kubeletAnswer(call: Call): ApiResponse {
  const { turn, request } = call;
  const { name } = namePort(call);
  const node = turn.store.get('nodes', '', name) ?? refuse(notFound(call.kind, name));
  const path = restOf(call);
  try {
    if (request.method !== 'GET') refuse(badRequest('only GET of the kubelet is simulated'));
    const { code, text, message } = turn.call(`kubelet/${name}`, { call: 'get', path }) as KubeletResponse;
    const type = text?.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8';
    return { code, headers: { 'content-type': type }, body: text ?? `${message}\n` };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const addresses = node.status?.addresses as
      | readonly { readonly type: string; readonly address: string }[]
      | undefined;
    const address = addresses?.find(({ type }) => type === 'InternalIP')?.address ?? name;
    return refuse(unavailable(`error trying to reach service: dial tcp ${address}:10250: ${error.message}`));
  }
}

function unavailable(message: string): Status {
  return { ...serviceUnavailable(), message };
}
