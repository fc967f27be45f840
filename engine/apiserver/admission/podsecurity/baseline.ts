import { appArmorProfile } from './app-armor.ts';
import {
  type Check,
  type CheckedPod,
  type Container,
  containerNames,
  containersOf,
  distinct,
  hasUserNamespace,
  plural,
  quoted,
  setters,
  type Violation,
} from './check.ts';
import { seLinuxOptions } from './se-linux.ts';
import { seccompBaseline } from './seccomp.ts';

const DEFAULT_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** Sysctls that are safe, by the release since which they are. */
const SAFE_SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

/** The baseline: nothing that gives a pod a known way to more than its own. Source: `k8s.io/pod-security-admission/policy`. */
export const BASELINE_CHECKS: readonly Check[] = [
  appArmorProfile,
  simple('capabilities_baseline', addedCapabilities),
  simple('hostNamespaces', hostNamespaces),
  simple('hostPathVolumes', hostPathVolumes),
  simple('hostPorts', hostPorts),
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [{ since: 34, check: probeHosts }] },
  simple('privileged', privileged),
  {
    id: 'procMount',
    level: 'baseline',
    versions: [
      { since: 0, check: procMount },
      { since: 35, check: (pod) => (hasUserNamespace(pod) ? undefined : procMount(pod)) },
    ],
  },
  seLinuxOptions,
  seccompBaseline,
  {
    id: 'sysctls',
    level: 'baseline',
    versions: [0, 27, 29, 32].map((since) => ({ since, check: (pod) => sysctls(pod, since) })),
  },
  simple('windowsHostProcess', windowsHostProcess),
];

function simple(id: string, check: (pod: CheckedPod) => Violation | undefined): Check {
  return { id, level: 'baseline', versions: [{ since: 0, check }] };
}

function addedCapabilities(pod: CheckedPod): Violation | undefined {
  const added = (container: Container): readonly string[] =>
    (container.securityContext?.capabilities?.add ?? []).filter(
      (capability: string) => !DEFAULT_CAPABILITIES.includes(capability),
    );
  const bad = containersOf(pod).filter((container) => added(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = containerNames(bad.map(({ name }) => name));
  const capabilities = quoted(distinct(bad.flatMap(added)));
  return {
    reason: 'non-default capabilities',
    detail: `${names} must not include ${capabilities} in securityContext.capabilities.add`,
  };
}

function hostNamespaces({ spec }: CheckedPod): Violation | undefined {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => spec?.[name] === true);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((name) => `${name}=true`).join(', ') };
}

function hostPathVolumes({ spec }: CheckedPod): Violation | undefined {
  const volumes: readonly Container[] = (spec?.volumes ?? []).filter(({ hostPath }: Container) => hostPath);
  if (volumes.length === 0) return undefined;
  const names = quoted(volumes.map(({ name }) => name));
  return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', volumes.length)} ${names}` };
}

function hostPorts(pod: CheckedPod): Violation | undefined {
  const portsOf = ({ ports = [] }: Container): readonly string[] =>
    ports.filter(({ hostPort }: Container) => hostPort).map(({ hostPort }: Container) => String(hostPort));
  const bad = containersOf(pod).filter((container) => portsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const ports = distinct(bad.flatMap(portsOf));
  const names = containerNames(bad.map(({ name }) => name));
  const use = `${plural('uses', 'use', bad.length)} ${plural('hostPort', 'hostPorts', ports.length)}`;
  return { reason: 'hostPort', detail: `${names} ${use} ${ports.join(', ')}` };
}

/** Probes and hooks that would have the kubelet call some other host. */
function probeHosts(pod: CheckedPod): Violation | undefined {
  const hostsOf = (container: Container): readonly string[] =>
    [
      container.livenessProbe,
      container.readinessProbe,
      container.startupProbe,
      container.lifecycle?.postStart,
      container.lifecycle?.preStop,
    ]
      .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
      .filter((host) => host !== undefined && host !== '');
  const bad = containersOf(pod).filter((container) => hostsOf(container).length > 0);
  if (bad.length === 0) return undefined;
  const names = distinct(bad.map(({ name }) => name));
  const hosts = distinct(bad.flatMap(hostsOf));
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  const use = plural('uses', 'use', names.length);
  return { reason: 'probe or lifecycle host', detail: `${containerNames(names)} ${use} ${what} ${quoted(hosts)}` };
}

function privileged(pod: CheckedPod): Violation | undefined {
  const bad = containersOf(pod).filter(({ securityContext }) => securityContext?.privileged === true);
  if (bad.length === 0) return undefined;
  const names = containerNames(bad.map(({ name }) => name));
  return { reason: 'privileged', detail: `${names} must not set securityContext.privileged=true` };
}

/** Anything but the masked default; under `restricted` since 1.35 a user namespace is no excuse. */
export function procMount(pod: CheckedPod): Violation | undefined {
  const bad = containersOf(pod).filter(
    ({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default',
  );
  if (bad.length === 0) return undefined;
  const types = quoted(distinct(bad.map(({ securityContext }) => securityContext.procMount)));
  const names = containerNames(bad.map(({ name }) => name));
  return { reason: 'procMount', detail: `${names} must not set securityContext.procMount to ${types}` };
}

function sysctls({ spec }: CheckedPod, version: number): Violation | undefined {
  const names: readonly string[] = (spec?.securityContext?.sysctls ?? []).map(({ name }: Container) => name);
  const forbidden = names.filter((name) => (SAFE_SYSCTLS[name] ?? Number.POSITIVE_INFINITY) > version);
  return forbidden.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: forbidden.join(', ') };
}

function windowsHostProcess(pod: CheckedPod): Violation | undefined {
  const isHostProcess = (context: Container | undefined): boolean => context?.windowsOptions?.hostProcess === true;
  const bad = containersOf(pod)
    .filter(({ securityContext }) => isHostProcess(securityContext))
    .map(({ name }) => name);
  const who = setters(isHostProcess(pod.spec?.securityContext), bad);
  if (who === '') return undefined;
  return { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
}
