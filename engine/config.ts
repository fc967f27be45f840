import { type AdmissionFlags, admissionFlagProblems } from './apiserver/admission/plugin-names.ts';
import { type AuthenticationFlags, parseTokenFile } from './apiserver/authentication/token-file.ts';
import { type AuthorizationFlags, authorizationModeProblem } from './apiserver/authorization/modes.ts';

import type { Addon } from './cni/dns/installer.ts';
import type { RuntimeName } from './kubelet/runtime/runtime-name.ts';

/** A node as hardware: what its machine has before Kubernetes counts anything. */
export interface MachineConfig {
  readonly name: string;
  /** Whole cores. */
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** The node's own address; also `status.addresses[InternalIP]`. */
  readonly address: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Common name and organisations of a client certificate: a user and its groups. */
export interface Administrator {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Everything that, with the seed and the inputs, determines a session. */
export interface ClusterConfig {
  /** Seeds every random stream. */
  readonly seed: number;
  /** Virtual time at which the session begins, RFC 3339. */
  readonly startTime: string;
  /** What the keys of the cluster grow from besides seed and time, where others can reach it over a wire. */
  readonly keySecret?: string;
  readonly machines: readonly MachineConfig[];
  /** Whether every image of the catalogue is on every node already; otherwise images are pulled by size. */
  readonly preloadedImages: boolean;
  /** What the learner's kubeconfig calls the cluster and its context. */
  readonly clusterName: string;
  /** Whose certificate the learner's kubeconfig holds; kubeadm's administrator when absent. */
  readonly administrator?: Administrator;
  /** Admission plugins of the API server besides or instead of the default ones and NodeRestriction. */
  readonly admission?: AdmissionFlags;
  /** Who is known besides the holders of the cluster's certificates and tokens. */
  readonly authentication?: AuthenticationFlags;
  /** What runs the containers of every node; containerd when omitted. */
  readonly containerRuntime?: RuntimeName;
  /** Whether objects on which nothing acts get an Event that says so; a real cluster has none. */
  readonly notices?: boolean;
  /** What is installed when the cluster is made. */
  readonly addons?: readonly Addon[];
  /** Whom the API server asks what a user may do. */
  readonly authorization?: AuthorizationFlags;
}

/** What a caller may leave out. */
export interface ClusterOptions extends AdmissionFlags, AuthenticationFlags, AuthorizationFlags {
  readonly seed?: number;
  readonly startTime?: string;
  /** Chance from outside, for a cluster that others can reach. */
  readonly keySecret?: string;
  /** So many equal machines, `node-1` and up. */
  readonly nodes?: number;
  readonly machines?: readonly MachineConfig[];
  readonly preloadedImages?: boolean;
  readonly clusterName?: string;
  /** containerd when omitted. */
  readonly containerRuntime?: RuntimeName;
  /** None when omitted: a bare cluster, as the recorded one. */
  readonly addons?: readonly Addon[];
  readonly administrator?: Administrator;
  /** False when omitted, as in the recorded cluster. */
  readonly notices?: boolean;
}

const GIBIBYTE = 2 ** 30;

/** The machine number `index` (from 1) of a plain cluster: 2 cores as in the recordings, 16 GiB, address 10.77.0.1 and up. */
export function plainMachine(index: number): MachineConfig {
  return {
    name: `node-${index}`,
    cpu: 2,
    memoryBytes: 16 * GIBIBYTE,
    diskBytes: 100 * GIBIBYTE,
    address: `10.77.${index >> 8}.${index & 255}`,
  };
}

/** Fills in what was left out: one plain node, images preloaded, as in the recordings of a real cluster. */
export function clusterConfig(options: ClusterOptions = {}): ClusterConfig {
  const count = options.nodes ?? 1;
  return {
    seed: options.seed ?? 1,
    startTime: options.startTime ?? '2026-01-01T00:00:00Z',
    machines: options.machines ?? Array.from({ length: count }, (_, index) => plainMachine(index + 1)),
    preloadedImages: options.preloadedImages ?? true,
    clusterName: options.clusterName ?? 'orrery',
    ...(options.keySecret === undefined ? {} : { keySecret: options.keySecret }),
    ...(options.notices === undefined ? {} : { notices: options.notices }),
    ...(options.administrator === undefined ? {} : { administrator: options.administrator }),
    ...(options.containerRuntime === undefined ? {} : { containerRuntime: options.containerRuntime }),
    ...(options.addons === undefined ? {} : { addons: options.addons }),
    ...admissionConfig(options),
    ...accessConfig(options),
  };
}

/** As kubeadm's `admin.conf` names it. */
export function administratorOf({ administrator }: ClusterConfig): Administrator {
  return administrator ?? { commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] };
}

/** Throws where kube-apiserver would refuse to start. */
function accessConfig(options: ClusterOptions): Pick<ClusterConfig, 'authentication' | 'authorization'> {
  const { tokenAuthFile, anonymousAuth, clientCaFile, authorizationMode } = options;
  if (tokenAuthFile !== undefined) parseTokenFile(tokenAuthFile);
  const problem = authorizationMode && authorizationModeProblem(authorizationMode);
  if (problem !== undefined) throw new Error(problem);
  const authentication = {
    ...(tokenAuthFile === undefined ? {} : { tokenAuthFile }),
    ...(anonymousAuth === undefined ? {} : { anonymousAuth }),
    ...(clientCaFile === undefined ? {} : { clientCaFile }),
  };
  return {
    ...(Object.keys(authentication).length === 0 ? {} : { authentication }),
    ...(authorizationMode === undefined ? {} : { authorization: { authorizationMode } }),
  };
}

/** Throws where kube-apiserver would refuse to start. The recorded cluster runs NodeRestriction, as kubeadm's do. */
function admissionConfig(options: AdmissionFlags): Pick<ClusterConfig, 'admission'> {
  const { enableAdmissionPlugins = ['NodeRestriction'], disableAdmissionPlugins = [] } = options;
  const { podSecurity } = options;
  if (
    options.enableAdmissionPlugins === undefined &&
    options.disableAdmissionPlugins === undefined &&
    podSecurity === undefined
  )
    return {};
  const admission: AdmissionFlags = {
    enableAdmissionPlugins,
    disableAdmissionPlugins,
    ...(podSecurity === undefined ? {} : { podSecurity }),
  };
  const problems = admissionFlagProblems(admission);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return { admission };
}
