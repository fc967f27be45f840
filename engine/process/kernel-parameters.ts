import type { Machine } from './process.ts';

/** Parameters of the kernel that a network or IPC namespace has for itself, as it begins with them (ip(7), tcp(7), proc(5)). */
const INITIAL: Readonly<Record<string, string>> = {
  'kernel.shm_rmid_forced': '0',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_local_reserved_ports': '',
  'net.ipv4.ip_unprivileged_port_start': '1024',
  'net.ipv4.ping_group_range': '1\t0',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_wmem': '4096\t16384\t4194304',
};

/** Those that are simulated, sorted. */
export const KERNEL_PARAMETERS: readonly string[] = Object.keys(INITIAL);

/** Several values in one parameter are told with tabs between them. */
export function kernelParameter({ sysctls }: Machine, name: string): string | undefined {
  const initial = INITIAL[name];
  if (initial === undefined) return undefined;
  return sysctls?.[name]?.trim().replace(/\s+/g, '\t') ?? initial;
}
