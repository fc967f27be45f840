/** How a machine knows others by name: what its /etc/resolv.conf and /etc/hosts say. */
export interface Naming {
  /** After the host name: `db.default.svc.cluster.local`. */
  readonly domain?: string;
  readonly hostAliases?: readonly HostAlias[];
  readonly resolver?: Resolver;
  /** The kubelet writes the hosts file of a pod; one with the node's network has a copy of the node's. */
  readonly hostsFile?: 'pod' | 'host network' | 'machine';
}

export interface HostAlias {
  readonly ip: string;
  readonly hostnames?: readonly string[];
}

/** `/etc/resolv.conf`, see resolv.conf(5). */
export interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export function resolverText({ nameservers, searches, options }: Resolver): string {
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((server) => `nameserver ${server}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The names that are asked for one after the other: a name with few dots is tried in the search domains first. */
export function candidates({ searches, options }: Resolver, name: string): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const ndots = Number(options.find((option) => option.startsWith('ndots:'))?.slice('ndots:'.length) ?? 1);
  const searched = searches.map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

/** The hosts file (`managedHostsFileContent` and `nodeHostsFileContent` in `pkg/kubelet/kubelet_pods.go`). */
export function hostsText(
  address: string,
  hostname: string,
  { domain, hostAliases = [], hostsFile = 'pod' }: Naming,
): string {
  const machine = ['127.0.0.1\tlocalhost', `127.0.1.1\t${hostname}`, '::1\tlocalhost ip6-localhost ip6-loopback'];
  const lines = {
    machine,
    'host network': ['# Kubernetes-managed hosts file (host network).', ...machine],
    pod: podLines(address, hostname, domain),
  }[hostsFile];
  if (hostAliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.');
    for (const { ip, hostnames = [] } of hostAliases) lines.push(`${ip}\t${hostnames.join('\t')}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** With `setHostnameAsFQDN` the host name has the domain in it already. */
function podLines(address: string, hostname: string, domain: string | undefined): string[] {
  const short =
    domain !== undefined && hostname.endsWith(`.${domain}`) ? hostname.slice(0, -domain.length - 1) : hostname;
  return [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${address}\t${domain === undefined ? short : `${short}.${domain}\t${short}`}`,
  ];
}
