import type { KubeObject } from '../../object.ts';

/** What the DNS server of a cluster reads to answer. */
export interface DnsSource {
  service(namespace: string, name: string): KubeObject | undefined;
  slices(namespace: string, service: string): readonly KubeObject[];
  services(): readonly KubeObject[];
}

/** The answer to a question for addresses. `name` is the name at the end of the aliases. */
export interface DnsAnswer {
  readonly status: 'NOERROR' | 'NXDOMAIN';
  readonly name: string;
  readonly addresses: readonly string[];
  /** What was found where something else than addresses was asked for. */
  readonly records?: readonly string[];
}

export const CLUSTER_DOMAIN = 'cluster.local';

/** Aliases followed before a server gives up. */
const ALIASES = 8;

/**
 * Addresses of a name, as CoreDNS's `kubernetes` plugin has them: services, endpoints of headless services, pods by
 * address. Source: `docs/services-networking/dns-pod-service`, the specification of Kubernetes DNS-based discovery.
 *
 *     web.default.svc.cluster.local         -> the service's cluster IP; a headless service's endpoints
 *     db-0.db.default.svc.cluster.local     -> one endpoint, by its hostname or its address with dashes
 *     10-244-0-5.default.pod.cluster.local  -> that address
 */
export function answerName(source: DnsSource, question: string, aliases = 0): DnsAnswer {
  const name = question.replace(/\.$/, '').toLowerCase();
  const unknown: DnsAnswer = { status: 'NXDOMAIN', name, addresses: [] };
  if (!name.endsWith(`.${CLUSTER_DOMAIN}`) || aliases > ALIASES) return unknown;
  const labels = name.slice(0, -CLUSTER_DOMAIN.length - 1).split('.');
  const kind = labels.pop();
  const namespace = labels.pop();
  const last = labels.pop();
  if (namespace === undefined || last === undefined) return unknown;
  if (kind === 'pod') return podAnswer(unknown, last);
  if (kind !== 'svc') return unknown;
  const service = source.service(namespace, last);
  if (!service) return unknown;
  if (service.spec.type === 'ExternalName') return answerName(source, service.spec.externalName, aliases + 1);
  if (labels.length > 0) return endpointAnswer(source, service, unknown, labels);
  if (service.spec.clusterIP !== 'None') return { status: 'NOERROR', name, addresses: [service.spec.clusterIP] };
  const addresses = endpointsOf(source, service).map(({ address }) => address);
  return addresses.length === 0 ? unknown : { status: 'NOERROR', name, addresses };
}

function podAnswer(unknown: DnsAnswer, label: string): DnsAnswer {
  const address = label.replaceAll('-', '.');
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(address)
    ? { status: 'NOERROR', name: unknown.name, addresses: [address] }
    : unknown;
}

function endpointAnswer(source: DnsSource, service: KubeObject, unknown: DnsAnswer, labels: string[]): DnsAnswer {
  const [label = ''] = labels;
  const found = endpointsOf(source, service).filter(
    ({ hostname, address }) => (hostname ?? address.replaceAll('.', '-')) === label,
  );
  if (labels.length > 1 || found.length === 0) return unknown;
  return { status: 'NOERROR', name: unknown.name, addresses: found.map(({ address }) => address) };
}

/** Endpoints that are ready: those of a service that publishes others too are written down as ready. */
function endpointsOf(
  source: DnsSource,
  service: KubeObject,
): { readonly address: string; readonly hostname?: string }[] {
  const { name, namespace = '' } = service.metadata;
  return source
    .slices(namespace, name)
    .flatMap(({ endpoints }) =>
      ((endpoints ?? []) as readonly { addresses: string[]; hostname?: string; conditions?: { ready?: boolean } }[])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses, hostname }) =>
          addresses.map((address) => ({ address, ...(hostname === undefined ? {} : { hostname }) })),
        ),
    );
}
