import { aggregator } from './apiserver/aggregator/availability.ts';
import { apiServer } from './apiserver/server.ts';
import { outsideClient } from './client/outside-client.ts';
import { kubeadm } from './cni/dns/installer.ts';
import { type ClusterOptions, clusterConfig } from './config.ts';
import { controllers } from './controllers/index.ts';
import { kubelet } from './kubelet/kubelet.ts';
import { containerd } from './kubelet/runtime/containerd.ts';
import { metricsServer } from './metrics-server/metrics-server.ts';
import { notices } from './notices/notices.ts';
import { workstation } from './process/workstation.ts';
import { externalProvisioner } from './provisioner/provisioner.ts';
import { kubeProxy } from './proxy/proxy.ts';
import { scheduler } from './scheduler/scheduler.ts';
import { Registry } from './sim/processes.ts';
import { Session } from './sim/session.ts';
import { world } from './sim/world.ts';
import { etcd } from './store/etcd.ts';

/** What a boot starts besides the nodes' own processes, in order. */
const CONTROL_PLANE = [
  etcd,
  apiServer,
  aggregator,
  ...controllers,
  scheduler,
  metricsServer,
  externalProvisioner,
  notices,
  workstation,
];

/** Every component there is: the one place where they are wired. */
const registry = new Registry([
  world(CONTROL_PLANE.map((component) => component.name)),
  ...CONTROL_PLANE,
  containerd,
  kubelet,
  kubeProxy,
  outsideClient,
  kubeadm,
]);

/** A new session: the machines have just been switched on, virtual time has not moved yet. */
export function createSession(options: ClusterOptions = {}): Session {
  const config = clusterConfig(options);
  const session = Session.create(registry, config);
  for (const addon of config.addons ?? []) session.input('kubeadm', { kind: 'install', addon });
  return session;
}

/** Replays a saved session. Throws `SessionFileError` for a file that is damaged or replays to something else. */
export function loadSession(text: string): Session {
  return Session.load(registry, text);
}
