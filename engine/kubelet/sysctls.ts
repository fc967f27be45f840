import type { KubeObject } from '../object.ts';
import type { Rejection } from './rejection.ts';
import type { RunPodSandbox } from './runtime/cri.ts';

/**
 * Parameters of the kernel that a pod may set though nobody has allowed them to the kubelet: each pod has its own, and no
 * other pod feels them. The API server sees to it that no pod sets those of a namespace that is its node's.
 * Source: `pkg/kubelet/sysctl/safe_sysctls.go`.
 */
const SAFE: readonly string[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

interface Sysctl {
  readonly name: string;
  readonly value: string;
}

const sysctlsOf = ({ spec }: KubeObject): readonly Sysctl[] => spec.securityContext?.sysctls ?? [];

/** `net/ipv4/conf` is another way to write `net.ipv4.conf`: the first of the two signs that occurs separates (sysctl(8)). */
function dotted(name: string): string {
  const first = name.search(/[./]/);
  if (first < 0 || name[first] === '.') return name;
  return name.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/'));
}

/** Source: `Admit` in `pkg/kubelet/sysctl/allowlist.go`. */
export function sysctlRejection(pod: KubeObject): Rejection | undefined {
  const unsafe = sysctlsOf(pod)
    .map(({ name }) => dotted(name))
    .find((name) => !SAFE.includes(name));
  if (unsafe === undefined) return undefined;
  return { reason: 'SysctlForbidden', message: `Pod was rejected: forbidden sysctl: "${unsafe}" not allowlisted` };
}

/** What a sandbox is told of them. */
export function sandboxSysctls(pod: KubeObject): RunPodSandbox['sysctls'] {
  const wanted = sysctlsOf(pod);
  if (wanted.length === 0) return undefined;
  return Object.fromEntries(wanted.map(({ name, value }) => [dotted(name), value]));
}
