import type { KubeObject } from '../../object.ts';
import { answerName, CLUSTER_DOMAIN, type DnsAnswer, type DnsSource } from './zone.ts';

/** What a name can be asked for. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'SRV';

interface SlicePort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
}

const PRIORITY = 0;
const WEIGHTS = 100;

/**
 * What the DNS server of a cluster says to a question of any type, as CoreDNS's `kubernetes` plugin does:
 *
 *     SRV _http._tcp.web.default.svc.cluster.local -> 0 100 80 web.default.svc.cluster.local.
 *     CNAME away.default.svc.cluster.local         -> example.com.
 *     PTR 7.0.96.10.in-addr.arpa                   -> web.default.svc.cluster.local.
 */
export function answerRecords(source: DnsSource, question: string, type: RecordType): DnsAnswer {
  if (type === 'A') return answerName(source, question);
  const name = question.replace(/\.$/, '').toLowerCase();
  if (type === 'AAAA') return { ...answerName(source, question), addresses: [] };
  const records =
    type === 'PTR' ? pointers(source, name) : type === 'CNAME' ? alias(source, name) : ports(source, name);
  return { status: records.length > 0 ? 'NOERROR' : 'NXDOMAIN', name, addresses: [], records };
}

/** The service that a name is about, and what stands before it. */
function serviceOf(source: DnsSource, name: string) {
  const suffix = `.svc.${CLUSTER_DOMAIN}`;
  if (!name.endsWith(suffix)) return undefined;
  const labels = name.slice(0, -suffix.length).split('.');
  const namespace = labels.pop() ?? '';
  const last = labels.pop();
  const service = last === undefined ? undefined : source.service(namespace, last);
  return service === undefined ? undefined : { service, labels };
}

const domainOf = ({ metadata }: KubeObject): string =>
  `${metadata.name}.${metadata.namespace ?? ''}.svc.${CLUSTER_DOMAIN}.`;

function alias(source: DnsSource, name: string): readonly string[] {
  const spec = serviceOf(source, name)?.service.spec;
  return spec?.type === 'ExternalName' ? [`${spec.externalName}.`] : [];
}

function ports(source: DnsSource, name: string): readonly string[] {
  const found = serviceOf(source, name);
  if (found === undefined || found.service.spec.type === 'ExternalName') return [];
  const [portName, protocol, ...more] = found.labels;
  if (more.length > 0 || (portName !== undefined && protocol === undefined)) return [];
  const isAsked = (port: SlicePort) =>
    portName === undefined ||
    (`_${port.name ?? ''}` === portName && `_${(port.protocol ?? 'TCP').toLowerCase()}` === protocol);
  const targets = found.service.spec.clusterIP === 'None' ? endpointTargets(source, found.service, isAsked) : [];
  if (found.service.spec.clusterIP !== 'None')
    for (const port of ((found.service.spec.ports ?? []) as readonly SlicePort[]).filter(isAsked))
      targets.push([port.port ?? 0, domainOf(found.service)]);
  const weight = Math.floor(WEIGHTS / Math.max(targets.length, 1));
  return targets.map(([port, target]) => `${PRIORITY} ${weight} ${port} ${target}`);
}

/** Ports of the ready endpoints of a headless service, each under the endpoint's own name. */
function endpointTargets(
  source: DnsSource,
  service: KubeObject,
  isAsked: (port: SlicePort) => boolean,
): (readonly [number, string])[] {
  const { name, namespace = '' } = service.metadata;
  return source
    .slices(namespace, name)
    .flatMap((slice) =>
      ((slice.ports ?? []) as readonly SlicePort[])
        .filter(isAsked)
        .flatMap((port) =>
          readyEndpoints(slice).map(
            ({ address, hostname }) =>
              [port.port ?? 0, `${hostname ?? address.replaceAll('.', '-')}.${domainOf(service)}`] as const,
          ),
        ),
    );
}

function readyEndpoints(slice: KubeObject) {
  const endpoints = (slice.endpoints ?? []) as readonly {
    readonly addresses: readonly string[];
    readonly hostname?: string;
    readonly conditions?: { readonly ready?: boolean };
  }[];
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname }) => addresses.map((address) => ({ address, hostname })));
}

/** Names of an address that is asked for backwards: of its service, or of endpoints of headless ones. */
function pointers(source: DnsSource, name: string): readonly string[] {
  const backwards = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (backwards === undefined) return [];
  const asked = backwards.split('.').filter(Boolean).reverse().join('.');
  const services = source.services();
  const own = services.find(({ spec }) => spec.clusterIP === asked);
  if (own !== undefined) return [domainOf(own)];
  return services
    .filter(({ spec }) => spec.clusterIP === 'None')
    .flatMap((service) =>
      source
        .slices(service.metadata.namespace ?? '', service.metadata.name)
        .flatMap(readyEndpoints)
        .filter(({ address }) => address === asked)
        .map(({ hostname }) => `${hostname ?? asked.replaceAll('.', '-')}.${domainOf(service)}`),
    );
}
