import type { FileNode } from './files.ts';

/** Who a process acts as: the ids of credentials(7), and the capabilities it may have (its bounding set). */
export interface Credentials {
  readonly user: number;
  readonly group: number;
  /** Supplementary groups, sorted. */
  readonly groups: readonly number[];
  /** Names without `CAP_`. */
  readonly capabilities: readonly string[];
}

/** Names by number: bit 0 is CHOWN. Source: capabilities(7). */
export const CAPABILITIES: readonly string[] =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );

/** What a container has that asks for nothing else (`defaultUnixCaps` in containerd's `pkg/oci`). */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
];

export const ROOT: Credentials = { user: 0, group: 0, groups: [], capabilities: DEFAULT_CAPABILITIES };

/** Root acts with all capabilities that were left to it, everybody else without any. */
export function hasCapability({ user, capabilities }: Credentials, name: string): boolean {
  return user === 0 && capabilities.includes(name);
}

/** `00000000a80425fb`: a set of capabilities as /proc/PID/status shows it. */
export function capabilityMask(names: readonly string[]): string {
  let mask = 0n;
  for (const name of names) {
    const bit = CAPABILITIES.indexOf(name);
    if (bit >= 0) mask |= 1n << BigInt(bit);
  }
  return mask.toString(16).padStart(16, '0');
}

export const READ = 4;
export const WRITE = 2;

/** Whether the permission bits of a file allow an access (path_resolution(7)). */
export function mayAccess(credentials: Credentials, node: FileNode, access: number): boolean {
  if (node.type !== 'file' && node.type !== 'directory') return true;
  if (hasCapability(credentials, 'DAC_OVERRIDE')) return true;
  const { user, group, groups } = credentials;
  const owner = node.group ?? 0;
  const shift = user === (node.user ?? 0) ? 6 : group === owner || groups.includes(owner) ? 3 : 0;
  return ((node.mode >> shift) & access) === access;
}
