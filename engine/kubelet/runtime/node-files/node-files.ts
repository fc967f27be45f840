import { imageOf } from '../../../process/images/catalogue.ts';
import { machineOf } from '../../../process/machine.ts';
import type { DerivedFiles } from '../../../process/tree.ts';
import type { Turn } from '../../../sim/turn.ts';
import type { ContainerRecord, Sandbox } from '../cri.ts';
import { hardware } from '../hardware.ts';
import { listImages } from '../images.ts';
import type { RuntimeName } from '../runtime-name.ts';
import { runtimeInfo } from '../runtimes.ts';
import { derivedFiles, file } from './branch.ts';
import { containerdLayout } from './containerd-files.ts';
import { crioLayout } from './crio-files.ts';
import { dockerLayout } from './docker-files.ts';
import type { Layout, RuntimeState } from './layout.ts';
import { containerLogs, podLogs } from './log-files.ts';
import { podFolders } from './pod-volumes.ts';

const LAYOUTS: Readonly<Record<RuntimeName, Layout>> = {
  containerd: containerdLayout,
  'cri-o': crioLayout,
  docker: dockerLayout,
};

/** What this node's runtime knows, for those who compute files from it. */
export function runtimeState(turn: Turn): RuntimeState {
  const { memory } = turn;
  return {
    turn,
    layout: LAYOUTS[runtimeInfo(turn).name],
    nodeMemory: hardware(turn).memoryBytes,
    sandboxes: () => memory.keys('sandbox/').map((key) => memory.get<Sandbox>(key) as Sandbox),
    containers: () => memory.keys('container/').map((key) => memory.get<ContainerRecord>(key) as ContainerRecord),
    images: () => listImages(turn).flatMap(({ name }) => imageOf(name) ?? []),
    sandboxOf: ({ uid }) => memory.get<Sandbox>(`sandbox/${uid}`),
    machineOf: (id) => machineOf(memory, id),
  };
}

/**
 * Files of a node that follow from what its runtime and kubelet have made: bundles, layers, logs, volumes. Nothing of
 * them is kept; a node that nobody looks into pays nothing.
 */
export function nodeFiles(turn: Turn): DerivedFiles {
  const runtime = runtimeState(turn);
  return derivedFiles({
    '/etc/crictl.yaml': file(
      `runtime-endpoint: ${runtimeInfo(turn).socket}\nimage-endpoint: ${runtimeInfo(turn).socket}\n`,
    ),
    '/var/lib/kubelet/pods': podFolders(runtime),
    '/var/log/containers': containerLogs(runtime),
    '/var/log/pods': podLogs(runtime),
    ...runtime.layout.files(runtime),
  });
}
