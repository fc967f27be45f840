import type { FileNode } from '../../../process/files.ts';
import { hostsText } from '../../../process/naming.ts';
import type { Mount } from '../../../process/process.ts';
import type { Memory } from '../../../sim/turn.ts';
import type { Sandbox } from '../cri.ts';
import { type Branch, cellsBranch, file, folder, folderOf, type Twig } from './branch.ts';
import type { RuntimeState } from './layout.ts';

/** A volume of a pod on the node's disk. */
interface PodVolume {
  readonly plugin: string;
  readonly name: string;
  readonly twig: Twig;
}

/** `/var/lib/kubelet/pods/<uid>`: the hosts file and the volumes of each pod. */
export function podFolders(runtime: RuntimeState): Branch {
  return folderOf(
    runtime.sandboxes,
    ({ uid }) => uid,
    (sandbox) => {
      const { address, hostname, naming } = sandbox;
      return folder({
        'etc-hosts': file(hostsText(address, hostname, naming)),
        volumes: volumeFolders(runtime, sandbox),
      });
    },
  );
}

function volumeFolders(runtime: RuntimeState, sandbox: Sandbox): Branch {
  const volumes = (): readonly PodVolume[] => volumesOf(runtime, sandbox);
  return folderOf(
    () => [...new Set(volumes().map(({ plugin }) => plugin))],
    (plugin) => plugin,
    (plugin) =>
      folderOf(
        () => volumes().filter((volume) => volume.plugin === plugin),
        ({ name }) => name,
        ({ twig }) => twig,
      ),
  );
}

/** The volumes that the pod's containers have mounted; each once. */
function volumesOf({ turn, containers, machineOf }: RuntimeState, { uid }: Sandbox): readonly PodVolume[] {
  const found = new Map<string, PodVolume>();
  for (const container of containers()) {
    if (container.uid !== uid) continue;
    for (const mount of machineOf(container.id)?.mounts ?? []) {
      const volume = volumeOf(turn.memory, mount);
      if (volume) found.set(`${volume.plugin}/${volume.name}`, volume);
    }
  }
  return [...found.values()];
}

/** The whole volume, of which a mount may show a part; nothing for folders of the node itself. */
function volumeOf(memory: Pick<Memory, 'get' | 'keys'>, { source, plugin = '' }: Mount): PodVolume | undefined {
  const [kind, owner = '', name = ''] = source.split('/');
  if (kind === 'volume') return { plugin, name, twig: cellsAt(memory, `volume/${owner}/${name}`) };
  if (kind !== 'storage') return undefined;
  return { plugin, name: owner, twig: folder({ mount: cellsAt(memory, `storage/${owner}`) }) };
}

function cellsAt(memory: Pick<Memory, 'get' | 'keys'>, prefix: string): Twig {
  const node = memory.get<FileNode>(prefix);
  return node?.type === 'file' ? node : cellsBranch(memory, prefix);
}
