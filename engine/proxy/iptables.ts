import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Backend, PortRule } from './rules.ts';

/** Rules of one table in the form of `iptables-save`. */
export interface IptablesTable {
  readonly name: 'nat' | 'filter';
  /** Chains with their policy, `-` for those that kube-proxy has made. */
  readonly chains: readonly (readonly [chain: string, policy: string])[];
  /** `-A KUBE-SERVICES …`. */
  readonly rules: readonly string[];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const NAME_LENGTH = 16;

/** `NPX46M4PTMTKRN6Y`: the beginning of a digest in base 32 (`portProtoHash` in `pkg/proxy/iptables/proxier.go`). */
function chainHash(text: string): string {
  let bits = '';
  for (const byte of sha256(utf8ToBytes(text)).slice(0, (NAME_LENGTH * 5) / 8))
    bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five, 2)]).join('');
}

/** One port of a Service: what it is called, and where connections to it come in. */
interface ServicePort {
  /** `default/web:http`. */
  readonly name: string;
  readonly protocol: string;
  readonly hash: string;
  readonly inner: PortRule;
  readonly outer?: PortRule;
}

interface Entrance {
  readonly protocol: string;
  readonly address: string;
  readonly port: string;
}

function entranceOf(key: string): Entrance {
  const [protocol = '', address = '', port = ''] = key.split('/');
  return { protocol: protocol.toLowerCase(), address, port };
}

/** The rule for the cluster's address comes before the one for the ways from outside (`computeRules`). */
function portsOf(rules: readonly PortRule[]): ServicePort[] {
  const ports = new Map<string, ServicePort>();
  for (const rule of rules) {
    const { protocol } = entranceOf(rule.entrances[0] ?? '');
    const name = rule.portName === '' ? rule.service : `${rule.service}:${rule.portName}`;
    const key = name + protocol;
    const known = ports.get(key);
    ports.set(key, known ? { ...known, outer: rule } : { name, protocol, hash: chainHash(key), inner: rule });
  }
  return [...ports.values()];
}

/** Collects rules by chain. */
class Table {
  private readonly chains = new Map<string, string[]>();

  add(chain: string, ...rules: readonly string[]): void {
    this.chains.set(chain, [...(this.chains.get(chain) ?? []), ...rules]);
  }

  has(chain: string): boolean {
    return this.chains.has(chain);
  }

  whole(name: IptablesTable['name'], builtIn: readonly string[]): IptablesTable {
    const own = [...this.chains.keys()].filter((chain) => !builtIn.includes(chain)).sort();
    return {
      name,
      chains: [...builtIn.map((chain) => [chain, 'ACCEPT'] as const), ...own.map((chain) => [chain, '-'] as const)],
      rules: [...builtIn, ...own].flatMap((chain) =>
        (this.chains.get(chain) ?? []).map((rule) => `-A ${chain} ${rule}`),
      ),
    };
  }
}

const comment = (text: string): string => `-m comment --comment "${text}"`;
const MARK = '0x4000';

/**
 * What kube-proxy has put into the kernel, as iptables-save prints it. Names of chains, order and comments are those of
 * `syncProxyRules` in `pkg/proxy/iptables/proxier.go`. `clusterCIDR` is the range of all pods.
 */
export function iptablesTables(rules: readonly PortRule[], clusterCIDR: string): readonly IptablesTable[] {
  const nat = new Table();
  const filter = new Table();
  nat.add('PREROUTING', `${comment('kubernetes service portals')} -j KUBE-SERVICES`);
  nat.add('OUTPUT', `${comment('kubernetes service portals')} -j KUBE-SERVICES`);
  nat.add('POSTROUTING', `${comment('kubernetes postrouting rules')} -j KUBE-POSTROUTING`);
  nat.add('KUBE-MARK-MASQ', `-j MARK --set-xmark ${MARK}/${MARK}`);
  nat.add('KUBE-NODEPORTS');
  nat.add(
    'KUBE-POSTROUTING',
    `-m mark ! --mark ${MARK}/${MARK} -j RETURN`,
    `-j MARK --set-xmark ${MARK}/0x0`,
    `${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`,
  );
  nat.add('KUBE-SERVICES');
  const fresh = '-m conntrack --ctstate NEW';
  for (const chain of ['INPUT', 'FORWARD', 'OUTPUT'])
    filter.add(chain, `${fresh} ${comment('kubernetes service portals')} -j KUBE-SERVICES`);
  filter.add('INPUT', `${fresh} ${comment('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`);
  filter.add('KUBE-SERVICES');
  filter.add('KUBE-EXTERNAL-SERVICES');
  for (const port of portsOf(rules)) addPort(nat, filter, port, clusterCIDR);
  const last = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain';
  nat.add('KUBE-SERVICES', `${comment(last)} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`);
  return [
    nat.whole('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']),
    filter.whole('filter', ['INPUT', 'FORWARD', 'OUTPUT']),
  ];
}

function addPort(nat: Table, filter: Table, port: ServicePort, clusterCIDR: string): void {
  const { name, hash, inner, outer } = port;
  const service = `KUBE-SVC-${hash}`;
  for (const key of inner.entrances) {
    const way = to(entranceOf(key), `${name} cluster IP`);
    if (inner.backends.length === 0) refuse(filter, 'KUBE-SERVICES', key, name, inner);
    else {
      nat.add('KUBE-SERVICES', `${way} -j ${service}`);
      nat.add(service, `! -s ${clusterCIDR} ${way} -j KUBE-MARK-MASQ`);
    }
  }
  balance(nat, service, port, inner);
  if (!outer) return;
  if (outer.backends.length === 0) {
    for (const key of outer.entrances) refuse(filter, 'KUBE-EXTERNAL-SERVICES', key, name, outer);
    return;
  }
  const external = `KUBE-EXT-${hash}`;
  for (const key of outer.entrances) {
    const entrance = entranceOf(key);
    if (entrance.address === '*')
      nat.add(
        'KUBE-NODEPORTS',
        `-p ${entrance.protocol} ${comment(name)} -m ${entrance.protocol} --dport ${entrance.port} -j ${external}`,
      );
    else nat.add('KUBE-SERVICES', `${to(entrance, `${name} external IP`)} -j ${external}`);
  }
  if (outer.backends === inner.backends) {
    nat.add(external, `${comment(`masquerade traffic for ${name} external destinations`)} -j KUBE-MARK-MASQ`);
    nat.add(external, `-j ${service}`);
  } else addLocal(nat, external, port, outer, clusterCIDR);
}

/** The external traffic policy Local: pods of other nodes are not asked, and addresses of clients stay. */
function addLocal(nat: Table, external: string, port: ServicePort, outer: PortRule, clusterCIDR: string): void {
  const { name, hash } = port;
  const isLocal = '-m addrtype --src-type LOCAL';
  nat.add(
    external,
    `-s ${clusterCIDR} ${comment(`pod traffic for ${name} external destinations`)} -j KUBE-SVC-${hash}`,
    `${comment(`masquerade LOCAL traffic for ${name} external destinations`)} ${isLocal} -j KUBE-MARK-MASQ`,
    `${comment(`route LOCAL traffic for ${name} external destinations`)} ${isLocal} -j KUBE-SVC-${hash}`,
    `-j KUBE-SVL-${hash}`,
  );
  balance(nat, `KUBE-SVL-${hash}`, port, outer);
}

function to({ protocol, address, port }: Entrance, text: string): string {
  return `-d ${address}/32 -p ${protocol} ${comment(text)} -m ${protocol} --dport ${port}`;
}

/** No endpoint anywhere is refused; none on this node, where only those count, is not answered. */
function refuse(filter: Table, chain: string, key: string, name: string, { drops }: PortRule): void {
  const { protocol, address, port } = entranceOf(key);
  const where = address === '*' ? '-m addrtype --dst-type LOCAL ' : `-d ${address}/32 `;
  const text = comment(drops ? `${name} has no local endpoints` : `${name} has no endpoints`);
  const end = drops ? '-j DROP' : '-j REJECT --reject-with icmp-port-unreachable';
  const isAnywhere = address === '*';
  filter.add(
    chain,
    isAnywhere
      ? `-p ${protocol} ${text} ${where}-m ${protocol} --dport ${port} ${end}`
      : `${where}-p ${protocol} ${text} -m ${protocol} --dport ${port} ${end}`,
  );
}

/** Fractions of 2³¹, as the kernel keeps them. */
function probability(count: number): string {
  const given = Number((1 / count).toFixed(10));
  return (Math.round(given * 2 ** 31) / 2 ** 31).toFixed(11);
}

/** Each endpoint in turn with the chance that makes all equal; with session affinity those that were met before come first. */
function balance(nat: Table, chain: string, port: ServicePort, { backends, sessionAffinitySeconds }: PortRule): void {
  const chains = backends.map((backend) => endpointChain(nat, port, backend, sessionAffinitySeconds !== undefined));
  const text = ({ address, port: number }: Backend): string => comment(`${port.name} -> ${address}:${number}`);
  if (sessionAffinitySeconds !== undefined)
    backends.forEach((backend, at) => {
      const recent = `-m recent --rcheck --seconds ${sessionAffinitySeconds} --reap --name ${chains[at]} --mask 255.255.255.255 --rsource`;
      nat.add(chain, `${text(backend)} ${recent} -j ${chains[at]}`);
    });
  backends.forEach((backend, at) => {
    const rest = backends.length - at;
    const chance = rest > 1 ? ` -m statistic --mode random --probability ${probability(rest)}` : '';
    nat.add(chain, `${text(backend)}${chance} -j ${chains[at]}`);
  });
}

function endpointChain(
  nat: Table,
  { name, protocol }: ServicePort,
  { address, port }: Backend,
  hasAffinity: boolean,
): string {
  const chain = `KUBE-SEP-${chainHash(`${name}${protocol}${address}:${port}`)}`;
  if (nat.has(chain)) return chain;
  const recent = hasAffinity ? `-m recent --set --name ${chain} --mask 255.255.255.255 --rsource ` : '';
  nat.add(chain, `-s ${address}/32 ${comment(name)} -j KUBE-MARK-MASQ`);
  nat.add(chain, `-p ${protocol} ${comment(name)} ${recent}-m ${protocol} -j DNAT --to-destination ${address}:${port}`);
  return chain;
}

/** The text of `iptables-save`. */
export function iptablesText(tables: readonly IptablesTable[]): string {
  return tables
    .map(({ name, chains, rules }) =>
      [`*${name}`, ...chains.map(([chain, policy]) => `:${chain} ${policy} [0:0]`), ...rules, 'COMMIT', ''].join('\n'),
    )
    .join('');
}
