import { CAPABILITIES } from '../../../process/credentials.ts';
import { machineOf } from '../../../process/machine.ts';
import type { Mount } from '../../../process/process.ts';
import { milliValue, wholeValue } from '../../../quantity.ts';
import type { Memory } from '../../../sim/turn.ts';
import type { ContainerRecord, Sandbox } from '../cri.ts';
import { PAUSE_IMAGE } from '../sandboxes.ts';
import type { Layout } from './layout.ts';

/** What a specification is made from. */
interface Place {
  readonly memory: Pick<Memory, 'get' | 'keys'>;
  readonly layout: Layout;
  /** Bytes of the node's memory: they rule who is killed first when it runs out. */
  readonly nodeMemory: number;
}

const DEFAULT_ENVIRONMENT = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Processor time is shared out in periods of a tenth of a second (`cpu.cfs_period_us`). */
const PERIOD = 100_000;
const SHARES_OF_CPU = 1024;
const LEAST_SHARES = 2;

/** Kept from containers: paths of the kernel that are hidden, and those that cannot be written (`pkg/oci` of containerd). */
const MASKED = ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list'];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Number of the first process of a sandbox or container as the node counts: shim and runtime come before it. */
export function nodePid({ serial }: { readonly serial: number }): number {
  return 1000 + serial * 24;
}

/** `kubepods-burstable-pod12ab_….slice:cri-containerd:9f…`: for the systemd driver (`pkg/kubelet/cm` names the slices). */
function cgroupsPath({ uid, qosClass }: Sandbox, { layout }: Place, id: string): string {
  const tier = qosClass === 'Guaranteed' ? '' : `-${qosClass.toLowerCase()}`;
  return `kubepods${tier}-pod${uid.replaceAll('-', '_')}.slice:${layout.scope}:${id}`;
}

/** The specification that an OCI runtime was given for a container (`config.md` of the runtime specification). */
export function containerSpec(container: ContainerRecord, sandbox: Sandbox, place: Place): object {
  const machine = machineOf(place.memory, container.id);
  const { user, group, groups, capabilities } = container.credentials;
  const names = capabilities.map((name) => `CAP_${name}`);
  const isPrivileged = capabilities.length === CAPABILITIES.length;
  return {
    ociVersion: '1.2.1',
    process: {
      ...(container.tty ? { terminal: true } : {}),
      user: { uid: user, gid: group, additionalGids: groups },
      args: container.argv,
      env: [...(container.tty ? ['TERM=xterm'] : []), ...variables(container.environment)],
      cwd: container.directory,
      capabilities: { bounding: names, effective: names, permitted: names },
      noNewPrivileges: false,
      oomScoreAdj: oomScore(container, sandbox, place),
    },
    root: { path: place.layout.rootPath(container), ...(machine?.readOnlyRoot ? { readonly: true } : {}) },
    mounts: [...KERNEL_MOUNTS, ...ownMounts(container, sandbox, place, machine?.mounts ?? [])],
    annotations: {
      'io.kubernetes.cri.container-name': container.name,
      'io.kubernetes.cri.container-type': 'container',
      'io.kubernetes.cri.image-name': container.imageName,
      ...podAnnotations(sandbox),
    },
    linux: {
      resources: { ...resourcesOf(container), devices: [{ allow: isPrivileged, access: 'rwm' }] },
      cgroupsPath: cgroupsPath(sandbox, place, container.id),
      namespaces: namespacesOf(sandbox),
      ...(isPrivileged ? {} : { maskedPaths: MASKED, readonlyPaths: READ_ONLY }),
    },
  };
}

/** The specification of the container that holds a pod's namespaces. */
export function sandboxSpec(sandbox: Sandbox, place: Place): object {
  return {
    ociVersion: '1.2.1',
    process: {
      user: { uid: 65535, gid: 65535, additionalGids: [65535] },
      args: ['/pause'],
      env: [DEFAULT_ENVIRONMENT],
      cwd: '/',
      noNewPrivileges: true,
      oomScoreAdj: -998,
    },
    root: { path: place.layout.rootPath(sandbox), readonly: true },
    hostname: sandbox.hostname,
    mounts: KERNEL_MOUNTS,
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.podsandbox.image-name': PAUSE_IMAGE,
      ...podAnnotations(sandbox),
    },
    linux: {
      resources: { cpu: { shares: LEAST_SHARES }, devices: [{ allow: false, access: 'rwm' }] },
      cgroupsPath: cgroupsPath(sandbox, place, sandbox.id),
      namespaces: [
        ...(sandbox.processNamespace === 'NODE' ? [] : ['pid']),
        ...(sandbox.ipcNamespace === 'NODE' ? [] : ['ipc']),
        'uts',
        'mount',
        ...(sandbox.isHostNetwork ? [] : ['network']),
      ].map((type) => ({ type })),
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
    },
  };
}

function podAnnotations({ id, name, namespace, uid }: Sandbox): object {
  return {
    'io.kubernetes.cri.sandbox-id': id,
    'io.kubernetes.cri.sandbox-name': name,
    'io.kubernetes.cri.sandbox-namespace': namespace,
    'io.kubernetes.cri.sandbox-uid': uid,
  };
}

function variables(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** Namespaces of its own have no path; the others are those of `pause`. The node's need no mention. */
function namespacesOf(sandbox: Sandbox): object[] {
  const shared = (type: string, name: string): object => ({ type, path: `/proc/${nodePid(sandbox)}/ns/${name}` });
  const processNamespace = { CONTAINER: [{ type: 'pid' }], POD: [shared('pid', 'pid')], NODE: [] }[
    sandbox.processNamespace
  ];
  return [
    ...processNamespace,
    ...(sandbox.ipcNamespace === 'NODE' ? [] : [shared('ipc', 'ipc')]),
    shared('uts', 'uts'),
    { type: 'mount' },
    ...(sandbox.isHostNetwork ? [] : [shared('network', 'net')]),
    { type: 'cgroup' },
  ];
}

function resourcesOf({ limits, requests }: ContainerRecord): object {
  const request = requests?.cpu ?? (limits.cpu === undefined ? undefined : `${limits.cpu}m`);
  const shares =
    request === undefined
      ? LEAST_SHARES
      : Math.max(Math.floor((milliValue(request) * SHARES_OF_CPU) / 1000), LEAST_SHARES);
  return {
    ...(limits.memory === undefined ? {} : { memory: { limit: limits.memory, swap: limits.memory } }),
    cpu: {
      shares,
      ...(limits.cpu === undefined ? {} : { quota: Math.floor((limits.cpu * PERIOD) / 1000) }),
      period: PERIOD,
    },
  };
}

/** Source: `GetContainerOOMScoreAdjust` in `pkg/kubelet/qos/policy.go`. */
function oomScore({ limits, requests }: ContainerRecord, { qosClass }: Sandbox, { nodeMemory }: Place): number {
  if (qosClass === 'Guaranteed') return -997;
  if (qosClass === 'BestEffort') return 1000;
  const asked = requests?.memory === undefined ? (limits.memory ?? 0) : wholeValue(requests.memory);
  return Math.min(Math.max(1000 - Math.floor((1000 * asked) / nodeMemory), 3), 999);
}

const KERNEL_MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid', 'noexec', 'newinstance', 'gid=5'] },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

function ownMounts(
  container: ContainerRecord,
  sandbox: Sandbox,
  { layout }: Place,
  mounts: readonly Mount[],
): object[] {
  const bind = (destination: string, source: string, readOnly: boolean): object => ({
    destination,
    type: 'bind',
    source,
    options: ['rbind', 'rprivate', readOnly ? 'ro' : 'rw'],
  });
  const isTaken = (path: string): boolean => mounts.some((mount) => mount.path === path);
  return [
    ...(isTaken('/etc/hosts') ? [] : [bind('/etc/hosts', `${podFolder(sandbox.uid)}/etc-hosts`, false)]),
    bind('/etc/hostname', `${layout.sandboxFolder(sandbox)}/hostname`, false),
    ...(isTaken('/etc/resolv.conf')
      ? []
      : [bind('/etc/resolv.conf', `${layout.sandboxFolder(sandbox)}/resolv.conf`, false)]),
    ...mounts.map((mount) => bind(mount.path, mountSource(container, mount), mount.readOnly === true)),
  ];
}

/** The kubelet's folder of a pod. */
export function podFolder(uid: string): string {
  return `/var/lib/kubelet/pods/${uid}`;
}

/** Where on the node the files of a mount are. */
export function mountSource({ uid, name }: ContainerRecord, { source, plugin }: Mount): string {
  const [kind, owner, volume, ...rest] = source.split('/');
  const volumes = `${podFolder(uid)}/volumes/${plugin}`;
  if (kind === 'volume') return [volumes, volume, ...rest].join('/');
  if (kind === 'storage')
    return [volumes, owner, 'mount', ...(volume === undefined ? [] : [volume, ...rest])].join('/');
  if (kind === 'host') return source.slice('host'.length) || '/';
  return `${podFolder(uid)}/containers/${name}/${(owner ?? '').slice(0, 8)}`;
}
