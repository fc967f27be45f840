import { CLUSTER_DOMAIN } from '../cni/dns/zone.ts';
import type { KubeObject } from '../object.ts';
import type { Naming, Resolver } from '../process/naming.ts';

/** `clusterDNS` of the kubelet's configuration: the service that kubeadm gives CoreDNS. */
export const CLUSTER_DNS = '10.96.0.10';

/** The node's own /etc/resolv.conf. */
const NODE_RESOLVER: Resolver = { nameservers: ['10.255.255.53'], searches: [], options: [] };

interface DnsConfig {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly { readonly name: string; readonly value?: string }[];
}

/** Names of a pod and the names it knows. Source: `pkg/kubelet/network/dns/dns.go`, `pkg/kubelet/kubelet_pods.go`. */
export function namingOf(pod: KubeObject): Naming {
  const { hostAliases, hostNetwork, subdomain, hostnameOverride } = pod.spec;
  const resolver = resolverOf(pod);
  if (!hostAliases && !hostNetwork && !subdomain) return { resolver };
  return {
    resolver,
    ...(subdomain && !hostnameOverride
      ? { domain: `${subdomain}.${pod.metadata.namespace}.svc.${CLUSTER_DOMAIN}` }
      : {}),
    ...(hostAliases ? { hostAliases } : {}),
    ...(hostNetwork ? { hostsFile: 'host network' as const } : {}),
  };
}

/** Pods without wishes of their own share one resolver a namespace. */
const CLUSTER_RESOLVERS = new Map<string, Resolver>();

function clusterResolver(namespace: string): Resolver {
  let known = CLUSTER_RESOLVERS.get(namespace);
  if (!known) {
    const searches = [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
    known = { nameservers: [CLUSTER_DNS], searches, options: ['ndots:5'] };
    CLUSTER_RESOLVERS.set(namespace, known);
  }
  return known;
}

function resolverOf({ metadata, spec }: KubeObject): Resolver {
  const policy: string = spec.dnsPolicy ?? 'ClusterFirst';
  const isCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !spec.hostNetwork);
  const base: Resolver =
    policy === 'None'
      ? { nameservers: [], searches: [], options: [] }
      : isCluster
        ? clusterResolver(metadata.namespace ?? '')
        : NODE_RESOLVER;
  return spec.dnsConfig ? extended(base, spec.dnsConfig) : base;
}

function extended(base: Resolver, { nameservers = [], searches = [], options = [] }: DnsConfig): Resolver {
  const isOverridden = (option: string): boolean => options.some(({ name }) => name === option.replace(/:.*/, ''));
  return {
    nameservers: [...new Set([...base.nameservers, ...nameservers])],
    searches: [...new Set([...base.searches, ...searches])],
    options: [
      ...base.options.filter((option) => !isOverridden(option)),
      ...options.map(({ name, value }) => (value ? `${name}:${value}` : name)),
    ],
  };
}
