import type { RecordType } from '../../cni/dns/records.ts';
import type { Credentials } from '../../process/credentials.ts';
import type { FileNode } from '../../process/files.ts';
import type { Naming } from '../../process/naming.ts';
import type { Mount, ResourceLimits } from '../../process/process.ts';
import type { LogOptions, StreamReceiver } from '../api.ts';
import type { RuntimeName } from './runtime-name.ts';

/**
 * What a kubelet asks of its runtime: the Container Runtime Interface in data. Calls answer at once; work that takes time
 * is reported later to `kubelet/<node>` as a task (`imagePulled`, `execDone`, `relist`). Source of the verbs: `k8s.io/cri-api/pkg/apis/runtime/v1`.
 */
export type RuntimeRequest =
  | { readonly call: 'Version' }
  | {
      readonly call: 'ListPodSandbox' | 'ListContainerStats' | 'ImageFsInfo' | 'HasBigConsumers' | 'ListUnusedImages';
    }
  | { readonly call: 'VolumeUsage'; readonly source: string }
  | { readonly call: 'ReadVolumeFile'; readonly source: string }
  /** Makes a folder in a volume unless something is there. */
  | { readonly call: 'MakeVolumeFolder'; readonly source: string; readonly mode: number }
  | { readonly call: 'PodStatus'; readonly uid: string }
  | RunPodSandbox
  | { readonly call: 'StopPodSandbox' | 'RemovePodSandbox'; readonly uid: string }
  | { readonly call: 'PodAt'; readonly address: string }
  | { readonly call: 'HostPort'; readonly port: number }
  | { readonly call: 'HostFile'; readonly path: string }
  | { readonly call: 'HostFiles'; readonly folder: string }
  /** What the machine is called since it was switched on: `/proc/sys/kernel/random/boot_id`. */
  | { readonly call: 'BootId' }
  /** Somebody pulls the plug: nothing on the machine runs any more. */
  | { readonly call: 'CutPower' }
  | { readonly call: 'Dns'; readonly network: string; readonly name: string; readonly type?: RecordType }
  | AttachStorage
  | { readonly call: 'TakeStorage'; readonly handle: string }
  | { readonly call: 'ListImages' }
  | { readonly call: 'ImageStatus' | 'RemoveImage'; readonly image: string }
  | { readonly call: 'PullImage'; readonly image: string; readonly uid: string; readonly container: string }
  | CreateContainer
  | { readonly call: 'StartContainer' | 'RemoveContainer'; readonly id: string }
  | { readonly call: 'ListLogsAbove'; readonly bytes: number }
  | { readonly call: 'ReopenContainerLog'; readonly id: string }
  | { readonly call: 'StopContainer'; readonly id: string; readonly timeout: number }
  | {
      readonly call: 'ContainerLogs';
      readonly id: string;
      readonly options: LogOptions;
      readonly receiver?: StreamReceiver;
    }
  | UpdateContainerResources
  | ExecSync
  | Exec
  | Shell
  | { readonly call: 'Attach'; readonly id: string; readonly stdin?: boolean; readonly receiver: StreamReceiver }
  | {
      readonly call: 'StreamInput';
      readonly receiver: StreamReceiver;
      readonly text?: string;
      readonly close?: boolean;
    }
  | { readonly call: 'CloseStream'; readonly receiver: StreamReceiver }
  | PortForward
  | ProbePort
  | ProbeNetwork
  | DialPort
  | WriteHostFiles;

/** Who shares a namespace of the kernel (`NamespaceMode` of the CRI). */
export type NamespaceMode = 'CONTAINER' | 'POD' | 'NODE';

export interface RunPodSandbox {
  readonly call: 'RunPodSandbox';
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly hostname: string;
  /** Range the pod's address comes from; absent for pods in the node's own network. */
  readonly podCIDR?: string;
  readonly hostAddress: string;
  readonly hostPorts?: readonly HostPort[];
  readonly naming?: Naming;
  /** Where the pod stands among the control groups: `Burstable`. */
  readonly qosClass?: string;
  /** Whose processes the containers see: each only its own unless said. */
  readonly processNamespace?: NamespaceMode;
  /** `NODE`: shared memory and semaphores are those of the node, of which nothing can be seen here. */
  readonly ipcNamespace?: NamespaceMode;
  /** Processes that the pod's control group allows, `pause` among them. */
  readonly maximumProcesses?: number;
  /** Parameters of the kernel for the pod's namespaces. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Handler that the pod's RuntimeClass names; the runtime's default without one. */
  readonly runtimeHandler?: string;
}

/** A port of the node that leads to one of the pod. */
export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
}

/** Makes the files of a volume that is stored outside of the nodes present on this one. */
export interface AttachStorage {
  readonly call: 'AttachStorage';
  readonly handle: string;
  /** Whether several nodes may want it at once. */
  readonly isShared: boolean;
}

/** Files of a volume that another node takes over; none when they are elsewhere. */
export interface TakenStorage {
  readonly files?: Readonly<Record<string, FileNode>>;
  readonly isInUse?: boolean;
}

/** One folder or file shown to a container. */
export interface ContainerMount {
  readonly path: string;
  /** `volume/<pod uid>/<volume>[/<sub path>]`. */
  readonly source: string;
  readonly readOnly: boolean;
  /** Permission bits and group of the volume's folder: `0755` and root's when omitted. */
  readonly mode?: number;
  readonly group?: number;
  readonly layer?: Mount['layer'];
  /** Folder among a pod's volumes on the node: `kubernetes.io~empty-dir`. */
  readonly plugin?: string;
  /** A disk in memory, of so many bytes. */
  readonly isMemory?: boolean;
  readonly capacity?: number;
}

/** As whom a container's processes run; what is left out is the image's choice. */
export interface ContainerSecurity {
  readonly user?: number;
  readonly group?: number;
  readonly supplementaryGroups?: readonly number[];
  readonly addedCapabilities?: readonly string[];
  readonly droppedCapabilities?: readonly string[];
  readonly isPrivileged?: boolean;
  /** Path of a seccomp profile on the node, and name of an AppArmor profile that is loaded there. */
  readonly seccompProfile?: string;
  readonly appArmorProfile?: string;
}

type Requests = Readonly<Record<string, string>>;

export interface UpdateContainerResources {
  readonly call: 'UpdateContainerResources';
  readonly id: string;
  readonly limits: ResourceLimits;
  readonly requests?: Requests;
}

export interface CreateContainer {
  readonly call: 'CreateContainer';
  readonly uid: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  /** Replaces the image's entrypoint, and with it the image's arguments. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly mounts: readonly ContainerMount[];
  readonly security?: ContainerSecurity;
  readonly limits?: ResourceLimits;
  /** As the pod's spec has them: what the container is given where others want more than there is. */
  readonly requests?: Requests;
  readonly readOnlyRoot?: boolean;
  readonly stdin?: boolean;
  readonly tty?: boolean;
  /** A file whose text at the end becomes `terminationLog`. */
  readonly terminationMessagePath?: string;
  /** Id of the container whose processes it joins: namespace mode `TARGET`. */
  readonly targetId?: string;
}

/** A command run to its end, for probes and hooks; the answer is a report of kind `execDone` with the same `token`. */
export interface ExecSync {
  readonly call: 'ExecSync';
  readonly id: string;
  readonly command: readonly string[];
  readonly token: string;
}

/** A shell on the node itself, as an SSH server starts it; with `command`, that one command. */
export interface Shell {
  readonly call: 'Shell';
  readonly command: string;
  readonly isTerminal: boolean;
  readonly receiver: StreamReceiver;
}

export interface Exec {
  readonly call: 'Exec';
  readonly id: string;
  readonly command: readonly string[];
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly receiver: StreamReceiver;
}

/** A connection from a stream to a port inside a pod's network. */
export interface PortForward {
  readonly call: 'PortForward';
  readonly uid: string;
  readonly port: number;
  readonly receiver: StreamReceiver;
}

/** A connection from the node into a pod's network; with `text` something is said and the reply is taken. */
export interface ProbePort {
  readonly call: 'ProbePort';
  readonly uid: string;
  readonly port: number;
  readonly text?: string;
}

export interface ProbeNetwork {
  readonly call: 'ProbeNetwork';
  readonly network: string;
  readonly port: number;
  readonly text?: string;
}

/** From the node itself to any address. */
export interface DialPort {
  readonly call: 'DialPort';
  readonly address: string;
  readonly port: number;
  readonly text?: string;
}

export interface ProbePortAnswer {
  readonly isOpen: boolean;
  /** Why there is no way to the port; that nobody listens when omitted. */
  readonly error?: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH' | 'ETIMEDOUT';
  readonly reply: string;
  readonly isClosed: boolean;
}

/** What a running container uses. Processor time is a sum since its start. */
export interface ContainerStats {
  readonly uid: string;
  readonly name: string;
  readonly cpuMicroseconds: number;
  readonly memoryBytes: number;
  /** Bytes of its own files, which go with it. */
  readonly writtenBytes: number;
  readonly processes: number;
}

/** Files of a volume on the node's disk by path; null deletes, `link` makes a symbolic link. */
export interface WriteHostFiles {
  readonly call: 'WriteHostFiles';
  readonly source: string;
  readonly files: readonly (readonly [string, HostFile | null])[];
}

export interface HostFile {
  readonly text?: string;
  readonly mode?: number;
  readonly user?: number;
  readonly group?: number;
  readonly link?: string;
  readonly directory?: boolean;
}

/** A pod's network and the address it has. */
export interface Sandbox {
  readonly id: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly hostname: string;
  readonly address: string;
  readonly isHostNetwork: boolean;
  readonly processNamespace: NamespaceMode;
  readonly ipcNamespace: NamespaceMode;
  readonly maximumProcesses?: number;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly naming: Naming;
  readonly state: 'starting' | 'ready' | 'notready';
  readonly createdAt: number;
  readonly qosClass: string;
  /** The how manyth thing that this runtime has made: numbers its snapshot and its processes. */
  readonly serial: number;
}

/** One container, running or not. Times are milliseconds since the epoch. */
export interface ContainerRecord {
  readonly id: string;
  readonly runtime: RuntimeName;
  readonly uid: string;
  readonly name: string;
  /** Restarts before this one. */
  readonly attempt: number;
  /** As the pod's spec has it. */
  readonly image: string;
  /** `docker.io/library/nginx:1.25`. */
  readonly imageName: string;
  readonly imageId: string;
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly terminationLog: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly credentials: Credentials;
  readonly limits: ResourceLimits;
  readonly requests?: Requests;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly pid: number;
  /** See `Sandbox`. */
  readonly serial: number;
}

/** All that a runtime knows of one pod; containers from the oldest to the newest. */
export interface RuntimePod {
  readonly sandbox?: Sandbox;
  readonly containers: readonly ContainerRecord[];
}

/** An image on the node. */
export interface ImageRecord {
  readonly id: string;
  /** `docker.io/library/nginx:1.25`. */
  readonly name: string;
  readonly size: number;
  /** User the image names; 0 is root. */
  readonly user: number;
}

/** `code`: the gRPC code that containerd answers with, when it is not Unknown. */
export interface RuntimeFailure {
  readonly error: string;
  readonly code?: string;
}
